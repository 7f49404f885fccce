import {
  CloudFormationClient, DescribeStackResourceCommand, DescribeStacksCommand, ListStackResourcesCommand,
} from '@aws-sdk/client-cloudformation';
import { CallFailure } from './call-failure';
import type { Calls } from './calls';
import { HandlerEnvironment } from '../../src/contract/handler-environment';

/** A resource of the stack. */
export interface StackResource {
  readonly logicalId: string;
  readonly physicalId: string;
  readonly type: string;
  /** Such as `UPDATE_COMPLETE`. */
  readonly status: string;
}

/** A resource of the stack, and its metadata. */
export interface DescribedResource {
  readonly physicalId: string;
  readonly metadata: Record<string, any>;
}

// The client outlives an invocation, and with it its open connections.
const client = new CloudFormationClient({ maxAttempts: 1 });

/** The handler's stack, as CloudFormation describes it. */
export class OwnStack {
  public readonly id = process.env[HandlerEnvironment.STACK_ID]!;

  constructor(private readonly calls: Calls) {}

  /** Its status, such as `UPDATE_COMPLETE`. */
  public async status(): Promise<string> {
    const { Stacks } = await this.calls.attempt('cloudformation:DescribeStacks', (options) => client.send(new DescribeStacksCommand({ StackName: this.id }), options));
    return Stacks![0].StackStatus!;
  }

  /** Whether no deployment is under way, and the last one has not failed half-way. */
  public async isSettled(): Promise<boolean> {
    return isComplete(await this.status());
  }

  public async listResources(): Promise<StackResource[]> {
    const resources: StackResource[] = [];
    let NextToken: string | undefined;
    do {
      const input = { StackName: this.id, NextToken };
      const page = await this.calls.attempt('cloudformation:ListStackResources', (options) => client.send(new ListStackResourcesCommand(input), options));
      resources.push(...page.StackResourceSummaries!.map(({ LogicalResourceId, PhysicalResourceId = '', ResourceType, ResourceStatus }) => ({
        logicalId: LogicalResourceId!, physicalId: PhysicalResourceId, type: ResourceType!, status: ResourceStatus!,
      })));
      ({ NextToken } = page);
    } while (NextToken);
    return resources;
  }

  /** A resource by its logical id; undefined if the stack has none. */
  public async findResource(logicalId: string): Promise<DescribedResource | undefined> {
    const input = { StackName: this.id, LogicalResourceId: logicalId };
    try {
      const { StackResourceDetail: detail } = await this.calls.attempt('cloudformation:DescribeStackResource', (options) => client.send(new DescribeStackResourceCommand(input), options));
      return { physicalId: detail!.PhysicalResourceId ?? '', metadata: JSON.parse(detail!.Metadata ?? '{}', asText) };
    } catch (error) {
      if (error instanceof CallFailure && error.name === 'ValidationError') return undefined;
      throw error;
    }
  }
}

/** Scalars as CloudFormation passes them to custom resources. */
function asText(_name: string, value: unknown): unknown {
  return typeof value === 'object' ? value : String(value);
}

/** Whether a stack or a resource is as the last deployment wanted it. */
export function isComplete(status: string): boolean {
  return status.endsWith('_COMPLETE') && !status.startsWith('DELETE');
}
