import { App, Duration, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { ManagedStreamKey, ManagedStreamKeyProps } from '../../../src';
import { onlyResource } from '../only-resource';

let app: App;
let stack: Stack;
let operator: iam.Role;

beforeEach(() => {
  app = new App();
  stack = new Stack(app, 'Stack');
  operator = new iam.Role(stack, 'Operator', { assumedBy: new iam.AccountRootPrincipal() });
});

const grantTo = (grantee: iam.IGrantable, props?: ManagedStreamKeyProps) => {
  const live = new ManagedStreamKey(stack, 'Live', props);
  return { live, grant: live.grantRotate(grantee) };
};
const handlerArn = () => ({ 'Fn::GetAtt': [onlyResource(stack, 'AWS::Lambda::Function').logicalId, 'Arn'] });
/** What the policy of the operator allows; undefined without one. */
const statementsOf = (role: iam.Role) => Object.values(Template.fromStack(stack).findResources('AWS::IAM::Policy', {
  Properties: { Roles: [stack.resolve(role.roleName)] },
}))[0]?.Properties.PolicyDocument.Statement;

describe('the permission to rotate the stream key', () => {
  test('is there for nobody by default', () => {
    new ManagedStreamKey(stack, 'Live', { rotationSchedule: {} });

    expect(statementsOf(operator)).toBeUndefined();
  });

  test.each<[string, () => ManagedStreamKeyProps]>([
    ['the secret', () => ({})],
    ['the secret when it is encrypted with a KMS key', () => ({ encryptionKey: new kms.Key(stack, 'Key') })],
  ])('starts rotations of %s, and changes neither the schedule nor the function', (_, props) => {
    grantTo(operator, { rotationSchedule: {}, ...props() });

    expect(statementsOf(operator)[0]).toEqual({
      Action: ['secretsmanager:DescribeSecret', 'secretsmanager:RotateSecret'],
      Condition: {
        BoolIfExists: { 'secretsmanager:ModifyRotationRules': 'false' },
        ArnEqualsIfExists: { 'secretsmanager:RotationLambdaARN': handlerArn() },
      },
      Effect: 'Allow',
      Resource: { 'Fn::GetAtt': [onlyResource(stack, 'Custom::IvsStreamKey').logicalId, 'SecretArn'] },
    });
  });

  test('has the function called by a service only, never by the grantee', () => {
    grantTo(operator, { rotationSchedule: {} });

    expect(statementsOf(operator).slice(1)).toEqual([{
      Action: 'lambda:InvokeFunction',
      Condition: { Bool: { 'aws:ViaAWSService': 'true' } },
      Effect: 'Allow',
      Resource: handlerArn(),
    }]);
  });

  test('is handed out as a grant', () => {
    expect(grantTo(operator, { rotationSchedule: {} }).grant.success).toBe(true);
  });
});

describe('a grantee that cannot have the permission', () => {
  const ACCOUNT = '111111111111';

  test.each<[string, () => iam.IPrincipal]>([
    ['a role of another account', () => iam.Role.fromRoleArn(stack, 'Role', 'arn:aws:iam::222222222222:role/operator')],
    ['another account', () => new iam.AccountPrincipal('222222222222')],
    ['the account itself', () => new iam.AccountRootPrincipal()],
    ['a service', () => new iam.ServicePrincipal('scheduler.amazonaws.com')],
    ['an ARN of another account', () => new iam.ArnPrincipal('arn:aws:iam::222222222222:role/operator')],
    ['everybody', () => new iam.AnyPrincipal()],
  ])('gets nothing and a warning: %s', (_, principal) => {
    stack = new Stack(app, 'Here', { env: { account: ACCOUNT, region: 'us-west-2' } });
    const to = principal();

    const { grant } = grantTo(to, { rotationSchedule: {} });

    expect(grant.success).toBe(false);
    Template.fromStack(stack).resourceCountIs('AWS::SecretsManager::ResourcePolicy', 0);
    Annotations.fromStack(stack).hasWarning('/Here/Live',
      `\`grantRotate\` gives ${to} nothing, as only a policy of a role, user or group of this account can allow what a rotation takes. `
      + `Grant it to a role of this account, made here or imported by iam.Role.fromRoleArn, that ${to} may assume. `
      + '[ack: cdk-ivs-managed-stream-key:rotateNotGranted]');
  });

  test.each<[string, () => string]>([
    ['of the account', () => `arn:aws:iam::${ACCOUNT}:role/operator`],
    ['that is known later', () => operator.roleArn],
  ])('gets nothing and a warning that says how to import it: an ARN %s', (_, arn) => {
    stack = new Stack(app, 'Here', { env: { account: ACCOUNT, region: 'us-west-2' } });
    const to = new iam.ArnPrincipal(arn());

    const { grant } = grantTo(to, { rotationSchedule: {} });

    expect(grant.success).toBe(false);
    Annotations.fromStack(stack).hasWarning('/Here/Live',
      `\`grantRotate\` gives ${to} nothing, as only a policy of a role, user or group of this account can allow what a rotation takes. `
      + 'If it is a role, user or group of this account, import it, for example by iam.Role.fromRoleArn; '
      + 'if not, grant it to a role of this account that it may assume. [ack: cdk-ivs-managed-stream-key:rotateNotGranted]');
  });

  test('is none of the roles of the account', () => {
    stack = new Stack(app, 'Here', { env: { account: ACCOUNT, region: 'us-west-2' } });

    expect(grantTo(iam.Role.fromRoleArn(stack, 'Role', `arn:aws:iam::${ACCOUNT}:role/operator`), { rotationSchedule: {} }).grant.success).toBe(true);
    Annotations.fromStack(stack).hasNoWarning('*', Match.anyValue());
  });
});

describe('a rotation by hand', () => {
  test('needs a rotation schedule', () => {
    grantTo(operator);

    expect(() => app.synth()).toThrow(new Error(
      'Validation failed with the following errors:\n'
      + '  [Stack/Live] `grantRotate` must come with a rotation schedule, as Secrets Manager rotates no secret without one, got: none. '
      + 'Add one; addRotationSchedule(\'OnDemand\', { automaticallyAfter: Duration.days(0) }) rotates by hand only',
    ));
  });

  test('may have a schedule that is added after the grant', () => {
    const { live } = grantTo(operator);
    live.addRotationSchedule('OnDemand', { automaticallyAfter: Duration.days(0) });

    expect(() => app.synth()).not.toThrow();
  });

  test('may have a schedule that is added before the grant', () => {
    const live = new ManagedStreamKey(stack, 'Live');
    live.addRotationSchedule('OnDemand', { automaticallyAfter: Duration.days(0) });
    live.grantRotate(operator);

    expect(() => app.synth()).not.toThrow();
  });

  test('may have a schedule that is a prop', () => {
    grantTo(operator, { rotationSchedule: {} });

    expect(() => app.synth()).not.toThrow();
  });

  test('is possible without a grant', () => {
    new ManagedStreamKey(stack, 'Live');

    expect(() => app.synth()).not.toThrow();
  });
});
