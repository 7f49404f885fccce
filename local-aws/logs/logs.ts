import { filterFor } from './filter-pattern';
import { HONOURS } from './honours';
import { LogGroup, LogStream, pageOfStream } from './log-group';
import type { CloudWatch } from '../cloudwatch/cloudwatch';
import { AwsError } from '../core/aws-error';
import type { Clock } from '../core/clock';
import { pageOf } from '../core/page';
import type { Call, Operation, Service } from '../endpoint/operation';
import { json } from '../protocols/json';
import { modelOf } from '../protocols/service-model';

const INVALID_TOKEN = new AwsError('InvalidParameterException', 'The specified nextToken is invalid.');

/** CloudWatch Logs, as far as Lambda writes to it and a person reads it. */
export class Logs implements Service {
  public readonly name = 'logs';
  public readonly protocol = json;
  public readonly model = modelOf(__dirname);
  public readonly invalidInput = 'InvalidParameterException';
  public readonly honours = HONOURS;

  /** By their ARNs. */
  private readonly groups = new Map<string, LogGroup>();

  public readonly operations: Record<string, Operation> = {
    DescribeLogGroups: async ({ logGroupNamePrefix = '', logGroupNamePattern, limit = 50, nextToken }, call) => {
      await call.authorize('logs:DescribeLogGroups', this.arnOf(call.region, '*'));
      if (logGroupNamePrefix && logGroupNamePattern !== undefined) {
        throw new AwsError('InvalidParameterException', 'LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.');
      }
      const found = [...this.groups.values()]
        .filter(({ region, name }) => region === call.region && name.startsWith(logGroupNamePrefix) && name.includes(logGroupNamePattern ?? ''))
        .sort(byName);
      const { items, next } = pageOf(found, limit, nextToken, INVALID_TOKEN);
      // With a pattern, groups are shown without the rest.
      return { logGroups: items.map((group) => (logGroupNamePattern === undefined ? this.described(group) : this.named(group))), nextToken: next };
    },
    DescribeLogStreams: async (input, call) => {
      const { logStreamNamePrefix = '', orderBy = 'LogStreamName', descending = false, limit = 50, nextToken } = input;
      const group = await this.authorized(input, call);
      if (orderBy === 'LastEventTime' && logStreamNamePrefix) throw new AwsError('InvalidParameterException', 'Cannot order by LastEventTime with a logStreamNamePrefix.');
      const found = [...group.streams.values()].filter(({ name }) => name.startsWith(logStreamNamePrefix)).sort(byName);
      if (orderBy === 'LastEventTime') found.sort((one, other) => lastEventOf(one) - lastEventOf(other));
      const { items, next } = pageOf(descending ? found.reverse() : found, limit, nextToken, INVALID_TOKEN);
      return { logStreams: items.map((stream) => this.describedStream(group, stream)), nextToken: next };
    },
    GetLogEvents: async (input, call) => {
      const { logStreamName, startTime = 0, endTime = Infinity, limit = 10_000, startFromHead = false, nextToken } = input;
      const group = await this.authorized(input, call, logStreamName);
      const stream = group.streams.get(logStreamName);
      if (!stream) throw new AwsError('ResourceNotFoundException', 'The specified log stream does not exist.');
      const within = stream.events.filter(({ timestamp }) => timestamp >= startTime && timestamp < endTime);
      const page = pageOfStream(within, limit, nextToken ?? (startFromHead ? 'f/0' : `b/${within.length}`));
      if (!page) throw INVALID_TOKEN;
      const events = page.events.map((event) => ({ ...event, ingestionTime: event.timestamp }));
      return { events, nextForwardToken: page.forward, nextBackwardToken: page.backward };
    },
    FilterLogEvents: async (input, call) => {
      const { logStreamNames, startTime = 0, endTime = Infinity, filterPattern = '', limit = 10_000, nextToken } = input;
      const { events } = await this.authorized(input, call);
      const isMatch = filterFor(filterPattern);
      const found = events
        .map(({ stream: logStreamName, ...event }, index) => ({ eventId: String(index), logStreamName, ...event, ingestionTime: event.timestamp }))
        .filter(({ timestamp }) => timestamp >= startTime && timestamp <= endTime)
        .filter(({ logStreamName }) => (logStreamNames ?? [logStreamName]).includes(logStreamName))
        .filter(({ message }) => isMatch(message));
      const { items, next } = pageOf(found, limit, nextToken, INVALID_TOKEN);
      return { events: items, nextToken: next };
    },
  };

  constructor(private readonly account: string, private readonly clock: Clock, private readonly cloudwatch: CloudWatch) {}

  public arnOf(region: string, group: string): string {
    return `arn:aws:logs:${region}:${this.account}:log-group:${group}:*`;
  }

  public hasGroup(region: string, name: string): boolean {
    return this.groups.has(this.arnOf(region, name));
  }

  public createGroup(region: string, name: string, retentionInDays?: number): void {
    if (this.hasGroup(region, name)) throw new AwsError('ResourceAlreadyExistsException', 'The specified log group already exists');
    this.groups.set(this.arnOf(region, name), { name, region, created: this.now(), retentionInDays, streams: new Map(), events: [] });
  }

  public setRetention(region: string, name: string, retentionInDays?: number): void {
    this.group(region, name).retentionInDays = retentionInDays;
  }

  public deleteGroup(region: string, name: string): void {
    this.groups.delete(this.arnOf(region, name));
  }

  /** Appends lines to a stream of a group, and has CloudWatch find the metrics in them. */
  public write(region: string, groupName: string, streamName: string, lines: string[]): void {
    const group = this.group(region, groupName);
    const stream = group.streams.get(streamName) ?? { name: streamName, created: this.now(), events: [] };
    group.streams.set(streamName, stream);
    for (const message of lines) {
      const event = { timestamp: this.now(), message };
      stream.events.push(event);
      group.events.push({ ...event, stream: streamName });
      this.cloudwatch.extract(message);
    }
  }

  /** All that was ever written to the groups that there are. */
  public text(): string {
    return [...this.groups.values()].flatMap(({ events }) => events).map(({ message }) => message).join('\n');
  }

  private now(): number {
    return Math.floor(this.clock.now());
  }

  private async authorized({ logGroupName, logGroupIdentifier }: any, call: Call, stream?: string): Promise<LogGroup> {
    if ((logGroupName === undefined) === (logGroupIdentifier === undefined)) {
      throw new AwsError('InvalidParameterException', 'Exactly one of logGroupName and logGroupIdentifier must be specified.');
    }
    const name = (logGroupName ?? logGroupIdentifier).replace(/^arn:.*:log-group:/, '');
    const arn = this.arnOf(call.region, name);
    await call.authorize(`logs:${call.operation}`, stream === undefined ? arn : arn.replace(/\*$/, `log-stream:${stream}`));
    return this.group(call.region, name);
  }

  private group(region: string, name: string): LogGroup {
    const group = this.groups.get(this.arnOf(region, name));
    if (!group) throw new AwsError('ResourceNotFoundException', 'The specified log group does not exist.');
    return group;
  }

  private named({ region, name, created }: LogGroup): object {
    return { arn: this.arnOf(region, name), creationTime: created, logGroupName: name };
  }

  private described(group: LogGroup): object {
    const { region, name, retentionInDays, events } = group;
    return {
      ...this.named(group),
      retentionInDays,
      metricFilterCount: 0,
      storedBytes: events.reduce((sum, { message }) => sum + Buffer.byteLength(message), 0),
      logGroupClass: 'STANDARD',
      logGroupArn: this.arnOf(region, name).replace(/:\*$/, ''),
    };
  }

  private describedStream({ region, name: group }: LogGroup, stream: LogStream): object {
    const { name: logStreamName, created: creationTime, events: [first] } = stream;
    return {
      logStreamName,
      creationTime,
      firstEventTimestamp: first?.timestamp,
      lastEventTimestamp: lastEventOf(stream),
      lastIngestionTime: lastEventOf(stream),
      arn: this.arnOf(region, group).replace(/\*$/, `log-stream:${logStreamName}`),
      // Deprecated, and always zero.
      storedBytes: 0,
    };
  }
}

function byName(one: { readonly name: string }, other: { readonly name: string }): number {
  return one.name < other.name ? -1 : 1;
}

function lastEventOf({ events, created }: LogStream): number {
  return events[events.length - 1]?.timestamp ?? created;
}
