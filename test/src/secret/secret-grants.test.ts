import { Annotations as Notes, App, CfnParameter, NestedStack, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { IManagedStreamKey, ManagedStreamKey, ManagedStreamKeyAttributes, ManagedStreamKeyProps, SecretField } from '../../../src';
import { onlyResource } from '../only-resource';

const [OURS, THEIRS] = ['111111111111', '222222222222'];
const region = 'us-west-2';
const SECRET_ARN = `arn:aws:secretsmanager:${region}:${OURS}:secret:live-AbCdEf`;
const KEY_ARN = `arn:aws:kms:${region}:${OURS}:key/11111111-2222-3333-4444-555555555555`;
const RESOURCE_POLICY = 'AWS::SecretsManager::ResourcePolicy';
const READ = { Effect: 'Allow', Action: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'] };
const DECRYPT_ONLY = expect.objectContaining({ Action: 'kms:Decrypt' });
const WARNING_ID = 'cdk-ivs-managed-stream-key:policyNotExtended';

let app: App;
let stack: Stack;

beforeEach(() => {
  app = new App();
  stack = stackOf(OURS, 'Stack');
});

const stackOf = (account: string, id: string) => new Stack(app, id, { env: { account, region } });
const roleIn = (scope: Stack, id = 'Encoder') => new iam.Role(scope, id, { roleName: 'encoder', assumedBy: new iam.ServicePrincipal('ecs-tasks.amazonaws.com') });
const roleOf = (account: string) => iam.Role.fromRoleArn(stack, 'Encoder', `arn:aws:iam::${account}:role/encoder`);
const encrypted = () => ({ encryptionKey: new kms.Key(stack, 'Key') });
const liveWith = (props: ManagedStreamKeyProps = {}) => new ManagedStreamKey(stack, 'Live', props);
const importedWith = (more: Partial<ManagedStreamKeyAttributes> = {}): IManagedStreamKey => ManagedStreamKey.fromManagedStreamKeyAttributes(stack, 'Live', {
  channelArn: `arn:aws:ivs:${region}:${OURS}:channel/abcdABCDefgh`, secretArn: SECRET_ARN, ...more,
});

const policy = () => onlyResource(stack, RESOURCE_POLICY).Properties;
const keyStatements = () => onlyResource(stack, 'AWS::KMS::Key').Properties.KeyPolicy.Statement;
const warnings = () => Annotations.fromStack(stack).findWarning('*', Match.anyValue()).map(({ id, entry }) => [id, entry.data]);
const root = (account: string) => ({ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:iam::${account}:root`]] });
const decryptFor = (Principal: object, more: object = {}) => ({
  Effect: 'Allow', Action: 'kms:Decrypt', Resource: '*', Principal, Condition: { StringEquals: { 'kms:ViaService': `secretsmanager.${region}.amazonaws.com`, ...more } },
});

describe.each<[string, () => iam.IGrantable, object, object]>([
  ['a role of another account', () => roleOf(THEIRS), { AWS: `arn:aws:iam::${THEIRS}:role/encoder` }, {}],
  ['another account', () => new iam.AccountPrincipal(THEIRS), { AWS: root(THEIRS) }, {}],
  ['an ARN of another account', () => new iam.ArnPrincipal(`arn:aws:iam::${THEIRS}:role/encoder`), { AWS: `arn:aws:iam::${THEIRS}:role/encoder` }, {}],
  ['a service', () => new iam.ServicePrincipal('medialive.amazonaws.com'), { Service: 'medialive.amazonaws.com' }, {}],
  ['an organization', () => new iam.OrganizationPrincipal('o-1234567890'), { AWS: '*' }, { 'aws:PrincipalOrgID': 'o-1234567890' }],
])('%s', (_, grantee, principal, condition) => {
  test('reads by the policy of the secret, which is made once the key is in it', () => {
    liveWith(encrypted()).grantRead(grantee());

    expect(policy()).toEqual({
      SecretId: { 'Fn::GetAtt': [onlyResource(stack, 'Custom::IvsStreamKey').logicalId, 'SecretArn'] },
      ResourcePolicy: {
        Version: '2012-10-17',
        Statement: [{ ...READ, Resource: '*', Principal: principal, ...(Object.keys(condition).length > 0 && { Condition: { StringEquals: condition } }) }],
      },
    });
  });

  test('decrypts by the policy of the KMS key, through Secrets Manager only', () => {
    liveWith(encrypted()).grantRead(grantee());

    expect(keyStatements()).toContainEqual(decryptFor(principal, condition));
  });

  test('is granted what it gets', () => {
    expect(liveWith(encrypted()).grantRead(grantee()).success).toBe(true);
    expect(warnings()).toEqual([]);
  });

  test('is refused by a secret that aws/secretsmanager encrypts', () => {
    const to = grantee();

    expect(() => liveWith().grantRead(to)).toThrow(new Error(
      '[Stack/Live] `encryptionKey` must be given where somebody outside of the account reads the secret, as the key aws/secretsmanager decrypts '
      + `for nobody else, got: none for ${to.grantPrincipal}. Choose a kms.Key; a \`secret\` of your own has to have one itself`,
    ));
  });
});

describe('a role of another account that is made in this app', () => {
  const named = () => ({ secretName: 'live/key' });
  const byName = { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:secretsmanager:${region}:${OURS}:secret:live/key-??????`]] };
  const imported = () => secretsmanager.Secret.fromSecretAttributes(stack, 'Own', { secretCompleteArn: SECRET_ARN, ...encrypted() });

  test.each<[string, () => ManagedStreamKeyProps, unknown]>([
    ['that is made for the key, by its name', () => ({ ...encrypted(), ...named() }), byName],
    ['of the customer\'s own, by its name', () => ({ secret: new secretsmanager.Secret(stack, 'Own', { ...encrypted(), ...named() }) }), byName],
    ['that is imported, by its ARN', () => ({ secret: imported() }), SECRET_ARN],
  ])('reads a secret %s', (_, props, Resource) => {
    const theirs = stackOf(THEIRS, 'Theirs');
    liveWith(props()).grantRead(roleIn(theirs));

    const { Principal, ...decrypt } = decryptFor({});
    expect(onlyResource(theirs, 'AWS::IAM::Policy').Properties.PolicyDocument.Statement).toEqual([{ ...READ, Resource }, decrypt]);
  });

  test('is named in the policies of the secret and of its KMS key', () => {
    liveWith({ ...encrypted(), ...named() }).grantRead(roleIn(stackOf(THEIRS, 'Theirs')));

    const arn = { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:iam::${THEIRS}:role/encoder`]] };
    expect(policy().ResourcePolicy.Statement).toEqual([{ ...READ, Resource: '*', Principal: { AWS: arn } }]);
    expect(keyStatements()).toContainEqual(decryptFor({ AWS: arn }));
  });

  describe('is refused by a secret that its stack cannot refer to', () => {
    const unnamed = new Error('[Stack/Live] `secretName` must be given, without tokens or as PhysicalName.GENERATE_IF_NEEDED, where a role of another account or region reads the secret, '
      + 'as its stack cannot refer to the secret otherwise, got: none for Theirs/Encoder. '
      + 'Choose a name; a `secret` of your own has to have one itself, or to be imported by an ARN without tokens');

    test.each<[string, () => ManagedStreamKeyProps]>([
      ['made for the key without a name', encrypted],
      ['with a name that only its stack knows', () => ({ ...encrypted(), secretName: new CfnParameter(stack, 'Name').valueAsString })],
      ['of the customer\'s own, without a name', () => ({ secret: new secretsmanager.Secret(stack, 'Own', encrypted()) })],
      ['imported by a parameter', () => ({ secret: secretsmanager.Secret.fromSecretCompleteArn(stack, 'Own', new CfnParameter(stack, 'Arn').valueAsString) })],
    ])('%s', (_, props) => {
      const live = liveWith(props());
      const role = roleIn(stackOf(THEIRS, 'Theirs'));

      expect(() => live.grantRead(role)).toThrow(unnamed);
    });

    test('also if only its policy is made there', () => {
      const role = iam.Role.fromRoleArn(stackOf(THEIRS, 'Theirs'), 'Encoder', `arn:aws:iam::${THEIRS}:role/encoder`);

      expect(() => liveWith(encrypted()).grantRead(role)).toThrow(unnamed);
    });

    test('unless it has no policy there', () => {
      const role = iam.Role.fromRoleArn(stackOf(THEIRS, 'Theirs'), 'Encoder', `arn:aws:iam::${THEIRS}:role/encoder`, { mutable: false });
      liveWith(encrypted()).grantRead(role);

      expect(policy().ResourcePolicy.Statement).toMatchObject([{ Principal: { AWS: `arn:aws:iam::${THEIRS}:role/encoder` } }]);
    });
  });
});

describe('this account', () => {
  test.each<[string, () => iam.IPrincipal, unknown]>([
    ['itself', () => new iam.AccountPrincipal(OURS), root(OURS)],
    ['as the one of the stack', () => new iam.AccountRootPrincipal(), root(OURS)],
    ['with an ARN', () => new iam.ArnPrincipal(`arn:aws:iam::${OURS}:role/encoder`), `arn:aws:iam::${OURS}:role/encoder`],
  ])('reads %s by the policy of the secret, also without a KMS key', (_, principal, AWS) => {
    liveWith().grantRead(principal());

    expect(policy().ResourcePolicy.Statement).toEqual([{ ...READ, Resource: '*', Principal: { AWS } }]);
    expect(warnings()).toEqual([]);
  });

  test.each<[string, () => iam.IGrantable]>([
    ['a role of the stack', () => roleIn(stack)],
    ['a role of another stack', () => roleIn(stackOf(OURS, 'Other'))],
    ['a role of a nested stack', () => roleIn(new NestedStack(stack, 'Nested'))],
    ['an imported role', () => roleOf(OURS)],
    ['an imported role that is not to be changed', () => iam.Role.fromRoleArn(stack, 'Encoder', `arn:aws:iam::${OURS}:role/encoder`, { mutable: false })],
    ['a user', () => new iam.User(stack, 'User')],
    ['a group', () => new iam.Group(stack, 'Group')],
  ])('has %s read without a policy of the secret', (_, grantee) => {
    const live = liveWith();
    const to = grantee();
    live.grantRead(to);
    live.secret.grantRead(to);

    Template.fromStack(stack).resourceCountIs(RESOURCE_POLICY, 0);
    expect(warnings()).toEqual([]);
  });

  test('has a function without a known role left to the warning of the CDK', () => {
    liveWith().grantRead(lambda.Function.fromFunctionArn(stack, 'Encoder', `arn:aws:lambda:${region}:${OURS}:function:encoder`));

    Template.fromStack(stack).resourceCountIs(RESOURCE_POLICY, 0);
    expect(warnings()).toEqual([['/Stack/Encoder', expect.stringContaining('unknownPrincipalAddStatementToRole')]]);
  });

  test('has a function without a known role left to the warnings of the CDK also with a KMS key', () => {
    liveWith(encrypted()).grantRead(lambda.Function.fromFunctionArn(stack, 'Encoder', `arn:aws:lambda:${region}:${OURS}:function:encoder`));

    expect(keyStatements()).not.toContainEqual(DECRYPT_ONLY);
    expect(warnings()).toEqual([
      ['/Stack/Encoder', expect.stringMatching(/secretsmanager:GetSecretValue.*unknownPrincipalAddStatementToRole/)],
      ['/Stack/Encoder', expect.stringMatching(/kms:Decrypt.*unknownPrincipalAddStatementToRole/)],
    ]);
  });
});

describe('a group', () => {
  const groupOf = (account: string) => iam.Group.fromGroupArn(stack, 'Group', `arn:aws:iam::${account}:group/operators`);

  test.each<[string, () => iam.IGroup]>([
    ['of the stack', () => new iam.Group(stack, 'Group')],
    ['that is imported', () => groupOf(OURS)],
    ['of another account', () => groupOf(THEIRS)],
    ['of an account that may be another one', () => {
      stack = new Stack(app, 'Anywhere');
      return groupOf(THEIRS);
    }],
  ])('%s reads and decrypts by its own policy only', (_, groupIn) => {
    const group = groupIn();
    liveWith(encrypted()).grantRead(group);

    Template.fromStack(stack).resourceCountIs(RESOURCE_POLICY, 0);
    expect(keyStatements()).not.toContainEqual(DECRYPT_ONLY);
    Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', {
      Groups: [stack.resolve(group.groupName)],
      PolicyDocument: { Statement: [Match.objectLike(READ), Match.objectLike({ Action: 'kms:Decrypt' })] },
    });
  });

  test('of this account has no warning', () => {
    liveWith(encrypted()).grantRead(groupOf(OURS));

    expect(warnings()).toEqual([]);
  });

  test('of another account has a warning that says who is to be granted, too', () => {
    liveWith(encrypted()).grantRead(groupOf(THEIRS));

    expect(warnings()).toEqual([['/Stack/Live',
      'No policy of a secret or of a KMS key can name a group, so that Stack/Group cannot read the stream key yet. '
      + `Grant it to the account of the group, too: to new iam.AccountPrincipal('${THEIRS}'). `
      + `Once that is done, acknowledge this warning. [ack: ${WARNING_ID}]`]]);
  });
});

describe('a KMS key of another stack', () => {
  const inStack = (key: Stack) => onlyResource(key, 'AWS::KMS::Key').Properties.KeyPolicy.Statement;
  let keys: Stack;

  beforeEach(() => {
    stack = new Stack(app, 'Anywhere');
    keys = new Stack(app, 'Keys');
  });

  test('names an imported role, which may be of another account', () => {
    liveWith({ encryptionKey: new kms.Key(keys, 'Key') }).grantRead(roleOf(THEIRS));

    expect(policy().ResourcePolicy.Statement).toMatchObject([{ Principal: { AWS: `arn:aws:iam::${THEIRS}:role/encoder` } }]);
    expect(inStack(keys)).toContainEqual(expect.objectContaining({ Action: 'kms:Decrypt', Principal: { AWS: `arn:aws:iam::${THEIRS}:role/encoder` } }));
  });

  test.each<[string, () => iam.IGrantable]>([
    ['is made', () => roleIn(stack)],
    ['is made when it is used', () => new iam.LazyRole(stack, 'Encoder', { assumedBy: new iam.ServicePrincipal('ecs-tasks.amazonaws.com') })],
    ['is made, and imported again', () => iam.Role.fromRoleArn(stack, 'Again', roleIn(stack).roleArn)],
    ['is made, and has conditions', () => new iam.PrincipalWithConditions(roleIn(stack), { Bool: { 'aws:SecureTransport': 'true' } })],
  ])('does not name a role that %s in the stack that needs the key', (_, role) => {
    liveWith({ encryptionKey: new kms.Key(keys, 'Key') }).grantRead(role());

    app.synth();
    expect(inStack(keys)).not.toContainEqual(DECRYPT_ONLY);
    expect(keys.dependencies).toEqual([]);
    expect(stack.dependencies).toEqual([keys]);
  });
});

describe('a stack that may be deployed anywhere', () => {
  beforeEach(() => { stack = new Stack(app, 'Anywhere'); });

  test.each<[string, () => iam.IGrantable]>([
    ['a role of another stack', () => roleIn(new Stack(app, 'Other'))],
    ['a role of the stack', () => roleIn(stack)],
  ])('has %s read without a policy of the secret', (_, grantee) => {
    const live = liveWith();
    const to = grantee();
    live.grantRead(to);
    live.secret.grantRead(to);

    Template.fromStack(stack).resourceCountIs(RESOURCE_POLICY, 0);
  });

  test.each<[string, () => iam.IGrantable]>([
    ['a role', () => roleOf(THEIRS)],
    ['an account', () => new iam.AccountPrincipal(THEIRS)],
  ])('names %s in the policy of the secret, as it may be of another account', (_, grantee) => {
    liveWith().grantRead(grantee());

    expect(policy().ResourcePolicy.Statement).toHaveLength(1);
  });
});

describe('the policy of the secret', () => {
  test('is there for nobody by default', () => {
    liveWith(encrypted());

    Template.fromStack(stack).resourceCountIs(RESOURCE_POLICY, 0);
  });

  test('is one for all', () => {
    const live = liveWith(encrypted());
    live.grantRead(new iam.AccountPrincipal(THEIRS));
    live.grantRead(new iam.AccountPrincipal('333333333333'));
    live.secret.grantRead(new iam.AccountPrincipal('444444444444'));

    expect(policy().ResourcePolicy.Statement.map(({ Principal }: any) => Principal.AWS)).toEqual([THEIRS, '333333333333', '444444444444'].map(root));
  });

  test('takes statements by the secret that is handed out', () => {
    const statement = new iam.PolicyStatement({ effect: iam.Effect.DENY, actions: ['secretsmanager:DeleteSecret'], resources: ['*'], principals: [new iam.AnyPrincipal()] });
    const { statementAdded } = liveWith().secret.addToResourcePolicy(statement);

    expect(statementAdded).toBe(true);
    expect(policy().ResourcePolicy.Statement).toEqual([{ Effect: 'Deny', Action: 'secretsmanager:DeleteSecret', Resource: '*', Principal: { AWS: '*' } }]);
  });

  test('must be one of principals', () => {
    liveWith().secret.addToResourcePolicy(new iam.PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources: ['*'] }));

    expect(() => app.synth()).toThrow(/\[Stack\/Live\/Secret\] A PolicyStatement used in a resource-based policy must specify at least one IAM principal/);
  });

  test('can be waited for', () => {
    liveWith().grantRead(new iam.AccountPrincipal(OURS)).applyBefore(new iam.User(stack, 'Reader'));

    expect(onlyResource(stack, 'AWS::IAM::User').DependsOn).toEqual([onlyResource(stack, RESOURCE_POLICY).logicalId]);
  });

  test('lets ECS of another account start tasks', () => {
    liveWith(encrypted()).ecsSecret(SecretField.RTMPS_URL).grantRead(roleOf(THEIRS));

    expect(policy().ResourcePolicy.Statement).toHaveLength(1);
  });
});

describe('a secret of the customer\'s own', () => {
  test('has the grantee in the policy that it has itself', () => {
    const secret = new secretsmanager.Secret(stack, 'Own', encrypted());
    secret.grantRead(new iam.AccountPrincipal('333333333333'));
    liveWith({ secret }).grantRead(new iam.AccountPrincipal(THEIRS));

    expect(policy()).toMatchObject({
      SecretId: { Ref: onlyResource(stack, 'AWS::SecretsManager::Secret').logicalId },
      ResourcePolicy: { Statement: [{ Principal: { AWS: root('333333333333') } }, { ...READ, Resource: '*', Principal: { AWS: root(THEIRS) } }] },
    });
    expect(keyStatements()).toContainEqual(decryptFor({ AWS: root(THEIRS) }));
  });

  test('may be one of another stack', () => {
    const other = stackOf(OURS, 'Other');
    const secret = new secretsmanager.Secret(other, 'Own', { encryptionKey: new kms.Key(other, 'Key') });
    liveWith({ secret }).grantRead(new iam.AccountPrincipal(THEIRS));

    expect(onlyResource(other, RESOURCE_POLICY).Properties.ResourcePolicy.Statement).toMatchObject([{ Principal: { AWS: root(THEIRS) } }]);
    expect(other.dependencies).toEqual([]);
  });

  test('has a warning if its policy is out of reach', () => {
    const secret = secretsmanager.Secret.fromSecretCompleteArn(stack, 'Own', SECRET_ARN);
    const grant = liveWith({ secret }).grantRead(new iam.AccountPrincipal(OURS));

    expect(grant.success).toBe(false);
    expect(warnings()).toEqual([['/Stack/Live',
      `The policy of the secret is out of reach, so that AccountPrincipal(${OURS}) cannot read the stream key yet. `
      + 'Allow it secretsmanager:GetSecretValue and secretsmanager:DescribeSecret there. '
      + `Once that is done, acknowledge this warning. [ack: ${WARNING_ID}]`]]);
  });
});

describe('a stream key that is managed elsewhere', () => {
  const outOfReach = (principal: iam.IPrincipal) => `The policy of the secret is out of reach, so that ${principal} cannot read the stream key yet. `
    + 'Allow it secretsmanager:GetSecretValue and secretsmanager:DescribeSecret there';
  const DONE = `. Once that is done, acknowledge this warning. [ack: ${WARNING_ID}]`;

  test.each<[string, () => iam.IPrincipal]>([
    ['another account', () => new iam.AccountPrincipal(THEIRS)],
    ['a service', () => new iam.ServicePrincipal('medialive.amazonaws.com')],
  ])('says what to allow %s where, and grants nothing', (_, principal) => {
    const to = principal();

    expect(importedWith().grantRead(to).success).toBe(false);
    expect(warnings()).toEqual([['/Stack/Live',
      `${outOfReach(to)}, and kms:Decrypt in the policy of the KMS key, which must be another than aws/secretsmanager${DONE}`]]);
  });

  test('says what to allow in the policies of the secret and of the KMS key', () => {
    const to = new iam.AccountPrincipal(THEIRS);
    importedWith({ encryptionKey: kms.Key.fromKeyArn(stack, 'Key', KEY_ARN) }).grantRead(to);

    expect(warnings()).toEqual([
      ['/Stack/Live', `${outOfReach(to)}${DONE}`],
      ['/Stack/Live', `The policy of the KMS key is out of reach, so that ${to} cannot decrypt the stream key yet. `
        + `Allow it kms:Decrypt there, with the kms:ViaService secretsmanager.${region}.amazonaws.com${DONE}`],
    ]);
  });

  test('says what else a role of the stack needs whose account is another one', () => {
    stack = stackOf(THEIRS, 'Theirs');
    const role = roleIn(stack);
    const grant = importedWith().grantRead(role);

    expect(onlyResource(stack, 'AWS::IAM::Policy').Properties.PolicyDocument.Statement).toEqual([{ ...READ, Resource: SECRET_ARN }]);
    expect(grant.success).toBe(true);
    expect(warnings()).toEqual([['/Theirs/Live',
      `${outOfReach(role)}, and kms:Decrypt in the policy of the KMS key, which must be another than aws/secretsmanager${DONE}`]]);
  });

  test('says nothing to a role of the account', () => {
    importedWith({ encryptionKey: kms.Key.fromKeyArn(stack, 'Key', KEY_ARN) }).grantRead(roleIn(stack));

    expect(warnings()).toEqual([]);
  });

  test('says nothing while the account is unknown', () => {
    stack = new Stack(app, 'Anywhere');
    importedWith().grantRead(roleIn(stack));

    expect(warnings()).toEqual([]);
  });

  test('says nothing once that is acknowledged', () => {
    const live = importedWith();
    live.grantRead(new iam.AccountPrincipal(THEIRS));
    Notes.of(live).acknowledgeWarning(WARNING_ID);

    expect(warnings()).toEqual([]);
  });
});

test('an imported KMS key has a warning of its own, as its policy is out of reach', () => {
  liveWith({ encryptionKey: kms.Key.fromKeyArn(stack, 'Key', KEY_ARN) }).grantRead(new iam.AccountPrincipal(THEIRS));

  expect(policy().ResourcePolicy.Statement).toHaveLength(1);
  expect(warnings()).toEqual([['/Stack/Live',
    `The policy of the KMS key is out of reach, so that AccountPrincipal(${THEIRS}) cannot decrypt the stream key yet. `
    + `Allow it kms:Decrypt there, with the kms:ViaService secretsmanager.${region}.amazonaws.com. `
    + `Once that is done, acknowledge this warning. [ack: ${WARNING_ID}]`]]);
});
