import { App, MissingRemovalPolicies, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Channel, ManagedStreamKey } from '../../../src';
import { onlyResource } from '../only-resource';

const TYPES = ['AWS::IVS::Channel', 'AWS::SecretsManager::Secret', 'Custom::IvsStreamKey'];

let stack: Stack;

beforeEach(() => {
  stack = new Stack(new App(), 'Stack');
});

const deleted = { DeletionPolicy: 'Delete', UpdateReplacePolicy: 'Delete' };
const retained = { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' };

/** CloudFormation deletes what has no policy. The CDK wants every secret to have one. */
test.each<[string, (string | undefined)[]]>([
  ['AWS::IVS::Channel', [undefined, undefined]],
  ['AWS::SecretsManager::Secret', ['Delete', 'Delete']],
  ['Custom::IvsStreamKey', [undefined, undefined]],
])('%s goes with its stack by default', (type, policies) => {
  new ManagedStreamKey(stack, 'Live');

  const { DeletionPolicy, UpdateReplacePolicy } = onlyResource(stack, type);
  expect([DeletionPolicy, UpdateReplacePolicy]).toEqual(policies);
});

describe.each(TYPES)('%s', (type) => {

  test('goes with its stack with DESTROY', () => {
    new ManagedStreamKey(stack, 'Live', { removalPolicy: RemovalPolicy.DESTROY });

    expect(onlyResource(stack, type)).toMatchObject(deleted);
  });

  test('stays with RETAIN', () => {
    new ManagedStreamKey(stack, 'Live', { removalPolicy: RemovalPolicy.RETAIN });

    expect(onlyResource(stack, type)).toMatchObject(retained);
  });

  test('stays when RETAIN is applied later', () => {
    new ManagedStreamKey(stack, 'Live').applyRemovalPolicy(RemovalPolicy.RETAIN);

    expect(onlyResource(stack, type)).toMatchObject(retained);
  });

  test('goes when DESTROY is applied later', () => {
    new ManagedStreamKey(stack, 'Live', { removalPolicy: RemovalPolicy.RETAIN }).applyRemovalPolicy(RemovalPolicy.DESTROY);

    expect(onlyResource(stack, type)).toMatchObject(deleted);
  });
});

describe('a channel that somebody else made', () => {
  test('stays although the stream key goes', () => {
    const channel = new Channel(stack, 'Channel', { removalPolicy: RemovalPolicy.RETAIN });

    new ManagedStreamKey(stack, 'Live', { channel, removalPolicy: RemovalPolicy.DESTROY });

    expect(onlyResource(stack, 'AWS::IVS::Channel')).toMatchObject(retained);
  });

  test('goes although the stream key stays', () => {
    const channel = new Channel(stack, 'Channel', { removalPolicy: RemovalPolicy.DESTROY });

    new ManagedStreamKey(stack, 'Live', { channel }).applyRemovalPolicy(RemovalPolicy.RETAIN);

    expect(onlyResource(stack, 'AWS::IVS::Channel')).toMatchObject(deleted);
  });

  test('is no resource of the stack when it is imported', () => {
    const channel = Channel.fromChannelArn(stack, 'Channel', 'arn:aws:ivs:us-west-2:123456789012:channel/abcdABCDefgh');

    new ManagedStreamKey(stack, 'Live', { channel }).applyRemovalPolicy(RemovalPolicy.RETAIN);

    Template.fromStack(stack).resourceCountIs('AWS::IVS::Channel', 0);
  });
});

describe('the policy of the secret', () => {
  const reader = new iam.AccountPrincipal('222222222222');
  const encrypted = () => ({ encryptionKey: new kms.Key(stack, 'Key') });
  const policy = () => onlyResource(stack, 'AWS::SecretsManager::ResourcePolicy');

  test('goes with the secret by default', () => {
    new ManagedStreamKey(stack, 'Live', encrypted()).grantRead(reader);

    expect(policy()).toMatchObject(deleted);
  });

  test('stays with the secret with RETAIN', () => {
    new ManagedStreamKey(stack, 'Live', { ...encrypted(), removalPolicy: RemovalPolicy.RETAIN }).grantRead(reader);

    expect(policy()).toMatchObject(retained);
  });

  test('stays with the secret when RETAIN is applied later', () => {
    const live = new ManagedStreamKey(stack, 'Live', encrypted());
    live.grantRead(reader);
    live.applyRemovalPolicy(RemovalPolicy.RETAIN);

    expect(policy()).toMatchObject(retained);
  });

  test('stays with the secret when RETAIN is applied to the secret only', () => {
    const { secret } = new ManagedStreamKey(stack, 'Live', encrypted());
    secret.grantRead(reader);
    secret.applyRemovalPolicy(RemovalPolicy.RETAIN);

    expect(policy()).toMatchObject(retained);
  });

  test('goes with the secret when DESTROY is applied later', () => {
    const live = new ManagedStreamKey(stack, 'Live', { ...encrypted(), removalPolicy: RemovalPolicy.RETAIN });
    live.grantRead(reader);
    live.applyRemovalPolicy(RemovalPolicy.DESTROY);

    expect(policy()).toMatchObject(deleted);
  });

  test('stays with the secret when RETAIN is set on the L1 of the secret', () => {
    const { secret } = new ManagedStreamKey(stack, 'Live', encrypted());
    secret.grantRead(reader);
    (secret.node.defaultChild as secretsmanager.CfnSecret).applyRemovalPolicy(RemovalPolicy.RETAIN);

    expect(policy()).toMatchObject(retained);
  });

  test('goes with the secret where MissingRemovalPolicies retain what has no policy', () => {
    new ManagedStreamKey(stack, 'Live', { ...encrypted(), removalPolicy: RemovalPolicy.DESTROY }).grantRead(reader);
    MissingRemovalPolicies.of(stack).retain();

    expect(policy()).toMatchObject(deleted);
  });

  test('is the user\'s affair where the secret is', () => {
    const secret = new secretsmanager.Secret(stack, 'Own', encrypted());
    new ManagedStreamKey(stack, 'Live', { secret, removalPolicy: RemovalPolicy.RETAIN }).grantRead(reader);

    expect(policy().DeletionPolicy).toBeUndefined();
  });
});
