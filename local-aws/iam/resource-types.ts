import { randomBytes } from 'node:crypto';
import type { Iam } from './iam';
import { generatedName } from '../cloudformation/property-values';
import type { Deployed, Properties, ResourceType } from '../cloudformation/resource-type';
import { AwsError } from '../core/aws-error';

interface InlinePolicy {
  readonly PolicyName: string;
  readonly PolicyDocument: unknown;
}

/** The managed policies that templates of this project use, as AWS wrote them. */
const MANAGED: Record<string, unknown> = {
  'service-role/AWSLambdaBasicExecutionRole': {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'], Resource: '*' }],
  },
};

/** AWS::IAM::Role */
export function role(iam: Iam): ResourceType {
  const policiesOf = ({ Policies = [], ManagedPolicyArns = [] }: Properties): InlinePolicy[] => [...Policies, ...ManagedPolicyArns.map(managed)];
  return {
    properties: ['RoleName', 'AssumeRolePolicyDocument', 'Description', 'Policies', 'ManagedPolicyArns', 'MaxSessionDuration', 'Path', 'PermissionsBoundary', 'Tags'],
    createOnly: ['RoleName', 'Path'],
    create: (properties, context) => {
      const name = properties.RoleName ?? generatedName(context);
      const arn = iam.createRole(name, properties.AssumeRolePolicyDocument, properties.PermissionsBoundary);
      for (const { PolicyName, PolicyDocument } of policiesOf(properties)) iam.putRolePolicy(name, PolicyName, PolicyDocument);
      return { physicalId: name, attributes: { Arn: arn, RoleId: `AROA${randomBytes(8).toString('hex').toUpperCase()}` } };
    },
    update: (deployed, properties, before) => {
      iam.updateTrust(deployed.physicalId, properties.AssumeRolePolicyDocument);
      iam.putPermissionsBoundary(deployed.physicalId, properties.PermissionsBoundary);
      for (const { PolicyName } of policiesOf(before)) iam.deleteRolePolicy(deployed.physicalId, PolicyName);
      for (const { PolicyName, PolicyDocument } of policiesOf(properties)) iam.putRolePolicy(deployed.physicalId, PolicyName, PolicyDocument);
      return deployed;
    },
    delete: ({ physicalId }, properties) => {
      for (const { PolicyName } of policiesOf(properties)) iam.deleteRolePolicy(physicalId, PolicyName);
      iam.deleteRole(physicalId);
    },
  };
}

/** AWS::IAM::Policy */
export function policy(iam: Iam): ResourceType {
  const put = ({ Roles, PolicyName, PolicyDocument }: Properties) => {
    for (const name of Roles) iam.putRolePolicy(name, PolicyName, PolicyDocument);
  };
  const remove = ({ Roles, PolicyName }: Properties) => {
    for (const name of Roles) iam.deleteRolePolicy(name, PolicyName);
  };
  return {
    properties: ['PolicyName', 'PolicyDocument', 'Roles'],
    create: (properties, context): Deployed => {
      put(properties);
      return { physicalId: generatedName(context), attributes: {} };
    },
    update: (deployed, properties, before) => {
      remove(before);
      put(properties);
      return deployed;
    },
    delete: (_deployed, properties) => remove(properties),
  };
}

/** AWS::IAM::ManagedPolicy, as far as it is a permissions boundary. */
export function managedPolicy(iam: Iam): ResourceType {
  return {
    properties: ['ManagedPolicyName', 'PolicyDocument', 'Description', 'Path'],
    createOnly: ['ManagedPolicyName', 'Description', 'Path'],
    create: (properties, context) => {
      const arn = iam.createPolicy(properties.ManagedPolicyName ?? generatedName(context), properties.PolicyDocument);
      return { physicalId: arn, attributes: { PolicyArn: arn } };
    },
    update: (deployed, { PolicyDocument }) => {
      iam.updatePolicy(deployed.physicalId, PolicyDocument);
      return deployed;
    },
    delete: ({ physicalId }) => iam.deletePolicy(physicalId),
  };
}

function managed(arn: string): InlinePolicy {
  const name = arn.split(':policy/')[1];
  if (!MANAGED[name]) throw new AwsError('NoSuchEntity', `Policy ${arn} does not exist in the local AWS.`, 404);
  return { PolicyName: arn, PolicyDocument: MANAGED[name] };
}
