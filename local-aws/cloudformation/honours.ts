import type { HonouredMembers } from '../endpoint/operation';

const OF_STACKS = ['StackName', 'TemplateBody', 'TemplateURL', 'Parameters', 'Tags', 'Capabilities'];

/**
 * What the CDK CLI sends with every deployment. A repeated token never comes, as operations are answered when they have ended.
 */
const OF_DEPLOYMENTS = ['RoleARN', 'ClientRequestToken', 'DeploymentConfig.Mode'];

/** The members of inputs that CloudFormation honours here. Scalars reach the operations as texts. */
export const HONOURS: HonouredMembers = {
  DescribeStacks: ['StackName'],
  ListStacks: ['StackStatusFilter', 'NextToken'],
  ListExports: ['NextToken'],
  // Without transforms, both stages are the template as it was sent.
  GetTemplate: ['StackName', 'TemplateStage'],
  DescribeStackEvents: ['StackName'],
  DescribeStackResources: ['StackName', 'LogicalResourceId'],
  ListStackResources: ['StackName', 'NextToken'],
  DescribeStackResource: ['StackName', 'LogicalResourceId'],
  CreateChangeSet: [
    ...OF_STACKS, 'ChangeSetName', 'ChangeSetType', 'Description', 'ImportExistingResources', 'ResourcesToImport',
    // A template with nested stacks is refused.
    'RoleARN', 'ClientToken', 'DeploymentConfig.Mode', 'IncludeNestedStacks',
  ],
  // Changes never have values of properties, which the CDK CLI does not need.
  DescribeChangeSet: ['ChangeSetName', 'StackName', 'IncludePropertyValues'],
  DeleteChangeSet: ['ChangeSetName', 'StackName'],
  ExecuteChangeSet: ['ChangeSetName', 'StackName', 'DisableRollback', 'ClientRequestToken'],
  CreateStack: [...OF_STACKS, ...OF_DEPLOYMENTS, 'DisableRollback', 'OnFailure'],
  UpdateStack: [...OF_STACKS, ...OF_DEPLOYMENTS, 'DisableRollback'],
  DeleteStack: ['StackName', ...OF_DEPLOYMENTS],
};
