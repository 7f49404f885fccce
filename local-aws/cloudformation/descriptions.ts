import type { Stack, StackResource } from './stack';

/** A stack, as DescribeStacks shows it. */
export function descriptionOf(stack: Stack): object {
  const { specification, outputs, disableRollback } = stack;
  return {
    ...identityOf(stack),
    Description: specification?.template.Description,
    DisableRollback: disableRollback,
    EnableTerminationProtection: false,
    Parameters: parametersOf(specification?.parameters ?? {}),
    Tags: specification?.tags ?? [],
    Outputs: outputs,
    Capabilities: specification?.capabilities,
  };
}

/** A stack, as ListStacks shows it. */
export function stackSummaryOf(stack: Stack): object {
  return { ...identityOf(stack), TemplateDescription: stack.specification?.template.Description };
}

function identityOf({ id, name, created, updated, deleted, status, statusReason }: Stack): object {
  return {
    StackId: id,
    StackName: name,
    CreationTime: created,
    LastUpdatedTime: updated,
    DeletionTime: deleted,
    StackStatus: status,
    StackStatusReason: statusReason,
    DriftInformation: { StackDriftStatus: 'NOT_CHECKED' },
  };
}

/** A resource, as DescribeStackResources shows it. */
export function resourceOf(stack: Stack, { logicalId, physicalId, definition }: StackResource): object {
  const { status: ResourceStatus, time: Timestamp } = stack.lastChangeOf(logicalId);
  return {
    StackId: stack.id,
    StackName: stack.name,
    LogicalResourceId: logicalId,
    PhysicalResourceId: physicalId,
    ResourceType: definition.Type,
    ResourceStatus,
    Timestamp,
  };
}

/** A resource, as ListStackResources shows it. */
export function summaryOf(stack: Stack, { logicalId, physicalId, definition }: StackResource): object {
  const { status: ResourceStatus, time: LastUpdatedTimestamp } = stack.lastChangeOf(logicalId);
  return {
    LogicalResourceId: logicalId,
    PhysicalResourceId: physicalId,
    ResourceType: definition.Type,
    ResourceStatus,
    LastUpdatedTimestamp,
  };
}

export function parametersOf(parameters: Record<string, string>): object[] {
  return Object.entries(parameters).map(([ParameterKey, ParameterValue]) => ({ ParameterKey, ParameterValue }));
}
