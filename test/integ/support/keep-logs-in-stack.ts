import { CfnResource, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';

/** Has the functions of integ-tests write to a log group of the stack. Lambda would make them one that stays. */
export function keepLogsInStack(stack: Stack): void {
  const logGroup = new logs.LogGroup(stack, 'Logs', { retention: logs.RetentionDays.ONE_WEEK, removalPolicy: RemovalPolicy.DESTROY });
  for (const construct of stack.node.findAll()) {
    if (!CfnResource.isCfnResource(construct) || construct.cfnResourceType !== CfnFunction.CFN_RESOURCE_TYPE_NAME) continue;
    construct.addPropertyOverride('LoggingConfig', { LogGroup: logGroup.logGroupName });
  }
}
