import {
  CreateStackCommand, DeleteStackCommand, DescribeStackEventsCommand, DescribeStackResourcesCommand, DescribeStacksCommand, StackEvent, Tag,
  UpdateStackCommand,
} from '@aws-sdk/client-cloudformation';
import type { Clients } from './clients';
import { Pace, Waiting } from './waiting';

/** The tag of everything that an observation run makes by CloudFormation. */
const TAG = 'cdk-ivs-managed-stream-key:observe';

/** The one stack of an observation run. */
export class ObserveStack {
  /** Makes the stack. Whatever becomes of that, `delete` removes it. */
  public static async create(clients: Clients, name: string, resources: Record<string, object>, pace: Pace, waiting: Waiting): Promise<ObserveStack> {
    const { StackId } = await clients.cloudFormation.send(new CreateStackCommand({
      StackName: name, TemplateBody: template(resources), Capabilities: ['CAPABILITY_IAM'], OnFailure: 'DO_NOTHING', Tags: tagsOf(name),
    }));
    return new ObserveStack(clients, StackId!, resources, pace, waiting);
  }

  private physicalIds = new Map<string, string>();

  private constructor(
    private readonly clients: Clients, public readonly id: string, private resources: Record<string, object>,
    private readonly pace: Pace, private readonly waiting: Waiting,
  ) {}

  /** Waits until the stack is complete; throws with the reasons if it fails. */
  public async complete(): Promise<void> {
    const status = await this.settled(this.waiting);
    if (!/^(CREATE|UPDATE)_COMPLETE$/.test(status)) throw new Error(`the stack ended in ${status}: ${await this.failures()}`);
    const { StackResources = [] } = await this.clients.cloudFormation.send(new DescribeStackResourcesCommand({ StackName: this.id }));
    this.physicalIds = new Map(StackResources.map(({ LogicalResourceId, PhysicalResourceId }) => [LogicalResourceId!, PhysicalResourceId!]));
  }

  /** Adds resources. */
  public async add(resources: Record<string, object>): Promise<void> {
    this.resources = { ...this.resources, ...resources };
    await this.clients.cloudFormation.send(new UpdateStackCommand({
      StackName: this.id, TemplateBody: template(this.resources), Capabilities: ['CAPABILITY_IAM'], Tags: tagsOf(this.id.split('/')[1]),
    }));
    await this.complete();
  }

  public physicalId(logicalId: string): string {
    const found = this.physicalIds.get(logicalId);
    if (!found) throw new Error(`the stack has no resource ${logicalId}`);
    return found;
  }

  /** The events of a resource, the newest first. */
  public async events(logicalId?: string): Promise<StackEvent[]> {
    const events: StackEvent[] = [];
    let NextToken: string | undefined;
    do {
      const page = await this.clients.cloudFormation.send(new DescribeStackEventsCommand({ StackName: this.id, NextToken }));
      events.push(...page.StackEvents ?? []);
      ({ NextToken } = page);
    } while (NextToken);
    return events.filter(({ LogicalResourceId }) => !logicalId || LogicalResourceId === logicalId);
  }

  /** Deletes the stack, also after an interruption, and a second time what could not be deleted at first. */
  public async delete(): Promise<void> {
    const uninterrupted = new Waiting(new AbortController().signal);
    let status = await this.settled(uninterrupted);
    for (let attempt = 0; attempt < 2 && status !== 'DELETE_COMPLETE'; attempt++) {
      await this.clients.cloudFormation.send(new DeleteStackCommand({ StackName: this.id }));
      status = await this.settled(uninterrupted);
    }
    if (status !== 'DELETE_COMPLETE') throw new Error(`the stack ${this.id} is in ${status}: ${await this.failures()}. Delete it by hand.`);
  }

  private async settled(waiting: Waiting): Promise<string> {
    const status = await waiting.until(this.pace, async () => {
      const { Stacks } = await this.clients.cloudFormation.send(new DescribeStacksCommand({ StackName: this.id }));
      const { StackStatus = '' } = Stacks?.[0] ?? {};
      return StackStatus.endsWith('_IN_PROGRESS') ? undefined : StackStatus;
    });
    return status ?? 'still in progress';
  }

  private async failures(): Promise<string> {
    const failed = (await this.events()).filter(({ ResourceStatus }) => ResourceStatus?.endsWith('_FAILED'));
    return failed.map(({ LogicalResourceId, ResourceStatusReason }) => `${LogicalResourceId}: ${ResourceStatusReason}`).join('; ');
  }
}

function tagsOf(stackName: string): Tag[] {
  return [{ Key: TAG, Value: stackName }];
}

/** CloudFormation takes a body of 51,200 bytes at most. */
export function template(Resources: Record<string, object>): string {
  return JSON.stringify({ Description: 'Observations for docs/assumptions.md of cdk-ivs-managed-stream-key. Safe to delete.', Resources });
}
