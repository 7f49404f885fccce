import { App, CfnParameter, NestedStack, RemovalPolicy, Stack, Stage } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { onlyResource } from './only-resource';
import { Channel, ManagedStreamKey, SecretField } from '../../src';

const env = { account: '111111111111', region: 'us-west-2' };
const IMPORTED_SECRET = { 'Fn::ImportValue': expect.stringMatching(/^Live:ExportsOutputFnGetAttLive[0-9A-F]+SecretArn[0-9A-F]+$/) };

let app: App;
let stack: Stack;

beforeEach(() => {
  app = new App();
  stack = new Stack(app, 'Live', { env });
});

const roleIn = (scope: Construct) => new iam.Role(scope, 'Encoder', { assumedBy: new iam.ServicePrincipal('ecs-tasks.amazonaws.com') });
const statementsIn = (of: Stack) => onlyResource(of, 'AWS::IAM::Policy').Properties.PolicyDocument.Statement;

describe('an encoder in another stack of the app', () => {
  let encoders: Stack;
  beforeEach(() => { encoders = new Stack(app, 'Encoders', { env }); });

  test('may read the secret, which it waits for', () => {
    new ManagedStreamKey(stack, 'Live').grantRead(roleIn(encoders));

    expect(statementsIn(encoders)).toEqual([
      { Effect: 'Allow', Action: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'], Resource: IMPORTED_SECRET },
    ]);
    expect(encoders.dependencies).toEqual([stack]);
  });

  test('may decrypt the secret, by its own policy', () => {
    new ManagedStreamKey(stack, 'Live', { encryptionKey: new kms.Key(stack, 'Key') }).grantRead(roleIn(encoders));

    expect(statementsIn(encoders)).toContainEqual(expect.objectContaining({
      Action: 'kms:Decrypt', Resource: { 'Fn::ImportValue': expect.stringContaining('Key') },
    }));
    expect(stack.dependencies).toEqual([]);
  });

  test('has a field of the secret in its container', () => {
    const live = new ManagedStreamKey(stack, 'Live');
    new ecs.FargateTaskDefinition(encoders, 'Task').addContainer('Encoder', {
      image: ecs.ContainerImage.fromRegistry('encoder'),
      secrets: { INGEST_URL: live.ecsSecret(SecretField.RTMPS_URL) },
    });

    expect(onlyResource(encoders, 'AWS::ECS::TaskDefinition').Properties.ContainerDefinitions).toMatchObject([{
      Secrets: [{ Name: 'INGEST_URL', ValueFrom: { 'Fn::Join': ['', [IMPORTED_SECRET, ':rtmpsUrl::']] } }],
    }]);
  });

  test('brings no function into its stack', () => {
    new ManagedStreamKey(stack, 'Live').grantRead(roleIn(encoders));

    Template.fromStack(encoders).resourceCountIs('AWS::Lambda::Function', 0);
  });
});

describe('a channel of another stack', () => {
  test('has its key managed in the stack of the construct', () => {
    const channel = new Channel(new Stack(app, 'Channels', { env }), 'Channel');

    new ManagedStreamKey(stack, 'Live', { channel });

    expect(onlyResource(stack, 'Custom::IvsStreamKey').Properties.ChannelArn).toEqual({ 'Fn::ImportValue': expect.stringMatching(/^Channels:/) });
  });
});

describe('a nested stack', () => {
  test('has a stream key of its own, whose secret the stack around it reads', () => {
    const nested = new NestedStack(stack, 'Nested');

    new ManagedStreamKey(nested, 'Live').grantRead(roleIn(stack));

    expect(statementsIn(stack)).toMatchObject([{ Resource: { 'Fn::GetAtt': [expect.stringMatching(/^Nested/), expect.stringMatching(/^Outputs\..*SecretArn$/)] } }]);
    Template.fromStack(nested).resourceCountIs('Custom::IvsStreamKey', 1);
  });

  test('has a stream key for a channel of the stack around it', () => {
    const nested = new NestedStack(stack, 'Nested');

    new ManagedStreamKey(nested, 'Live', { channel: new Channel(stack, 'Channel') });

    expect(onlyResource(nested, 'Custom::IvsStreamKey').Properties.ChannelArn).toEqual({ Ref: expect.stringMatching(/^referencetoLiveChannel.*Arn$/) });
  });

  test('keeps channel, key and secret under RETAIN', () => {
    const nested = new NestedStack(stack, 'Nested');

    new ManagedStreamKey(nested, 'Live', { removalPolicy: RemovalPolicy.RETAIN });

    for (const type of ['AWS::IVS::Channel', 'Custom::IvsStreamKey', 'AWS::SecretsManager::Secret']) {
      expect(onlyResource(nested, type).DeletionPolicy).toBe('Retain');
    }
  });
});

describe('stages of one app', () => {
  const stackIn = (name: string) => new Stack(new Stage(app, name, { env }), 'Live');

  test('have the same template each', () => {
    const [beta, prod] = ['Beta', 'Prod'].map(stackIn);
    // The names of stacks, and what is named after them, differ.
    for (const of of [beta, prod]) new ManagedStreamKey(of, 'Live', { description: 'live', channel: new Channel(of, 'Channel', { channelName: 'live' }) });

    expect(Template.fromStack(beta).toJSON()).toEqual(Template.fromStack(prod).toJSON());
  });

  test('cannot manage the same channel', () => {
    const [beta, prod] = ['Beta', 'Prod'].map(stackIn);
    const channelIn = (of: Stack) => Channel.fromChannelArn(of, 'Channel', 'arn:aws:ivs:us-west-2:111111111111:channel/abcdABCDefgh');
    new ManagedStreamKey(beta, 'Live', { channel: channelIn(beta) });

    expect(() => new ManagedStreamKey(prod, 'Live', { channel: channelIn(prod) })).toThrow(/got: Prod\/Live\/Channel, which Beta\/Live\/Live manages already/);
  });

  test('can have encoders in stacks of their own', () => {
    const stage = new Stage(app, 'Beta', { env });
    const [live, encoders] = [new Stack(stage, 'Live'), new Stack(stage, 'Encoders')];

    new ManagedStreamKey(live, 'Live').grantRead(roleIn(encoders));

    Template.fromStack(encoders).hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: { Statement: [Match.objectLike({ Resource: { 'Fn::ImportValue': Match.stringLikeRegexp('^Beta-Live:') } })] },
    });
  });
});

test('an app that knows neither account nor region has everything from parameters', () => {
  stack = new Stack(app, 'Anywhere');
  const parameter = (id: string) => new CfnParameter(stack, id).valueAsString;

  new ManagedStreamKey(stack, 'Live', {
    channel: Channel.fromChannelArn(stack, 'Channel', parameter('ChannelArn')),
    serial: new CfnParameter(stack, 'Serial', { type: 'Number' }).valueAsNumber,
    secretName: parameter('SecretName'),
    description: parameter('Description'),
    encryptionKey: kms.Key.fromKeyArn(stack, 'Key', parameter('KeyArn')),
    replicaRegions: [{ region: parameter('Replica') }],
  });

  expect(onlyResource(stack, 'Custom::IvsStreamKey').Properties).toMatchObject({
    ChannelArn: { Ref: 'ChannelArn' }, Serial: { Ref: 'Serial' }, ReplicaRegions: [{ Region: { Ref: 'Replica' } }],
  });
  expect(onlyResource(stack, 'AWS::SecretsManager::Secret').Properties).toMatchObject({
    Name: { Ref: 'SecretName' }, Description: { Ref: 'Description' }, KmsKeyId: { Ref: 'KeyArn' },
  });
});
