import { Annotations as Notes, App, CfnParameter, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { ManagedStreamKey, StreamKeyProvider, StreamKeyProviderProps } from '../../../src';
import { onlyResource } from '../only-resource';
import { streamKeyWithEverything } from '../stream-key-with-everything';

const ROLE_ARN = 'arn:aws:iam::123456789012:role/stream-keys';
const BOUNDARY_ARN = 'arn:aws:iam::123456789012:policy/boundary';
const ROLE_ID = 'cdk-ivs-managed-stream-key:roleNotExtended';

let app: App;
let stack: Stack;

beforeEach(() => {
  app = new App();
  stack = new Stack(app, 'Stack');
});

const provide = (props?: StreamKeyProviderProps) => new StreamKeyProvider(stack, 'Provider', props);
const roleOf = (scope: Stack) => new iam.Role(scope, 'Own', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
const immutableRole = () => iam.Role.fromRoleArn(stack, 'Imported', ROLE_ARN, { mutable: false });
const statements = (of: Stack) => onlyResource(of, 'AWS::IAM::Policy').Properties.PolicyDocument.Statement;
const warnings = () => Annotations.fromStack(stack).findWarning('*', Match.anyValue()).map(({ id, entry }) => `${id}: ${entry.data}`);

/** Those that are the same for every provider: the others name its log group and its queue. */
const named = (all: { Sid?: string }[]) => all.filter(({ Sid }) => Sid);
/** What the role of the provider that stream keys share is allowed for them. */
const sharedStatements = () => {
  const sharing = new Stack(new App(), 'Sharing');
  new ManagedStreamKey(sharing, 'Live');
  return named(statements(sharing));
};

describe('the role', () => {
  test('is made by default', () => {
    provide();

    const { logicalId, Properties } = onlyResource(stack, 'AWS::IAM::Role');
    expect(logicalId).toMatch(/^ProviderRole/);
    expect(Properties).not.toHaveProperty('PermissionsBoundary');
    expect(onlyResource(stack, 'AWS::Lambda::Function').Properties.Role).toEqual({ 'Fn::GetAtt': [logicalId, 'Arn'] });
  });

  test('may be one of the stack, which is allowed what the handler needs', () => {
    new ManagedStreamKey(stack, 'Live', { provider: provide({ role: roleOf(stack) }) });

    const { logicalId } = onlyResource(stack, 'AWS::IAM::Role');
    expect(onlyResource(stack, 'AWS::Lambda::Function').Properties.Role).toEqual({ 'Fn::GetAtt': [logicalId, 'Arn'] });
    expect(onlyResource(stack, 'AWS::IAM::Policy').Properties.Roles).toEqual([{ Ref: logicalId }]);
    expect(named(statements(stack))).toEqual(sharedStatements());
    expect(warnings()).toEqual([]);
  });

  test('may be one that exists already, which gets a policy of this stack', () => {
    new ManagedStreamKey(stack, 'Live', { provider: provide({ role: iam.Role.fromRoleArn(stack, 'Imported', ROLE_ARN) }) });

    const policy = onlyResource(stack, 'AWS::IAM::Policy');
    expect(onlyResource(stack, 'AWS::Lambda::Function').Properties.Role).toBe(ROLE_ARN);
    expect(policy.Properties.Roles).toEqual(['stream-keys']);
    expect(named(statements(stack))).toEqual(sharedStatements());
    expect(onlyResource(stack, 'AWS::Lambda::Function').DependsOn).toContain(policy.logicalId);
    expect(warnings()).toEqual([]);
  });

  test('may come from a parameter', () => {
    const role = iam.Role.fromRoleArn(stack, 'Imported', new CfnParameter(stack, 'Parameter').valueAsString);

    provide({ role });

    expect(onlyResource(stack, 'AWS::Lambda::Function').Properties.Role).toEqual({ Ref: 'Parameter' });
    expect(warnings()).toEqual([]);
  });

  test('may serve two providers, and is allowed once what both of them need', () => {
    const role = roleOf(stack);

    new StreamKeyProvider(stack, 'One', { role });
    new StreamKeyProvider(stack, 'Two', { role });

    expect(named(statements(stack))).toEqual(sharedStatements());
  });

  test('may not be of another stack, whose id would be in its policy', () => {
    expect(() => provide({ role: roleOf(new Stack(app, 'Other')) })).toThrow(new Error(
      '[Stack/Provider] `role` must be in the stack of the provider, Stack, as its policy names that stack, got: Other/Own. '
      + 'Make it there, or import it there with iam.Role.fromRoleArn',
    ));
  });
});

describe('a role that cannot be extended', () => {
  const KEEPING = 'logs:CreateLogStream, logs:PutLogEvents, ivs:GetChannel, ivs:GetStream, ivs:ListStreamKeys, ivs:CreateStreamKey, '
    + 'ivs:TagResource, ivs:GetStreamKey, ivs:DeleteStreamKey, ivs:UntagResource, ivs:StopStream, '
    + 'secretsmanager:DescribeSecret, secretsmanager:ListSecretVersionIds, secretsmanager:PutSecretValue, secretsmanager:UpdateSecretVersionStage, '
    + 'secretsmanager:ReplicateSecretToRegions, secretsmanager:RemoveRegionsFromReplication';
  const LOOKING = 'cloudformation:DescribeStacks, cloudformation:ListStackResources, cloudformation:DescribeStackResource, ivs:GetStreamSession, '
    + 'secretsmanager:TagResource, sqs:ReceiveMessage, sqs:DeleteMessage, sqs:GetQueueAttributes, sqs:SendMessage';
  const warning = (actions: string) =>
    `/Stack/Provider/Handler: The policy of \`role\` cannot be extended from here, got: Stack/Imported. See that it allows ${actions}: `
    + `\`requiredStatements\` of the provider has the statements. Then acknowledge this warning. [ack: ${ROLE_ID}]`;

  test('is warned about with all that it has to be allowed', () => {
    new ManagedStreamKey(stack, 'Live', { provider: provide({ role: immutableRole() }) });

    expect(warnings()).toEqual([warning(`${KEEPING}, ${LOOKING}`)]);
    Template.fromStack(stack).resourceCountIs('AWS::IAM::Policy', 0);
  });

  test('is warned about with what features need', () => {
    const provider = provide({ role: immutableRole(), vpc: new ec2.Vpc(stack, 'Vpc', { restrictDefaultSecurityGroup: false }), tracing: lambda.Tracing.ACTIVE });
    const live = streamKeyWithEverything(stack, 'Live', { provider, encryptionKey: new kms.Key(stack, 'Key') });

    expect(live.provider).toBe(provider);
    expect(warnings()).toEqual([warning(`${KEEPING}, kms:Decrypt, kms:Encrypt, kms:GenerateDataKey, `
      + 'ec2:CreateNetworkInterface, ec2:DeleteNetworkInterface, ec2:AssignPrivateIpAddresses, ec2:UnassignPrivateIpAddresses, '
      + 'ec2:DescribeNetworkInterfaces, ec2:DescribeSubnets, xray:PutTraceSegments, xray:PutTelemetryRecords, ' + LOOKING)]);
  });

  test.each<[string, () => iam.IRole]>([
    ['of another account', () => iam.Role.fromRoleArn(new Stack(app, 'Ours', { env: { account: '111111111111' } }), 'Imported', ROLE_ARN)],
    ['without its policies', () => roleOf(new Stack(app, 'Ours')).withoutPolicyUpdates()],
  ])('may be one %s', (_, roleIn) => {
    const role = roleIn();
    stack = Stack.of(role);

    provide({ role });

    expect(warnings()).toEqual([expect.stringContaining(ROLE_ID)]);
  });

  test('is not warned about once that is acknowledged', () => {
    Notes.of(provide({ role: immutableRole() })).acknowledgeWarning(ROLE_ID);

    expect(warnings()).toEqual([]);
  });
});

describe('the required statements', () => {
  test('are those in the policy, for every feature', () => {
    const provider = provide();
    streamKeyWithEverything(stack, 'Live', { provider, encryptionKey: new kms.Key(stack, 'Key') });

    const required = provider.requiredStatements.map((statement) => stack.resolve(statement.toStatementJson()));

    expect(required).toEqual(statements(stack));
  });

  test('may be put into the policy of another role', () => {
    const role = roleOf(stack);

    for (const statement of provide({ role: immutableRole() }).requiredStatements) role.addToPolicy(statement);

    expect(named(statements(stack))).toEqual(sharedStatements());
  });

  test('cannot be changed from outside', () => {
    const provider = provide();

    for (const statement of provider.requiredStatements) statement.addActions('ivs:DeleteChannel');

    expect(JSON.stringify(statements(stack))).not.toContain('ivs:DeleteChannel');
  });
});

describe('the permissions boundary', () => {
  const importedBoundary = (arn: string) => iam.ManagedPolicy.fromManagedPolicyArn(stack, 'Boundary', arn);
  const boundaryWith = (props: StreamKeyProviderProps) => {
    provide(props);
    return onlyResource(stack, 'AWS::IAM::Role').Properties.PermissionsBoundary;
  };

  test('may be a policy that exists already', () => {
    expect(boundaryWith({ permissionsBoundary: importedBoundary(BOUNDARY_ARN) })).toBe(BOUNDARY_ARN);
  });

  test('may be a policy of the stack', () => {
    const permissionsBoundary = new iam.ManagedPolicy(stack, 'Boundary', {
      statements: [new iam.PolicyStatement({ actions: ['ivs:*', 'secretsmanager:*', 'logs:*'], resources: ['*'] })],
    });

    expect(boundaryWith({ permissionsBoundary })).toEqual({ Ref: onlyResource(stack, 'AWS::IAM::ManagedPolicy').logicalId });
  });

  test('may come from a parameter', () => {
    const permissionsBoundary = importedBoundary(new CfnParameter(stack, 'Parameter').valueAsString);

    expect(boundaryWith({ permissionsBoundary })).toEqual({ Ref: 'Parameter' });
  });

  test('may be that of the whole stack', () => {
    iam.PermissionsBoundary.of(stack).apply(importedBoundary(BOUNDARY_ARN));
    new ManagedStreamKey(stack, 'Live');

    expect(onlyResource(stack, 'AWS::IAM::Role').Properties.PermissionsBoundary).toBe(BOUNDARY_ARN);
  });

  test('may not be given together with a role', () => {
    expect(() => provide({ role: roleOf(stack), permissionsBoundary: importedBoundary(BOUNDARY_ARN) })).toThrow(new Error(
      '[Stack/Provider] `permissionsBoundary` must not be given together with `role`, which has its own or none, '
      + `got: ${BOUNDARY_ARN}. Leave one of the two out, or set the boundary of the role where it is made`,
    ));
  });
});
