import type { Stack, StackResource } from './stack';

/** A stack, as DescribeStacks shows it. */
export function descriptionOf({ id, name, created, status, statusReason, specification, outputs }: Stack): object {
  return {
    StackId: id,
    StackName: name,
    CreationTime: created,
    StackStatus: status,
    StackStatusReason: statusReason,
    DisableRollback: false,
    EnableTerminationProtection: false,
    Parameters: parametersOf(specification?.parameters ?? {}),
    Tags: specification?.tags ?? [],
    Outputs: outputs,
    Capabilities: specification?.capabilities,
    DriftInformation: { StackDriftStatus: 'NOT_CHECKED' },
  };
}

/** A resource, as ListStackResources shows it. */
export function summaryOf(stack: Stack, { logicalId, physicalId, definition }: StackResource): object {
  return {
    LogicalResourceId: logicalId,
    PhysicalResourceId: physicalId,
    ResourceType: definition.Type,
    ResourceStatus: stack.statusOf(logicalId),
    LastUpdatedTimestamp: new Date(),
  };
}

export function parametersOf(parameters: Record<string, string>): object[] {
  return Object.entries(parameters).map(([ParameterKey, ParameterValue]) => ({ ParameterKey, ParameterValue }));
}
