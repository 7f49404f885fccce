import { App, CfnOutput, CfnParameter, PhysicalName, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { ManagedStreamKey, ManagedStreamKeyProps } from '../../../src';
import { onlyResource, statementsOf } from '../only-resource';

const account = '111111111111';
const [PRIMARY, REPLICA] = ['us-east-1', 'us-west-2'];
const KEY_ARN = `arn:aws:kms:${REPLICA}:${account}:key/11111111-2222-3333-4444-555555555555`;

let app: App;
let stack: Stack;
let there: Stack;

beforeEach(() => {
  app = new App();
  stack = new Stack(app, 'Stack', { env: { account, region: PRIMARY } });
  there = new Stack(app, 'There', { env: { account, region: REPLICA } });
});

const liveWith = (props: ManagedStreamKeyProps = {}) =>
  new ManagedStreamKey(stack, 'Live', { secretName: 'live/main', replicaRegions: [{ region: REPLICA }], ...props });
const roleIn = (scope: Stack) => new iam.Role(scope, 'Reader', { assumedBy: new iam.ServicePrincipal('ecs-tasks.amazonaws.com') });
const arnIn = (region: string, suffix = '-??????') => ({ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:secretsmanager:${region}:${account}:secret:live/main${suffix}`]] });
const outputOf = (scope: Stack, value: string) => {
  new CfnOutput(scope, 'Output', { value });
  return Template.fromStack(scope).toJSON().Outputs.Output.Value;
};
/** What CloudFormation makes of the functions in an ARN, with a partition and the ARN that the key answers. */
const evaluated = (value: any): any => {
  if (typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(evaluated);
  const [[name, argument]] = Object.entries<any>(value);
  if (name === 'Ref') return 'aws';
  if (name === 'Fn::GetAtt') return `arn:aws:secretsmanager:${PRIMARY}:${account}:secret:live/main-AbCdEf`;
  const [first, second] = evaluated(argument);
  if (name === 'Fn::Join') return second.join(first);
  return name === 'Fn::Split' ? second.split(first) : second[first];
};

describe('a reader in the region of a replica', () => {
  test.each<[string, () => iam.IGrantable & { grantPrincipal: iam.IPrincipal }]>([
    ['a role', () => roleIn(there)],
    ['a function', () => new lambda.Function(there, 'Function', { code: lambda.Code.fromInline('-'), handler: 'index.handler', runtime: lambda.Runtime.NODEJS_22_X })],
  ])('may read the secret and the replica: %s', (_, readerIn) => {
    const reader = readerIn();
    liveWith().grantRead(reader);

    const [{ Resource }] = statementsOf(there, reader.grantPrincipal as iam.Role);
    expect((Resource as unknown[]).map(evaluated)).toEqual([PRIMARY, REPLICA].map((region) => evaluated(arnIn(region))));
  });

  test('may read them by the name that the CDK makes', () => {
    const role = roleIn(there);
    liveWith({ secretName: PhysicalName.GENERATE_IF_NEEDED }).grantRead(role);

    const name = () => onlyResource(stack, 'AWS::SecretsManager::Secret').Properties.Name;
    app.synth();
    const [{ Resource }] = statementsOf(there, role);
    expect((Resource as unknown[]).map(evaluated)).toEqual([PRIMARY, REPLICA].map((region) => `arn:aws:secretsmanager:${region}:${account}:secret:${name()}-??????`));
  });

  test.each<[string, () => kms.IKey, object]>([
    ['an imported key', () => kms.Key.fromKeyArn(stack, 'Key', KEY_ARN), { Resource: KEY_ARN }],
    ['a key of the reader\'s stack, by its alias', () => new kms.Alias(there, 'Alias', { aliasName: 'alias/media', targetKey: new kms.Key(there, 'Key') }), { Resource: { 'Fn::GetAtt': [expect.stringMatching(/^Key/), 'Arn'] } }],
    ['a key of which only the alias is known', () => kms.Alias.fromAliasName(stack, 'Key', 'alias/media'),
      { Resource: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:kms:${REPLICA}:${account}:key/*`]] } }],
  ])('decrypts the replica with %s', (_, keyIn, expected) => {
    const role = roleIn(there);
    new ManagedStreamKey(stack, 'Live', { secretName: 'live/main', replicaRegions: [{ region: REPLICA, encryptionKey: keyIn() }] }).grantRead(role);

    expect(statementsOf(there, role).slice(1)).toEqual([expect.objectContaining({ Action: 'kms:Decrypt', ...expected })]);
    expect(statementsOf(there, role)[1].Condition.StringEquals).toEqual({ 'kms:ViaService': `secretsmanager.${REPLICA}.amazonaws.com` });
  });

  test('decrypts both where both have keys', () => {
    const role = roleIn(there);
    liveWith({ encryptionKey: new kms.Key(stack, 'Key'), replicaRegions: [{ region: REPLICA, encryptionKey: kms.Key.fromKeyArn(stack, 'There', KEY_ARN) }] }).grantRead(role);

    expect(statementsOf(there, role).slice(1).map(({ Resource, Condition }) => [Resource, Condition.StringEquals['kms:ViaService']])).toEqual([
      ['*', `secretsmanager.${PRIMARY}.amazonaws.com`], [KEY_ARN, `secretsmanager.${REPLICA}.amazonaws.com`],
    ]);
  });

  test('is an error where its stack cannot refer to the secret', () => {
    const role = roleIn(there);

    expect(() => liveWith({ secretName: undefined }).grantRead(role)).toThrow(
      /`secretName` must be given, without tokens or as PhysicalName.GENERATE_IF_NEEDED, where a role of another account or region reads the secret/);
  });

  test('may refer to it without a name by the CDK\'s references across regions', () => {
    const [ours, theirs] = [PRIMARY, REPLICA].map((region) => new Stack(app, `Bridged${region}`, { env: { account, region }, crossRegionReferences: true }));
    const role = roleIn(theirs);
    new ManagedStreamKey(ours, 'Live', { replicaRegions: [{ region: REPLICA }] }).grantRead(role);

    app.synth();
    expect(statementsOf(theirs, role)[0].Resource).toHaveLength(2);
  });

  test('reads only the secret elsewhere', () => {
    const role = roleIn(stack);
    liveWith().grantRead(role);

    expect(statementsOf(stack, role)).toEqual([expect.objectContaining({ Resource: { 'Fn::GetAtt': [expect.stringMatching(/^Live/), 'SecretArn'] } })]);
  });

  test('writes no replica', () => {
    const role = roleIn(there);
    liveWith().secret.grantWrite(role);

    expect(statementsOf(there, role)[0].Resource).toEqual(arnIn(PRIMARY));
  });
});

describe('the ARN of a replica', () => {
  test('is that of the secret in another region, once the key is in it', () => {
    const arn = outputOf(stack, liveWith().replicaSecretArn(REPLICA));

    expect(JSON.stringify(arn)).toContain('SecretArn');
    expect(evaluated(arn)).toBe(`arn:aws:secretsmanager:${REPLICA}:${account}:secret:live/main-AbCdEf`);
  });

  test('has no suffix in a stack of the other region, which does not know it', () => {
    expect(evaluated(outputOf(there, liveWith().replicaSecretArn(REPLICA)))).toBe(`arn:aws:secretsmanager:${REPLICA}:${account}:secret:live/main`);
  });

  test('may be asked for by the same parameter', () => {
    const region = new CfnParameter(stack, 'Region').valueAsString;

    expect(() => liveWith({ replicaRegions: [{ region }] }).replicaSecretArn(region)).not.toThrow();
  });

  test.each<[string, ManagedStreamKeyProps, string]>([
    ['none of', {}, 'us-west-2'],
    ['there are none', { replicaRegions: undefined }, 'none'],
  ])('is an error for a region without one: %s', (_, props, got) => {
    expect(() => liveWith(props).replicaSecretArn('eu-west-1')).toThrow(new Error(
      `[Stack/Live] \`replicaSecretArn\` must be asked for one of the regions in \`replicaRegions\`, got: eu-west-1, where they are ${got}. `
      + 'Add the region there; the replicas of a `secret` of your own are known where that is made',
    ));
  });

  test('is an error for a user-supplied secret, whose replicas are the user\'s', () => {
    const secret = new secretsmanager.Secret(stack, 'Own', { replicaRegions: [{ region: REPLICA }] });

    expect(() => new ManagedStreamKey(stack, 'Live', { secret }).replicaSecretArn(REPLICA)).toThrow(/`replicaSecretArn` must be asked for/);
  });
});

test('a replica has its KMS key by the name of an alias, as the ARN of that has the region of the stack', () => {
  liveWith({ replicaRegions: [{ region: REPLICA, encryptionKey: kms.Alias.fromAliasName(stack, 'Key', 'alias/media') }] });

  expect(onlyResource(stack, 'Custom::IvsStreamKey').Properties.ReplicaRegions).toEqual([{ Region: REPLICA, KmsKeyId: 'alias/media' }]);
});
