import { randomUUID } from 'node:crypto';
import { AsyncConfiguration, AsynchronousInvocations } from './asynchronous-invocations';
import { configurationOf, fullConfigurationOf, LATEST } from './descriptions';
import { EventSourceMapping, EventSourceMappingConfiguration } from './event-source-mapping';
import { Execution, Executions } from './executions';
import { callerOf, FunctionConfiguration, LambdaFunction } from './function';
import { InvokingService, LambdaPermissions } from './permissions';
import type { Outcome } from './sandbox';
import { AwsError } from '../core/aws-error';
import { Background } from '../core/background';
import type { Clock } from '../core/clock';
import type { Caller, Identities } from '../core/identities';
import { pageOf } from '../core/page';
import type { Call, Operation, Service } from '../endpoint/operation';
import type { Iam } from '../iam/iam';
import type { Logs } from '../logs/logs';
import { restJson } from '../protocols/rest-json';
import { modelOf } from '../protocols/service-model';
import type { Sqs } from '../sqs/sqs';

/** The bytes of the log that an answer has, if it is asked for. */
const LOG_TAIL = 4096;

/** Lambda: functions and their aliases, which run the very bundle that was uploaded. */
export class Lambda implements Service {
  public readonly name = 'lambda';
  public readonly model = modelOf(__dirname);
  public readonly protocol = restJson(this.model);
  public readonly honours = {
    GetFunction: ['FunctionName', 'Qualifier'],
    GetFunctionConfiguration: ['FunctionName', 'Qualifier'],
    Invoke: ['FunctionName', 'InvocationType', 'LogType', 'Payload', 'Qualifier'],
    ListFunctions: ['Marker', 'MaxItems'],
  };

  /** Which services may invoke which function. */
  public readonly permissions: LambdaPermissions;

  private readonly functions = new Map<string, LambdaFunction>();
  /** The ARNs of the aliases. */
  private readonly aliases = new Set<string>();
  private readonly background = new Background();
  private readonly executions: Executions;
  private readonly asynchronous: AsynchronousInvocations;

  public readonly operations: Record<string, Operation> = {
    Invoke: async ({ FunctionName, Payload, InvocationType = 'RequestResponse', LogType = 'None', Qualifier }, call) => {
      const arn = this.arnOf(qualified(FunctionName, Qualifier));
      await call.authorize('lambda:InvokeFunction', arn, {}, this.permissions.policyOf(arn));
      const event = parsePayload(Payload);
      if (InvocationType === 'DryRun') return { StatusCode: 204 };
      if (InvocationType === 'Event') {
        this.invokeAsync(arn, event);
        return { StatusCode: 202 };
      }
      const { result, error, lines } = await this.invoke(arn, event);
      return {
        StatusCode: 200,
        Payload: error ? JSON.stringify(error) : result,
        FunctionError: error && 'Unhandled',
        ExecutedVersion: LATEST,
        LogResult: LogType === 'Tail' ? Buffer.from(`${lines.join('\n')}\n`).subarray(-LOG_TAIL).toString('base64') : undefined,
      };
    },
    ListFunctions: async ({ Marker, MaxItems = 50 }, call) => {
      await call.authorize('lambda:ListFunctions', '*');
      const found = [...this.functions.values()].filter(({ arn }) => arn.split(':')[3] === call.region);
      const { items, next } = pageOf(found, Number(MaxItems), Marker, new AwsError('InvalidParameterValueException', 'Invalid Marker.'));
      return { Functions: items.map((each) => configurationOf(each)), NextMarker: next };
    },
    GetFunctionConfiguration: async ({ FunctionName, Qualifier }, call) => {
      const arn = await this.authorized(FunctionName, Qualifier, call);
      return fullConfigurationOf(this.find(arn), arn);
    },
    // Without its code: a URL that leads to it.
    GetFunction: async ({ FunctionName, Qualifier }, call) => {
      const arn = await this.authorized(FunctionName, Qualifier, call);
      const target = this.find(arn);
      const { tags, reserved } = target;
      return {
        Configuration: fullConfigurationOf(target, arn),
        Tags: tags,
        Concurrency: reserved === undefined ? undefined : { ReservedConcurrentExecutions: reserved },
      };
    },
  };

  constructor(
    private readonly account: string,
    endpointUrl: () => string,
    private readonly iam: Iam,
    identities: Identities,
    logs: Logs,
    private readonly clock: Clock,
    private readonly sqs: Sqs,
  ) {
    this.permissions = new LambdaPermissions(account, iam);
    this.executions = new Executions(endpointUrl, iam, identities, logs, clock);
    this.asynchronous = new AsynchronousInvocations(this.executions, sqs, clock, this.background);
  }

  /** Every answer of a function that ran to its end, and how much memory its process had taken by then. */
  public get reports(): Executions['reports'] {
    return this.executions.reports;
  }

  /** The delays before the second and third attempt of an asynchronous invocation. */
  public set asyncRetryDelays(milliseconds: number[]) {
    this.asynchronous.retryDelays = milliseconds;
  }

  public create(region: string, configuration: FunctionConfiguration): string {
    if (this.functions.has(configuration.name)) throw new AwsError('ResourceConflictException', `Function already exist: ${configuration.name}`, 409);
    const arn = `arn:aws:lambda:${region}:${this.account}:function:${configuration.name}`;
    this.set(arn, configuration);
    return arn;
  }

  /** Changes a function; what is running goes on with what it was. */
  public update(name: string, change: Partial<FunctionConfiguration>): void {
    const before = this.find(name);
    this.set(before.arn, { ...before, ...change });
    this.executions.retire(before, 'replaced');
  }

  /** Removes a function; what is running ends in its own time. */
  public delete(name: string): void {
    const removed = this.functions.get(name);
    if (!removed) return;
    this.executions.retire(removed, 'deleted');
    for (const arn of [...this.aliases].filter((alias) => alias.startsWith(`${removed.arn}:`))) this.deleteAlias(arn);
    this.permissions.removeAll(removed.arn);
    this.asynchronous.configure(name);
    this.functions.delete(name);
  }

  /** Gives a function another ARN to be invoked by, with permissions of its own. Returns it. */
  public addAlias(functionName: string, alias: string): string {
    const arn = `${this.find(functionName).arn}:${alias}`;
    if (this.aliases.has(arn)) throw new AwsError('ResourceConflictException', `Alias already exists: ${arn}`, 409);
    this.aliases.add(arn);
    return arn;
  }

  public deleteAlias(arn: string): void {
    this.permissions.removeAll(arn);
    this.aliases.delete(arn);
  }

  /** Lets a function receive the messages of a queue. Returns a function that ends this. */
  public async receiveFrom(configuration: EventSourceMappingConfiguration): Promise<() => void> {
    const mapping = await EventSourceMapping.create(configuration, { functions: this, sqs: this.sqs, iam: this.iam, background: this.background });
    return () => mapping.delete();
  }

  /** The role of a function, as it makes calls. */
  public roleOf(nameOrArn: string): Caller {
    return callerOf(this.find(nameOrArn));
  }

  /** Seconds. */
  public timeoutOf(nameOrArn: string): number {
    return this.find(nameOrArn).timeout;
  }

  /** The ARN of a function, or of its alias. */
  public arnOf(nameOrArn: string): string {
    const { arn } = this.find(nameOrArn);
    const [, alias] = nameParts(nameOrArn);
    return alias ? `${arn}:${alias}` : arn;
  }

  public async invoke(arn: string, event: unknown): Promise<Execution> {
    const target = this.find(arn);
    if (!this.executions.hasRoom(target)) throw new AwsError('TooManyRequestsException', 'Rate Exceeded.', 429);
    return this.executions.run(target, arn, event, randomUUID());
  }

  /** Sets how asynchronous invocations are handled; without a configuration, forgets it. */
  public configureAsync(functionName: string, configuration?: AsyncConfiguration): void {
    this.asynchronous.configure(this.find(functionName).name, configuration);
  }

  /** Invokes a function in the background. */
  public invokeAsync(arn: string, event: unknown, ended = () => {}): void {
    this.asynchronous.start(this.find(arn), arn, event, ended);
  }

  /** Invokes a function as a service does, if the function's policy allows it. */
  public async invokeFor(service: InvokingService, arn: string, event: unknown): Promise<Outcome> {
    await this.permissions.authorize(this.arnOf(arn), service);
    return this.invoke(arn, event);
  }

  /** The same, asynchronously: it is accepted or refused, and then attempted up to three times. */
  public async invokeAsyncFor(service: InvokingService, arn: string, event: unknown): Promise<void> {
    await this.permissions.authorize(this.arnOf(arn), service);
    this.invokeAsync(arn, event);
  }

  /** Waits until all asynchronous invocations have ended. */
  public async idle(): Promise<void> {
    await this.background.idle();
  }

  public close(): void {
    for (const each of this.functions.values()) this.executions.retire(each, 'deleted');
    this.functions.clear();
    this.executions.close();
  }

  /** The ARN of a function, or of its alias, in the region of the call. */
  private async authorized(nameOrArn: string, qualifier: string | undefined, call: Call): Promise<string> {
    const asked = qualified(nameOrArn, qualifier);
    const found = this.functions.get(nameParts(nameOrArn)[0]);
    await call.authorize(`lambda:${call.operation}`, found?.arn ?? `arn:aws:lambda:${call.region}:${call.account}:function:${nameParts(nameOrArn)[0]}`);
    if (found?.arn.split(':')[3] !== call.region) throw new AwsError('ResourceNotFoundException', `Function not found: ${asked}`, 404);
    return this.arnOf(asked);
  }

  private find(nameOrArn: string): LambdaFunction {
    const [name, alias] = nameParts(nameOrArn);
    const found = this.functions.get(name);
    const arn = alias ? `${found?.arn}:${alias}` : found?.arn;
    const isElsewhere = nameOrArn.startsWith('arn:') && nameOrArn !== arn;
    if (!found || isElsewhere || (alias && !this.aliases.has(arn!))) throw new AwsError('ResourceNotFoundException', `Function not found: ${nameOrArn}`, 404);
    return found;
  }

  private set(arn: string, configuration: FunctionConfiguration): void {
    this.checkTrust(configuration.roleArn);
    this.functions.set(configuration.name, { ...configuration, arn, code: this.executions.unpack(configuration.zip), modified: this.clock.date(), idle: [], state: 'current' });
  }

  private checkTrust(roleArn: string): void {
    const trusts = this.iam.trustOf(roleArn).Statement.some((statement: any) => [statement.Principal?.Service].flat().includes('lambda.amazonaws.com'));
    if (!trusts) throw new AwsError('InvalidParameterValueException', 'The role defined for the function cannot be assumed by Lambda.');
  }
}

function parsePayload(payload: Buffer): unknown {
  try {
    return JSON.parse(payload.toString() || '{}');
  } catch {
    throw new AwsError('InvalidRequestContentException', 'Could not parse request body into json');
  }
}

/** The name or ARN of a function with the qualifier that the request has beside it. */
function qualified(nameOrArn: string, qualifier: string | undefined): string {
  const [, alias = qualifier] = nameParts(nameOrArn);
  if (qualifier !== undefined && alias !== qualifier) {
    throw new AwsError('InvalidParameterValueException', 'The derived qualifier from the function name does not match the specified qualifier.');
  }
  const unqualified = nameParts(nameOrArn)[1] === undefined ? nameOrArn : nameOrArn.slice(0, nameOrArn.lastIndexOf(':'));
  return alias === undefined || alias === LATEST ? unqualified : `${unqualified}:${alias}`;
}

/** The name of a function, and of an alias if there is one, from an ARN or from the names alone. */
function nameParts(nameOrArn: string): string[] {
  return nameOrArn.replace(/^(arn:.*:|\d+:)?function:/, '').split(':');
}
