import { randomUUID } from 'node:crypto';
import type { AwsEvent, EventBus } from './event-bus';
import { checkPattern, matches, Pattern } from './pattern';
import { periodOf } from './schedule';
import { checkTarget, inputFor, Target } from './target';
import { AwsError, NotInLocalAws } from '../core/aws-error';
import { Background } from '../core/background';
import type { Clock } from '../core/clock';
import { pageOf } from '../core/page';
import type { Call, Operation, Service } from '../endpoint/operation';
import type { Lambda } from '../lambda/lambda';
import type { InvokingService } from '../lambda/permissions';
import { json } from '../protocols/json';
import { modelOf } from '../protocols/service-model';
import type { Sqs } from '../sqs/sqs';

/** An event as rules and targets see it. */
export interface BusEvent extends Omit<AwsEvent, 'time'> {
  readonly version: '0';
  readonly id: string;
  readonly account: string;
  /** Rounded to seconds. */
  readonly time: string;
}

export interface Rule {
  readonly description?: string;
  /** Absent if the rule only has a schedule. */
  readonly pattern?: Pattern;
  /** Such as `rate(1 hour)`. */
  readonly schedule?: string;
  readonly enabled: boolean;
  readonly targets: Target[];
}

/** An event that did not get to a target. */
export interface FailedInvocation {
  readonly rule: string;
  readonly target: string;
  readonly event: BusEvent;
  readonly error: AwsError;
}

const INVALID_TOKEN = new AwsError('ValidationException', 'NextToken is invalid.');

/** EventBridge: the default event bus, rules, and functions and queues as their targets. */
export class EventBridge implements Service, EventBus {
  public readonly name = 'events';
  public readonly model = modelOf(__dirname);
  public readonly protocol = json;
  public readonly honours = {
    DescribeRule: ['Name', 'EventBusName'],
    ListRules: ['NamePrefix', 'EventBusName', 'NextToken', 'Limit'],
    ListTargetsByRule: ['Rule', 'EventBusName', 'NextToken', 'Limit'],
    PutEvents: ['Source', 'DetailType', 'Detail', 'Resources', 'Time', 'EventBusName'].map((name) => `Entries.${name}`),
  };

  /** All events there have been. */
  public readonly events: BusEvent[] = [];
  public readonly failedInvocations: FailedInvocation[] = [];
  /** Whether events get lost on their way, as those of IVS may: it sends them with its best effort. */
  public losesEvents = false;

  private readonly rules = new Map<string, Rule>();
  private readonly schedules = new Map<string, () => void>();
  private readonly deliveries = new Background();

  public readonly operations: Record<string, Operation> = {
    PutEvents: async ({ Entries }, call) => {
      for (const entry of Entries) await this.authorize(entry, call);
      const results = Entries.map((entry: any) => this.putEvent(entry, call.region));
      return { FailedEntryCount: results.filter(({ ErrorCode }: any) => ErrorCode).length, Entries: results };
    },
    ListRules: async ({ NamePrefix = '', EventBusName, NextToken, Limit = 100 }, call) => {
      busArn(EventBusName, call);
      await call.authorize('events:ListRules', this.ruleArn(call.region, '*'));
      const found = [...this.rules].filter(([arn]) => arn.startsWith(this.ruleArn(call.region, NamePrefix)));
      const { items, next } = pageOf(found, Limit, NextToken, INVALID_TOKEN);
      return { Rules: items.map(([arn, each]) => describedRule(arn, each)), NextToken: next };
    },
    DescribeRule: async ({ Name, EventBusName }, call) => describedRule(...await this.authorizedRule(Name, EventBusName, call)),
    ListTargetsByRule: async ({ Rule: name, EventBusName, NextToken, Limit = 100 }, call) => {
      const [, { targets }] = await this.authorizedRule(name, EventBusName, call);
      const { items, next } = pageOf(targets, Limit, NextToken, INVALID_TOKEN);
      return { Targets: items, NextToken: next };
    },
  };

  constructor(private readonly account: string, private readonly lambda: Lambda, private readonly sqs: Sqs, private readonly clock: Clock) {}

  /** Makes a rule, or changes it, and returns its ARN. */
  public putRule(region: string, name: string, { description, pattern, schedule, enabled, targets }: Rule): string {
    if (targets.length > 5) throw new AwsError('LimitExceededException', 'A rule has at most 5 targets.');
    const arn = this.ruleArn(region, name);
    this.schedules.get(arn)?.();
    this.schedules.delete(arn);
    this.rules.set(arn, { description, pattern: pattern && checkPattern(pattern), schedule, enabled, targets: targets.map(checkTarget) });
    if (schedule !== undefined) this.planTick(arn, periodOf(schedule));
    return arn;
  }

  public hasRule(region: string, name: string): boolean {
    return this.rules.has(this.ruleArn(region, name));
  }

  public deleteRule(arn: string): void {
    this.schedules.get(arn)?.();
    this.schedules.delete(arn);
    this.rules.delete(arn);
  }

  public publish(event: AwsEvent): void {
    this.send(event);
  }

  /** Waits until every event has been delivered and every function that it invoked has ended. */
  public async idle(): Promise<void> {
    do {
      await this.deliveries.idle();
      await this.lambda.idle();
    } while (this.deliveries.busy);
  }

  private ruleArn(region: string, name: string): string {
    return `arn:aws:events:${region}:${this.account}:rule/${name}`;
  }

  private async authorizedRule(name: string, bus: string | undefined, call: Call): Promise<[arn: string, rule: Rule]> {
    busArn(bus, call);
    const arn = this.ruleArn(call.region, name);
    await call.authorize(`events:${call.operation}`, arn);
    const found = this.rules.get(arn);
    if (!found) throw new AwsError('ResourceNotFoundException', `Rule ${name} does not exist on EventBus default.`);
    return [arn, found];
  }

  private async authorize({ Source = '', DetailType = '', EventBusName }: any, call: Call): Promise<void> {
    await call.authorize('events:PutEvents', busArn(EventBusName, call), { keys: { 'events:source': Source, 'events:detail-type': DetailType } });
  }

  private putEvent({ Source: source, DetailType, Detail, Resources = [], Time }: any, region: string): object {
    const refuse = (ErrorCode: string, ErrorMessage: string) => ({ ErrorCode, ErrorMessage });
    if (!source) return refuse('InvalidArgument', 'Parameter Source is not valid. Reason: Source is a required argument.');
    if (!DetailType) return refuse('InvalidArgument', 'Parameter DetailType is not valid. Reason: DetailType is a required argument.');
    if (!Detail) return refuse('InvalidArgument', 'Parameter Detail is not valid. Reason: Detail is a required argument.');
    if (source.startsWith('aws.')) return refuse('NotAuthorizedForSourceException', 'Not authorized for the source.');
    const detail = objectIn(Detail);
    if (!detail) return refuse('MalformedDetail', 'Detail is malformed.');
    const time = Time === undefined ? undefined : new Date(Time * 1000);
    return { EventId: this.send({ source, 'detail-type': DetailType, region, 'resources': Resources, detail, time }).id };
  }

  private send({ time = this.clock.date(), ...event }: AwsEvent): BusEvent {
    const seconds = time.toISOString().replace(/\.\d+/, '');
    const sent: BusEvent = { version: '0', id: randomUUID(), account: this.account, time: seconds, ...event };
    this.events.push(sent);
    if (this.losesEvents) return sent;
    for (const [arn, { pattern, enabled, targets }] of this.rules) {
      if (!enabled || !pattern || arn.split(':')[3] !== event.region || !matches(pattern, sent)) continue;
      for (const target of targets) this.deliveries.run(() => this.deliver(arn, target, sent));
    }
    return sent;
  }

  /** Only a test that moves the clock makes the rule tick. */
  private planTick(arn: string, period: number): void {
    this.schedules.set(arn, this.clock.at(this.clock.now() + period, async () => {
      this.planTick(arn, period);
      this.tick(arn);
      await this.idle();
    }));
  }

  private tick(arn: string): void {
    const { enabled, targets } = this.rules.get(arn)!;
    const event: BusEvent = {
      'version': '0',
      'id': randomUUID(),
      'account': this.account,
      'time': this.clock.date().toISOString().replace(/\.\d+/, ''),
      'source': 'aws.events',
      'detail-type': 'Scheduled Event',
      'region': arn.split(':')[3],
      'resources': [arn],
      'detail': {},
    };
    if (enabled) for (const target of targets) this.deliveries.run(() => this.deliver(arn, target, event));
  }

  private async sendTo(queueArn: string, input: unknown, { principal, sourceArn }: InvokingService): Promise<void> {
    // A service has no policies of its own: the queue's policy alone decides.
    const caller = { arn: principal, roleName: principal };
    await this.sqs.send(queueArn, { body: JSON.stringify(input), attributes: {} }, { caller, keys: { 'aws:SourceArn': sourceArn } });
  }

  private async deliver(rule: string, target: Target, event: BusEvent): Promise<void> {
    try {
      const input = inputFor(target, event);
      const service = { principal: 'events.amazonaws.com', sourceArn: rule };
      if (target.Arn.startsWith('arn:aws:sqs:')) await this.sendTo(target.Arn, input, service);
      else await this.lambda.invokeAsyncFor(service, target.Arn, input);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      this.failedInvocations.push({ rule, target: target.Arn, event, error });
    }
  }
}

/** The ARN of the event bus that an input names; there is only one. */
function busArn(nameOrArn = 'default', { region, account }: Call): string {
  const arn = `arn:aws:events:${region}:${account}:event-bus/default`;
  if (!['default', arn].includes(nameOrArn)) throw new NotInLocalAws(`the event bus ${nameOrArn}`);
  return arn;
}

function describedRule(Arn: string, { description, pattern, schedule, enabled }: Rule): object {
  return {
    Name: Arn.split('/').pop(),
    Arn,
    Description: description,
    EventPattern: pattern && JSON.stringify(pattern),
    ScheduleExpression: schedule,
    State: enabled ? 'ENABLED' : 'DISABLED',
    EventBusName: 'default',
  };
}

function objectIn(text: string): Record<string, unknown> | undefined {
  try {
    const value = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
