import * as fs from 'node:fs';
import * as path from 'node:path';
import { App, Aspects, CfnResource, IPropertyInjector, PropertyInjectors, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { ManagedStreamKey, ManagedStreamKeyProps, StreamKeyProvider } from '../../../src';

const KEY_ARN = 'arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555';
const SECRET_ARN = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:theirs-abcdef';
const ROLE_ARN = 'arn:aws:iam::123456789012:role/stream-keys';
const SID = 'EncryptSecrets';

let app: App;
let stack: Stack;
beforeEach(() => {
  app = new App();
  stack = new Stack(app, 'Stack');
});

const addKey = (props: ManagedStreamKeyProps = {}) => new ManagedStreamKey(stack, 'Live', props);
const importedKey = (arn = KEY_ARN) => kms.Key.fromKeyArn(stack, 'Key', arn);
const resourceOf = ({ node }: ManagedStreamKey, id: string) => (node.findChild(id).node.defaultChild ?? node.findChild(id)) as CfnResource;

/** Has an aspect set the KMS key of every secret below it, as those who enforce encryption do. */
const encryptAll = (scope: Stack | App, priority?: number, keyId = KEY_ARN) => Aspects.of(scope).add({
  visit: (node) => { if (node instanceof secretsmanager.CfnSecret) node.kmsKeyId = keyId; },
}, { priority });

/** The statement, in all policies of the stack. */
const statements = (of = stack) => Object.values(Template.fromStack(of).findResources('AWS::IAM::Policy'))
  .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
  .filter(({ Sid }: { Sid?: string }) => Sid === SID);

/** Ways in which a stream key comes to be stored with a customer managed key. */
const ENCRYPTED: [string, () => unknown][] = [
  ['the prop', () => addKey({ encryptionKey: new kms.Key(stack, 'Key') })],
  ['the prop, with a key that is imported', () => addKey({ encryptionKey: importedKey() })],
  ['the prop of a replica', () => addKey({ replicaRegions: [{ region: 'eu-west-1', encryptionKey: importedKey() }] })],
  ['an aspect that mutates', () => { addKey(); encryptAll(stack, 200); }],
  ['an aspect', () => { addKey(); encryptAll(stack); }],
  ['an aspect on the app', () => { addKey(); encryptAll(app); }],
  ['an aspect that was there first', () => { encryptAll(stack); addKey(); }],
  ['an aspect after those that only read', () => { addKey(); encryptAll(stack, 5000); }],
  ['a property injector', () => {
    const injector: IPropertyInjector = {
      constructUniqueId: ManagedStreamKey.PROPERTY_INJECTION_ID,
      inject: (props) => ({ ...props, encryptionKey: importedKey() }),
    };
    PropertyInjectors.of(stack).add(injector);
    addKey();
  }],
  ['the property of the L1', () => { (resourceOf(addKey(), 'Secret') as secretsmanager.CfnSecret).kmsKeyId = KEY_ARN; }],
  ['an override', () => resourceOf(addKey(), 'Secret').addPropertyOverride('KmsKeyId', KEY_ARN)],
  ['an override for a replica', () => {
    resourceOf(addKey({ replicaRegions: [{ region: 'eu-west-1' }] }), 'Resource').addPropertyOverride('ReplicaRegions.0.KmsKeyId', KEY_ARN);
  }],
  ['an override that depends on a condition', () => {
    resourceOf(addKey(), 'Secret').addPropertyOverride('KmsKeyId', { 'Fn::If': ['Prod', KEY_ARN, { Ref: 'AWS::NoValue' }] });
  }],
  ['a user-supplied secret', () => addKey({ secret: new secretsmanager.Secret(stack, 'Theirs', { encryptionKey: new kms.Key(stack, 'Key') }) })],
  ['an aspect on a user-supplied secret', () => { addKey({ secret: new secretsmanager.Secret(stack, 'Theirs') }); encryptAll(stack); }],
  ['a replica of a user-supplied secret', () => addKey({
    secret: new secretsmanager.Secret(stack, 'Theirs', { replicaRegions: [{ region: 'eu-west-1', encryptionKey: importedKey() }] }),
  })],
  ['a user-supplied secret of another stack', () => {
    const other = new Stack(app, 'Other');
    addKey({ secret: new secretsmanager.Secret(other, 'Theirs', { encryptionKey: new kms.Key(other, 'Key') }) });
  }],
  ['an aspect on a stack with a user-supplied secret', () => {
    const other = new Stack(app, 'ZZ');
    addKey({ secret: new secretsmanager.Secret(other, 'Theirs') });
    encryptAll(other);
  }],
  ['an imported secret with its key', () => addKey({
    secret: secretsmanager.Secret.fromSecretAttributes(stack, 'Theirs', { secretCompleteArn: SECRET_ARN, encryptionKey: importedKey() }),
  })],
  ['an imported secret, of which nobody knows', () => addKey({ secret: secretsmanager.Secret.fromSecretCompleteArn(stack, 'Theirs', SECRET_ARN) })],
];

/** Ways in which it does not. */
const NOT_ENCRYPTED: [string, () => unknown][] = [
  ['by default', () => addKey()],
  ['with replicas', () => addKey({ replicaRegions: [{ region: 'eu-west-1' }] })],
  ['with a user-supplied secret of the app', () => addKey({ secret: new secretsmanager.Secret(stack, 'Theirs') })],
  ['where only another secret is encrypted', () => {
    addKey();
    new secretsmanager.Secret(stack, 'Theirs', { encryptionKey: new kms.Key(stack, 'Key') });
  }],
  ['where an aspect names the key of AWS', () => { addKey(); encryptAll(stack, undefined, 'alias/aws/secretsmanager'); }],
  ['where an aspect names the ARN of the key of AWS', () => { addKey(); encryptAll(stack, undefined, stack.formatArn({ service: 'kms', resource: 'alias', resourceName: 'aws/secretsmanager' })); }],
  ['where an override takes the key away', () => resourceOf(addKey({ encryptionKey: importedKey() }), 'Secret').addPropertyDeletionOverride('KmsKeyId')],
  ['where an override sets no value', () => resourceOf(addKey(), 'Secret').addPropertyOverride('KmsKeyId', { Ref: 'AWS::NoValue' })],
];

describe('the handler may encrypt through Secrets Manager', () => {
  test.each(ENCRYPTED)('by %s', (_, fill) => {
    fill();

    expect(statements()).toEqual([{
      Sid: SID,
      Effect: 'Allow',
      Action: ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey'],
      Resource: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':kms:*:*:key/*']] },
      Condition: { StringLike: { 'kms:ViaService': 'secretsmanager.*.amazonaws.com' } },
    }]);
  });

  test.each([['with', true], ['without', false]])('%s aspects being run until nothing changes', (_, stabilized) => {
    app = new App({ context: { '@aws-cdk/core:aspectStabilization': stabilized } });
    stack = new Stack(app, 'Stack');
    addKey();
    encryptAll(app, 5000);

    expect(statements()).toHaveLength(1);
  });

  test('once for many secrets', () => {
    for (const name of ['One', 'Two', 'Three']) new ManagedStreamKey(stack, name, { encryptionKey: new kms.Key(stack, `Key${name}`) });

    expect(statements()).toHaveLength(1);
  });
});

describe('the handler may use no KMS key', () => {
  test.each(NOT_ENCRYPTED)('%s', (_, fill) => {
    fill();

    expect(statements()).toEqual([]);
    expect(JSON.stringify(Template.fromStack(stack).findResources('AWS::IAM::Policy'))).not.toMatch(/null|kms:(?!\*:\*:key)/);
  });
});

describe('the role', () => {
  const ownRole = (scope = stack) => new iam.Role(scope, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });

  test.each<[string, (scope: Stack) => iam.IRole]>([
    ['of the stack', ownRole],
    ['that is imported', (scope) => iam.Role.fromRoleArn(scope, 'Role', ROLE_ARN)],
  ])('%s is given the statement', (_, roleIn) => {
    addKey({ provider: new StreamKeyProvider(stack, 'Provider', { role: roleIn(stack) }) });
    encryptAll(stack);

    expect(statements()).toHaveLength(1);
  });

  test('that cannot be extended is warned about, with what it has to be allowed', () => {
    const role = iam.Role.fromRoleArn(stack, 'Role', ROLE_ARN, { mutable: false });
    addKey({ provider: new StreamKeyProvider(stack, 'Provider', { role }) });
    encryptAll(stack, 5000);

    Annotations.fromStack(stack).hasWarning('/Stack/Provider/Handler', Match.stringLikeRegexp('roleNotExtended'));
    Annotations.fromStack(stack).hasWarning('/Stack/Provider/Handler', Match.stringLikeRegexp('kms:GenerateDataKey'));
  });

  test('that cannot be extended is not warned about keys that nothing uses', () => {
    const role = iam.Role.fromRoleArn(stack, 'Role', ROLE_ARN, { mutable: false });
    addKey({ provider: new StreamKeyProvider(stack, 'Provider', { role }) });

    Annotations.fromStack(stack).hasNoWarning('/Stack/Provider/Handler', Match.stringLikeRegexp('kms:'));
  });

  test.each([['as it is', false], ['with its statements merged', true]])('of two providers is given the statement if the second one needs it, %s', (_, minimized) => {
    app = new App({ context: { '@aws-cdk/aws-iam:minimizePolicies': minimized } });
    stack = new Stack(app, 'Stack');
    const role = ownRole();
    const [one, two] = ['One', 'Two'].map((id) => new StreamKeyProvider(stack, id, { role }));
    new ManagedStreamKey(stack, 'Plain', { provider: one });
    new ManagedStreamKey(stack, 'Encrypted', { provider: two, encryptionKey: importedKey() });

    expect(statements()).toHaveLength(1);
    expect([one, two].map(({ requiredStatements }) => requiredStatements.some(({ sid }) => sid === SID))).toEqual([false, true]);
  });

  test('that was made before by others is reported with the statement', () => {
    iam.Role.customizeRoles(stack, { usePrecreatedRoles: { 'Stack/ManagedStreamKeyProvider/Role': 'stream-keys' } });
    addKey();
    encryptAll(stack);

    const { directory } = app.synth();

    expect(Template.fromStack(stack).findResources('AWS::IAM::Policy')).toEqual({});
    const { roles: [{ identityPolicyStatements }] } = JSON.parse(fs.readFileSync(path.join(directory, 'iam-policy-report.json'), 'utf8'));
    expect(identityPolicyStatements).toContainEqual(expect.objectContaining({ Sid: SID, Action: ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey'] }));
  });
});

describe('the required statements', () => {
  const sids = ({ provider }: ManagedStreamKey) => provider.requiredStatements.map(({ sid }) => sid);

  test('have it after synthesis', () => {
    const live = addKey();
    encryptAll(stack, 5000);

    expect(sids(live)).not.toContain(SID);
    app.synth();
    expect(sids(live)).toContain(SID);
  });

  test('have it before synthesis if that is known', () => {
    expect(sids(addKey({ encryptionKey: importedKey() }))).toContain(SID);
  });

  test('do not have it where it is not needed', () => {
    const live = addKey();
    app.synth();

    expect(sids(live)).not.toContain(SID);
  });
});

test('a policy shows the statement as any other to those who read it as an object', () => {
  const { provider } = addKey();
  const policy = provider.node.findChild('Role').node.findChild('DefaultPolicy') as iam.Policy;

  const { Statement } = policy.document.toJSON();

  expect(Statement.find(({ Sid }: { Sid?: string }) => Sid === SID)).toEqual(expect.objectContaining({ Effect: 'Allow', Action: ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey'] }));
});
