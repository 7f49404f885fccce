import { App, CfnParameter, CfnResource, Lazy, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { ManagedStreamKey, ManagedStreamKeyProps } from '../../../src';
import { onlyResource } from '../only-resource';
import { secretTag } from '../secret-tag';

const KEY_ARN = 'arn:aws:kms:us-west-2:123456789012:key/11111111-2222-3333-4444-555555555555';
const VIA_SECRETS_MANAGER = {
  StringEquals: { 'kms:ViaService': { 'Fn::Join': ['', ['secretsmanager.', { Ref: 'AWS::Region' }, '.amazonaws.com']] } },
};

let stack: Stack;
let encoder: iam.Role;

beforeEach(() => {
  stack = new Stack(new App(), 'Stack');
  encoder = new iam.Role(stack, 'Encoder', { assumedBy: new iam.ServicePrincipal('ecs-tasks.amazonaws.com') });
});

const secretProperties = () => onlyResource(stack, 'AWS::SecretsManager::Secret').Properties;
const streamKeyProperties = () => onlyResource(stack, 'Custom::IvsStreamKey').Properties;
const storedSecretArn = () => ({ 'Fn::GetAtt': [onlyResource(stack, 'Custom::IvsStreamKey').logicalId, 'SecretArn'] });

describe('the secret starts empty', () => {
  test.each<[string, ManagedStreamKeyProps]>([
    ['by default', {}],
    ['when it is replicated', { replicaRegions: [{ region: 'eu-west-1' }] }],
  ])('%s', (_, props) => {
    new ManagedStreamKey(stack, 'Live', props);

    expect(Object.keys(secretProperties()).sort()).toEqual(['Description', 'Tags']);
  });
});

describe('the tags of the secret say what is wanted of the stream key', () => {
  const SERIAL = 'managed-stream-key:serial';

  test('and nothing else by default', () => {
    new ManagedStreamKey(stack, 'Live');

    expect(secretProperties().Tags.map(({ Key }: { Key: string }) => Key)).toEqual([
      'managed-stream-key:channel', 'managed-stream-key:resource', SERIAL, 'managed-stream-key:stack',
    ]);
  });

  test('with the stack that may write the secret', () => {
    new ManagedStreamKey(stack, 'Live');

    expect(secretTag(stack, 'managed-stream-key:stack')).toEqual({ Ref: 'AWS::StackId' });
  });

  test('with the channel that it is for', () => {
    const { channel } = new ManagedStreamKey(stack, 'Live');

    expect(secretTag(stack, 'managed-stream-key:channel')).toEqual(stack.resolve(channel.channelRef.channelArn));
  });

  test('with the resource that stands for it', () => {
    new ManagedStreamKey(stack, 'Live');

    expect(secretTag(stack, 'managed-stream-key:resource')).toBe(onlyResource(stack, 'Custom::IvsStreamKey').logicalId);
  });

  test.each<[string, (resource: CfnResource) => void]>([
    ['overridden', (resource) => resource.overrideLogicalId('LiveKey')],
    ['renamed by the stack', (resource) => stack.renameLogicalId(stack.getLogicalId(resource), 'LiveKey')],
  ])('with the logical id of that resource when it is %s', (_, rename) => {
    const live = new ManagedStreamKey(stack, 'Live');

    rename(live.node.findChild('Resource').node.defaultChild as CfnResource);

    expect(secretTag(stack, 'managed-stream-key:resource')).toBe('LiveKey');
  });

  test.each<[ManagedStreamKeyProps, string]>([
    [{}, '0'],
    [{ serial: 0 }, '0'],
    [{ serial: 7 }, '7'],
    [{ serial: Number.MAX_SAFE_INTEGER }, '9007199254740991'],
  ])('with the serial of the props %j, as text', (props, serial) => {
    new ManagedStreamKey(stack, 'Live', props);

    expect(secretTag(stack, SERIAL)).toBe(serial);
  });

  test('with a serial from a parameter', () => {
    new ManagedStreamKey(stack, 'Live', { serial: new CfnParameter(stack, 'Parameter', { type: 'Number' }).valueAsNumber });

    expect(secretTag(stack, SERIAL)).toEqual({ Ref: 'Parameter' });
  });

  test('with a serial that is known at the end of synthesis only, as text', () => {
    new ManagedStreamKey(stack, 'Live', { serial: Lazy.number({ produce: () => 7 }) });

    expect(secretTag(stack, SERIAL)).toBe('7');
  });
});

describe('whatever uses the secret waits for the stream key', () => {
  test('because its ARN is the one that the custom resource answers', () => {
    const live = new ManagedStreamKey(stack, 'Live');

    expect(stack.resolve(live.secret.secretArn)).toEqual(storedSecretArn());
  });

  test('because a reference to a field of it names the custom resource', () => {
    const live = new ManagedStreamKey(stack, 'Live');

    const { 'Fn::Join': [, reference] } = stack.resolve(live.secret.secretValueFromJson('streamKey'));

    expect(reference).toContainEqual(storedSecretArn());
  });

  test('because the permission to read it names the custom resource', () => {
    const live = new ManagedStreamKey(stack, 'Live');

    live.grantRead(encoder);

    Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', {
      Roles: [stack.resolve(encoder.roleName)],
      PolicyDocument: {
        Statement: [{
          Action: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'],
          Effect: 'Allow',
          Resource: storedSecretArn(),
        }],
      },
    });
  });

  test('also when the permission is granted on the secret itself', () => {
    const live = new ManagedStreamKey(stack, 'Live');

    live.secret.grantRead(encoder);

    Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', {
      Roles: [stack.resolve(encoder.roleName)],
      PolicyDocument: { Statement: [Match.objectLike({ Resource: storedSecretArn() })] },
    });
  });
});

describe('the KMS key of the secret', () => {
  const keyStatements = () => onlyResource(stack, 'AWS::KMS::Key').Properties.KeyPolicy.Statement;

  test('is the one of the account by default', () => {
    new ManagedStreamKey(stack, 'Live');

    expect(secretProperties()).not.toHaveProperty('KmsKeyId');
  });

  test('may be one of the stack', () => {
    new ManagedStreamKey(stack, 'Live', { encryptionKey: new kms.Key(stack, 'Key') });

    expect(secretProperties().KmsKeyId).toEqual({ 'Fn::GetAtt': [onlyResource(stack, 'AWS::KMS::Key').logicalId, 'Arn'] });
  });

  test('may come from a parameter', () => {
    const keyArn = new CfnParameter(stack, 'Parameter').valueAsString;

    new ManagedStreamKey(stack, 'Live', { encryptionKey: kms.Key.fromKeyArn(stack, 'Key', keyArn) });

    expect(secretProperties().KmsKeyId).toEqual({ Ref: 'Parameter' });
  });

  test('is the one that is handed out with the secret', () => {
    const encryptionKey = new kms.Key(stack, 'Key');

    expect(new ManagedStreamKey(stack, 'Live', { encryptionKey }).secret.encryptionKey).toBe(encryptionKey);
  });

  test.each([
    [['kms:Decrypt', 'kms:Encrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*']],
    [['kms:CreateGrant', 'kms:DescribeKey']],
  ])('lets the account do %j, but through Secrets Manager only', (Action) => {
    new ManagedStreamKey(stack, 'Live', { encryptionKey: new kms.Key(stack, 'Key') });

    expect(keyStatements()).toContainEqual({
      Action,
      Condition: VIA_SECRETS_MANAGER,
      Effect: 'Allow',
      Principal: { AWS: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::', { Ref: 'AWS::AccountId' }, ':root']] } },
      Resource: '*',
    });
  });

  test('decrypts for those who may read the secret, through Secrets Manager only', () => {
    const live = new ManagedStreamKey(stack, 'Live', { encryptionKey: new kms.Key(stack, 'Key') });

    live.grantRead(encoder);

    expect(keyStatements()).toContainEqual({
      Action: 'kms:Decrypt',
      Condition: VIA_SECRETS_MANAGER,
      Effect: 'Allow',
      Principal: { AWS: stack.resolve(encoder.roleArn) },
      Resource: '*',
    });
  });

  test('decrypts by the policy of the reader when its own policy is out of reach', () => {
    const live = new ManagedStreamKey(stack, 'Live', { encryptionKey: kms.Key.fromKeyArn(stack, 'Key', KEY_ARN) });

    live.grantRead(encoder);

    Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', {
      Roles: [stack.resolve(encoder.roleName)],
      PolicyDocument: {
        Statement: Match.arrayWith([{ Action: 'kms:Decrypt', Condition: VIA_SECRETS_MANAGER, Effect: 'Allow', Resource: KEY_ARN }]),
      },
    });
  });
});

describe('the replicas of the secret', () => {
  const replicated = (...replicaRegions: secretsmanager.ReplicaRegion[]) => {
    new ManagedStreamKey(stack, 'Live', { replicaRegions });
    return streamKeyProperties().ReplicaRegions;
  };

  test('are none by default', () => {
    new ManagedStreamKey(stack, 'Live');

    expect(streamKeyProperties()).not.toHaveProperty('ReplicaRegions');
  });

  test('are made by the handler, once there is a value to replicate', () => {
    expect(replicated({ region: 'eu-west-1' }, { region: 'us-east-1' })).toEqual([{ Region: 'eu-west-1' }, { Region: 'us-east-1' }]);
  });

  test('have KMS keys of their own', () => {
    const encryptionKey = kms.Key.fromKeyArn(stack, 'Key', KEY_ARN);

    expect(replicated({ region: 'eu-west-1', encryptionKey })).toEqual([{ Region: 'eu-west-1', KmsKeyId: KEY_ARN }]);
  });

  test('may be in regions from parameters', () => {
    const region = new CfnParameter(stack, 'Parameter').valueAsString;

    expect(replicated({ region })).toEqual([{ Region: { Ref: 'Parameter' } }]);
  });

  test('may not be two in one region', () => {
    expect(() => replicated({ region: 'eu-west-1' }, { region: 'us-east-1' }, { region: 'eu-west-1' })).toThrow(new Error(
      '[Stack/Live] `replicaRegions` must not name a region twice, got: eu-west-1. Name each other region once',
    ));
  });

  test('may not be in the region of the secret', () => {
    stack = new Stack(new App(), 'Stack', { env: { region: 'us-west-2' } });

    expect(() => replicated({ region: 'eu-west-1' }, { region: 'us-west-2' })).toThrow(new Error(
      '[Stack/Live] `replicaRegions` must not name the region that the secret itself is in, got: us-west-2. Name each other region once',
    ));
  });
});
