import type { CloudWatch } from '../cloudwatch/cloudwatch';
import { AwsError } from '../core/aws-error';
import type { Clock } from '../core/clock';
import { pageOf } from '../core/page';
import type { Operation, Service } from '../endpoint/operation';
import { json } from '../protocols/json';
import { modelOf } from '../protocols/service-model';

/** CloudWatch Logs, as far as Lambda writes to it and a person reads it. */
export class Logs implements Service {
  public readonly name = 'logs';
  public readonly protocol = json;
  public readonly model = modelOf(__dirname);
  public readonly invalidInput = 'InvalidParameterException';
  public readonly honours = {
    FilterLogEvents: ['logGroupName', 'logGroupIdentifier', 'logStreamNames', 'startTime', 'endTime', 'limit', 'nextToken'],
  };

  private readonly groups = new Map<string, { stream: string; timestamp: number; message: string }[]>();

  public readonly operations: Record<string, Operation> = {
    FilterLogEvents: async (input, call) => {
      const { logGroupName, logGroupIdentifier, logStreamNames, startTime = 0, endTime = Infinity, limit = 10_000, nextToken } = input;
      if ((logGroupName === undefined) === (logGroupIdentifier === undefined)) {
        throw new AwsError('InvalidParameterException', 'Exactly one of logGroupName and logGroupIdentifier must be specified.');
      }
      const group = (logGroupName ?? logGroupIdentifier).replace(/^arn:.*:log-group:/, '');
      await call.authorize('logs:FilterLogEvents', this.arnOf(call.region, group));
      const found = this.group(group)
        .map(({ stream: logStreamName, ...event }, index) => ({ eventId: String(index), logStreamName, ...event, ingestionTime: event.timestamp }))
        .filter(({ timestamp }) => timestamp >= startTime && timestamp <= endTime)
        .filter(({ logStreamName }) => (logStreamNames ?? [logStreamName]).includes(logStreamName));
      const { items, next } = pageOf(found, limit, nextToken, new AwsError('InvalidParameterException', 'The specified nextToken is invalid.'));
      return { events: items, nextToken: next };
    },
  };

  constructor(private readonly account: string, private readonly clock: Clock, private readonly cloudwatch: CloudWatch) {}

  public arnOf(region: string, group: string): string {
    return `arn:aws:logs:${region}:${this.account}:log-group:${group}:*`;
  }

  public createGroup(name: string): void {
    if (this.groups.has(name)) throw new AwsError('ResourceAlreadyExistsException', 'The specified log group already exists');
    this.groups.set(name, []);
  }

  public deleteGroup(name: string): void {
    this.groups.delete(name);
  }

  /** Appends lines, if the group exists, and has CloudWatch find the metrics in them. */
  public write(group: string, stream: string, lines: string[]): void {
    const timestamp = this.clock.now();
    const events = this.groups.get(group);
    if (!events) return;
    events.push(...lines.map((message) => ({ stream, timestamp, message })));
    for (const line of lines) this.cloudwatch.extract(line);
  }

  /** All that was ever written to the groups that there are. */
  public text(): string {
    return [...this.groups.values()].flat().map(({ message }) => message).join('\n');
  }

  private group(name: string): { stream: string; timestamp: number; message: string }[] {
    const group = this.groups.get(name);
    if (!group) throw new AwsError('ResourceNotFoundException', 'The specified log group does not exist.');
    return group;
  }
}
