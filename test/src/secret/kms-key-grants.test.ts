import { App, CfnParameter, Stack } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { IManagedStreamKey, ManagedStreamKey } from '../../../src';
import { onlyResource, statementsOf } from '../only-resource';

const [OURS, THEIRS] = ['111111111111', '222222222222'];
const region = 'us-west-2';
const ALIAS_ARN = `arn:aws:kms:${region}:${OURS}:alias/media`;
const KEY_ARN = `arn:aws:kms:${region}:${OURS}:key/11111111-2222-3333-4444-555555555555`;
const VIA = { StringEquals: { 'kms:ViaService': `secretsmanager.${region}.amazonaws.com` } };
const BY_ALIAS = { ...VIA, 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': 'alias/media' } };
const ANY_KEY = { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:kms:${region}:${OURS}:key/*`]] };

let app: App;
let stack: Stack;

beforeEach(() => {
  app = new App();
  stack = new Stack(app, 'Stack', { env: { account: OURS, region } });
});

const roleIn = (scope: Stack) => new iam.Role(scope, 'Reader', { roleName: 'reader', assumedBy: new iam.ServicePrincipal('ecs-tasks.amazonaws.com') });
const byName = (scope: Stack = stack) => kms.Alias.fromAliasName(scope, 'Alias', 'alias/media');
const ofKmsIn = (scope: Stack, role: iam.IRole) => statementsOf(scope, role).filter(({ Action }) => `${Action}`.startsWith('kms:'));

/** All ways in which a reader is granted. */
const grants: [string, (live: IManagedStreamKey, role: iam.Role) => unknown][] = [
  ['grantRead', (live, role) => live.grantRead(role)],
  ['grantRead of the secret', (live, role) => live.secret.grantRead(role)],
  ['a container of ECS', (live, executionRole) => new ecs.FargateTaskDefinition(stack, 'Task', { executionRole }).addContainer('Encoder', {
    image: ecs.ContainerImage.fromRegistry('encoder'), secrets: { ALL: ecs.Secret.fromSecretsManager(live.secret) },
  })],
];
/** All ways in which a secret comes by a key. */
const secrets: [string, (encryptionKey: kms.IKey) => IManagedStreamKey][] = [
  ['made for the key', (encryptionKey) => new ManagedStreamKey(stack, 'Live', { encryptionKey })],
  ['supplied by the user', (encryptionKey) => new ManagedStreamKey(stack, 'Live', { secret: new secretsmanager.Secret(stack, 'Own', { encryptionKey }) })],
  ['of a key that is managed elsewhere', (encryptionKey) => ManagedStreamKey.fromManagedStreamKeyAttributes(stack, 'Live', {
    channelArn: `arn:aws:ivs:${region}:${OURS}:channel/abcdABCDefgh`, secretArn: `arn:aws:secretsmanager:${region}:${OURS}:secret:live-AbCdEf`, encryptionKey,
  })],
];

describe.each(grants)('by %s', (_, grant) => {
  describe.each(secrets)('of a secret %s', (__, liveWith) => {
    test('a reader decrypts with the key that has the alias, as IAM matches no ARN of an alias', () => {
      const role = roleIn(stack);
      grant(liveWith(byName()), role);

      expect(ofKmsIn(stack, role)).toEqual([{ Effect: 'Allow', Action: 'kms:Decrypt', Resource: ANY_KEY, Condition: BY_ALIAS }]);
    });

    test('a reader decrypts with a key that was imported by the ARN of an alias', () => {
      const role = roleIn(stack);
      grant(liveWith(kms.Key.fromKeyArn(stack, 'Alias', ALIAS_ARN)), role);

      expect(ofKmsIn(stack, role)).toEqual([{ Effect: 'Allow', Action: 'kms:Decrypt', Resource: ANY_KEY, Condition: BY_ALIAS }]);
    });

    test('a reader decrypts with an imported key', () => {
      const role = roleIn(stack);
      grant(liveWith(kms.Key.fromKeyArn(stack, 'Key', KEY_ARN)), role);

      expect(ofKmsIn(stack, role)).toEqual([{ Effect: 'Allow', Action: 'kms:Decrypt', Resource: KEY_ARN, Condition: VIA }]);
    });

    test.each<[string, (targetKey: kms.Key) => kms.IKey]>([
      ['made in the app', (targetKey) => new kms.Alias(stack, 'Alias', { aliasName: 'alias/media', targetKey })],
      ['imported with its key', (aliasTargetKey) => kms.Alias.fromAliasAttributes(stack, 'Alias', { aliasName: 'alias/media', aliasTargetKey })],
    ])('a reader decrypts with the key behind an alias that was %s', (___, aliasOf) => {
      const role = roleIn(stack);
      grant(liveWith(aliasOf(new kms.Key(stack, 'Key'))), role);

      const Resource = { 'Fn::GetAtt': [onlyResource(stack, 'AWS::KMS::Key').logicalId, 'Arn'] };
      expect(ofKmsIn(stack, role)).toEqual([{ Effect: 'Allow', Action: 'kms:Decrypt', Resource, Condition: VIA }]);
      expect(onlyResource(stack, 'AWS::KMS::Key').Properties.KeyPolicy.Statement).toContainEqual({
        Effect: 'Allow', Action: 'kms:Decrypt', Resource: '*', Condition: VIA, Principal: { AWS: stack.resolve(role.roleArn) },
      });
    });
  });
});

describe.each(secrets)('of a secret %s', (_, liveWith) => {
  test('a reader of another stack decrypts, without the two stacks depending on each other', () => {
    const role = roleIn(new Stack(app, 'Readers', { env: { account: OURS, region } }));
    liveWith(new kms.Key(stack, 'Key')).secret.grantRead(role);

    expect(ofKmsIn(Stack.of(role), role)).toEqual([expect.objectContaining({ Action: 'kms:Decrypt', Condition: VIA })]);
    expect(() => app.synth()).not.toThrow();
  });
});

test('the alias may come from a parameter', () => {
  const role = roleIn(stack);
  new ManagedStreamKey(stack, 'Live', { encryptionKey: kms.Alias.fromAliasName(stack, 'Alias', new CfnParameter(stack, 'Name').valueAsString) }).grantRead(role);

  expect(ofKmsIn(stack, role)[0].Condition).toEqual({ ...VIA, 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': { Ref: 'Name' } } });
});

test('who writes the secret encrypts it, with the key that has the alias', () => {
  const role = roleIn(stack);
  new ManagedStreamKey(stack, 'Live', { encryptionKey: byName() }).secret.grantWrite(role);

  expect(ofKmsIn(stack, role)).toEqual([
    { Effect: 'Allow', Action: ['kms:Encrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*'], Resource: ANY_KEY, Condition: BY_ALIAS },
  ]);
});

test('a reader of one staging label decrypts whatever it may read', () => {
  const role = roleIn(stack);
  new ManagedStreamKey(stack, 'Live', { encryptionKey: byName() }).secret.grantRead(role, ['AWSCURRENT']);

  expect(ofKmsIn(stack, role)[0].Condition).toEqual(BY_ALIAS);
});

test('a warning says what another account needs in the policy of a key of which only the alias is known', () => {
  new ManagedStreamKey(stack, 'Live', { encryptionKey: byName() }).grantRead(new iam.AccountPrincipal(THEIRS));

  expect(Annotations.fromStack(stack).findWarning('*', Match.anyValue()).map(({ entry }) => entry.data)).toEqual([
    `The policy of the KMS key is out of reach, so that AccountPrincipal(${THEIRS}) cannot decrypt the stream key yet. `
    + `Allow it kms:Decrypt there, with the kms:ViaService secretsmanager.${region}.amazonaws.com. `
    + 'Once that is done, acknowledge this warning. [ack: cdk-ivs-managed-stream-key:policyNotExtended]',
  ]);
});
