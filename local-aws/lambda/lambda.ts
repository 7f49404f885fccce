import { randomUUID } from 'node:crypto';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as client from '@aws-sdk/client-lambda';
import { unzipSync } from 'fflate';
import { EventSourceMapping, EventSourceMappingConfiguration } from './event-source-mapping';
import { InvokingService, LambdaPermissions } from './permissions';
import { Outcome, Sandbox } from './sandbox';
import { AwsError, NotInLocalAws } from '../core/aws-error';
import { Background } from '../core/background';
import type { Clock } from '../core/clock';
import type { Caller, Identities } from '../core/identities';
import type { Operation, Service } from '../endpoint/operation';
import type { Iam } from '../iam/iam';
import type { Logs } from '../logs/logs';
import { restJson } from '../protocols/rest-json';
import { modelOf } from '../protocols/service-model';
import type { Sqs } from '../sqs/sqs';

export interface FunctionConfiguration {
  readonly name: string;
  readonly handler: string;
  readonly roleArn: string;
  /** Seconds. */
  readonly timeout: number;
  /** Megabytes. */
  readonly memorySize: number;
  /** The number of concurrent executions; unlimited if absent. */
  readonly reserved?: number;
  /** The queue for asynchronous events that it fails to handle; they are dropped if absent. */
  readonly deadLetterArn?: string;
  readonly environment: Record<string, string>;
  readonly logGroup: string;
  readonly zip: Buffer;
}

/** The settings of asynchronous invocations of a function, except those through an alias. */
export interface AsyncConfiguration {
  /** Seconds. */
  readonly maxEventAge?: number;
  readonly retryAttempts?: number;
}

/** Lambda's default maximum age of an event: 6 hours. */
const MAX_EVENT_AGE = 21_600;

interface LambdaFunction extends FunctionConfiguration {
  readonly arn: string;
  readonly code: string;
  readonly idle: Sandbox[];
}

/** Lambda: runs the very bundle that was uploaded, in processes of its own, with the credentials of the function's role. */
export class Lambda implements Service {
  public readonly name = 'lambda';
  public readonly model = modelOf(client);
  public readonly protocol = restJson(this.model);

  /** The delays before the second and third attempt of an asynchronous invocation; AWS waits one and two minutes. */
  public asyncRetryDelays = [500, 1000];
  /** Every answer of a function that ran to its end, and how much memory its process had taken by then. */
  public readonly reports: { readonly name: string; readonly megabytes: number }[] = [];
  /** Which services may invoke which function. */
  public readonly permissions: LambdaPermissions;

  private readonly functions = new Map<string, LambdaFunction>();
  private readonly asyncConfigurations = new Map<string, AsyncConfiguration>();
  /** The secrets by their ARNs. */
  private readonly aliases = new Set<string>();
  private readonly sandboxes = new Set<Sandbox>();
  /** The running executions of each function, by its name. */
  private readonly running = new Map<string, number>();
  private readonly background = new Background();
  private readonly root = fs.mkdtempSync(path.join(os.tmpdir(), 'local-aws-lambda-'));

  public readonly operations: Record<string, Operation> = {
    Invoke: async ({ FunctionName, Payload, InvocationType = 'RequestResponse' }, call) => {
      const arn = this.arnOf(FunctionName);
      await call.authorize('lambda:InvokeFunction', arn);
      if (InvocationType !== 'RequestResponse') throw new NotInLocalAws(`the InvocationType ${InvocationType} of lambda:Invoke`);
      const { result, error } = await this.invoke(arn, parsePayload(Payload));
      return { Payload: error ? JSON.stringify(error) : result, FunctionError: error && 'Unhandled' };
    },
  };

  constructor(
    private readonly account: string,
    private readonly endpointUrl: () => string,
    private readonly iam: Iam,
    private readonly identities: Identities,
    private readonly logs: Logs,
    private readonly clock: Clock,
    private readonly sqs: Sqs,
  ) {
    this.permissions = new LambdaPermissions(account, iam);
    this.provideSdk();
  }

  public create(region: string, configuration: FunctionConfiguration): string {
    if (this.functions.has(configuration.name)) throw new AwsError('ResourceConflictException', `Function already exist: ${configuration.name}`, 409);
    const arn = `arn:aws:lambda:${region}:${this.account}:function:${configuration.name}`;
    this.set(arn, configuration);
    return arn;
  }

  /** Changes a function; what is running goes on with what it was. */
  public update(name: string, change: Partial<FunctionConfiguration>): void {
    const { idle, ...before } = this.find(name);
    for (const sandbox of idle) sandbox.kill();
    this.set(before.arn, { ...before, ...change });
  }

  /** Removes a function; what is running ends in its own time. */
  public delete(name: string): void {
    const removed = this.functions.get(name);
    if (!removed) return;
    for (const sandbox of removed.idle) sandbox.kill();
    for (const arn of [...this.aliases].filter((alias) => alias.startsWith(`${removed.arn}:`))) this.deleteAlias(arn);
    this.permissions.removeAll(removed.arn);
    this.asyncConfigurations.delete(name);
    this.functions.delete(name);
  }

  /** Gives a function another ARN to be invoked by, with permissions of its own. Returns it. */
  public addAlias(functionName: string, alias: string): string {
    const arn = `${this.find(functionName).arn}:${alias}`;
    if (this.aliases.has(arn)) throw new AwsError('ResourceConflictException', `Alias already exists: ${arn}`, 409);
    this.aliases.add(arn);
    return arn;
  }

  /** Lets a function receive the messages of a queue. Returns a function that ends this. */
  public async receiveFrom(configuration: EventSourceMappingConfiguration): Promise<() => void> {
    const mapping = await EventSourceMapping.create(configuration, { functions: this, sqs: this.sqs, iam: this.iam, background: this.background });
    return () => mapping.delete();
  }

  /** The role of a function, as it makes calls. */
  public roleOf(nameOrArn: string): Caller {
    const { name, roleArn } = this.find(nameOrArn);
    const roleName = roleArn.split('/').pop()!;
    return { arn: `arn:aws:sts::${this.account}:assumed-role/${roleName}/${name}`, roleName };
  }

  /** Seconds. */
  public timeoutOf(nameOrArn: string): number {
    return this.find(nameOrArn).timeout;
  }

  public deleteAlias(arn: string): void {
    this.permissions.removeAll(arn);
    this.aliases.delete(arn);
  }

  /** The ARN of a function, or of its alias. */
  public arnOf(nameOrArn: string): string {
    const { arn } = this.find(nameOrArn);
    const [, alias] = nameParts(nameOrArn);
    return alias ? `${arn}:${alias}` : arn;
  }

  public async invoke(arn: string, event: unknown): Promise<Outcome> {
    const target = this.find(arn);
    if (!this.hasRoom(target)) throw new AwsError('TooManyRequestsException', 'Rate Exceeded.', 429);
    return this.attempt(target, arn, event, randomUUID());
  }

  /** Sets how asynchronous invocations are handled; without a configuration, forgets it. */
  public configureAsync(functionName: string, configuration?: AsyncConfiguration): void {
    const { name } = this.find(functionName);
    if (configuration) this.asyncConfigurations.set(name, configuration);
    else this.asyncConfigurations.delete(name);
  }

  /**
   * Up to three attempts, in the background, all with the same request id, as long as the event is not too old.
   * Each waits for room; in AWS it looks for it ever less often.
   *
   * @param ended is called when none is left
   */
  public invokeAsync(arn: string, event: unknown, ended = () => {}): void {
    const target = this.find(arn);
    this.background.run(() => this.attempts(target, arn, event).finally(ended));
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
    this.functions.clear();
    for (const sandbox of this.sandboxes) sandbox.kill();
    fs.rmSync(this.root, { recursive: true, force: true });
  }

  private find(nameOrArn: string): LambdaFunction {
    const [name, alias] = nameParts(nameOrArn);
    const found = this.functions.get(name);
    if (!found || (alias && !this.aliases.has(`${found.arn}:${alias}`))) throw new AwsError('ResourceNotFoundException', `Function not found: ${nameOrArn}`, 404);
    return found;
  }

  private hasRoom({ name, reserved = Infinity }: LambdaFunction): boolean {
    return (this.running.get(name) ?? 0) < reserved;
  }

  private async attempts(target: LambdaFunction, arn: string, event: unknown): Promise<void> {
    const requestId = randomUUID();
    const { maxEventAge = MAX_EVENT_AGE, retryAttempts = 2 } = (arn === target.arn && this.asyncConfigurations.get(target.name)) || {};
    const accepted = this.clock.now();
    const isTooOld = () => this.clock.now() - accepted > maxEventAge * 1000;
    for (const delay of [...this.asyncRetryDelays.slice(0, retryAttempts), undefined]) {
      while (!this.hasRoom(target) && !isTooOld()) await sleep(20);
      if (isTooOld()) return this.keepDeadLetter(target, requestId, event, { errorMessage: 'The event is older than the maximum event age.' });
      const { error } = await this.attempt(target, arn, event, requestId);
      if (!error) return;
      if (delay === undefined) return this.keepDeadLetter(target, requestId, event, error);
      await sleep(delay);
      if (!this.functions.has(target.name)) return;
    }
  }

  private async attempt(target: LambdaFunction, arn: string, event: unknown, requestId: string): Promise<Outcome> {
    const count = (by: number) => this.running.set(target.name, (this.running.get(target.name) ?? 0) + by);
    count(1);
    try {
      return await this.run(target, arn, event, requestId);
    } finally {
      count(-1);
    }
  }

  private async run(target: LambdaFunction, arn: string, event: unknown, requestId: string): Promise<Outcome> {
    const sandbox = target.idle.pop() ?? this.start(target);
    const lines = [`START RequestId: ${requestId} Version: $LATEST`];
    const start = Date.now();
    const { current } = this.clock;
    const deadline = start + target.timeout * 1000 / current.speed;
    const outcome = await sandbox.run({ requestId, event, deadline, arn, clock: current }, (line) => lines.push(line));
    const duration = Date.now() - start;
    const megabytes = Math.ceil((outcome.maxRss ?? 0) / 1024);

    if (outcome.maxRss) this.reports.push({ name: target.name, megabytes });
    if (outcome.error) lines.push(`ERROR ${JSON.stringify(outcome.error)}`);
    lines.push(`END RequestId: ${requestId}`, `REPORT RequestId: ${requestId} Duration: ${duration} ms Memory Size: ${target.memorySize} MB Max Memory Used: ${megabytes} MB`);
    await this.writeLog(target, lines);
    if (sandbox.alive && this.functions.get(target.name) === target) {
      target.idle.push(sandbox);
    } else {
      sandbox.kill();
      this.sandboxes.delete(sandbox);
    }
    return outcome;
  }

  /** Without the permission, it is dropped: in AWS, the metric DeadLetterErrors counts that. */
  private async keepDeadLetter(target: LambdaFunction, requestId: string, event: unknown, { errorMessage }: { errorMessage: string }): Promise<void> {
    const { name, deadLetterArn } = target;
    if (!deadLetterArn) return;
    const attributes = { RequestID: requestId, ErrorCode: '200', ErrorMessage: errorMessage };
    await this.sqs.send(deadLetterArn, { body: JSON.stringify(event), attributes }, { caller: this.roleOf(name) }).catch((refusal) => {
      if (!(refusal instanceof AwsError)) throw refusal;
    });
  }

  private start(target: LambdaFunction): Sandbox {
    const roleName = target.roleArn.split('/').pop()!;
    const credentials = this.identities.assume({
      arn: `arn:aws:sts::${this.account}:assumed-role/${roleName}/${target.name}`,
      roleName,
      crash: () => sandbox.kill(),
    });
    const sandbox: Sandbox = new Sandbox(target.code, {
      ...target.environment,
      PATH: process.env.PATH ?? '',
      NODE_PATH: path.join(this.root, 'runtime'),
      TZ: ':UTC',
      _HANDLER: target.handler,
      AWS_LAMBDA_FUNCTION_NAME: target.name,
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(target.memorySize),
      AWS_LAMBDA_LOG_GROUP_NAME: target.logGroup,
      AWS_REGION: target.arn.split(':')[3],
      AWS_ENDPOINT_URL: this.endpointUrl(),
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_SESSION_TOKEN: credentials.sessionToken!,
    });
    this.sandboxes.add(sandbox);
    return sandbox;
  }

  /** A function without the permission to write its log works, and leaves none. */
  private async writeLog(target: LambdaFunction, lines: string[]): Promise<void> {
    const roleName = target.roleArn.split('/').pop()!;
    const arn = this.logs.arnOf(target.arn.split(':')[3], target.logGroup).replace(/\*$/, 'log-stream:latest');
    try {
      for (const action of ['logs:CreateLogStream', 'logs:PutLogEvents']) {
        await this.iam.authorize({ arn: `arn:aws:sts::${this.account}:assumed-role/${roleName}/${target.name}`, roleName }, action, arn, {});
      }
    } catch (error) {
      if (error instanceof AwsError) return;
      throw error;
    }
    this.logs.write(target.logGroup, 'latest', lines);
  }

  private set(arn: string, configuration: FunctionConfiguration): void {
    this.checkTrust(configuration.roleArn);
    this.functions.set(configuration.name, { ...configuration, arn, code: this.unpack(configuration.zip), idle: [] });
  }

  private checkTrust(roleArn: string): void {
    const trusts = this.iam.trustOf(roleArn).Statement.some((statement: any) => [statement.Principal?.Service].flat().includes('lambda.amazonaws.com'));
    if (!trusts) throw new AwsError('InvalidParameterValueException', 'The role defined for the function cannot be assumed by Lambda.');
  }

  private unpack(zip: Buffer): string {
    const code = fs.mkdtempSync(path.join(this.root, 'code-'));
    for (const [name, content] of Object.entries(unzipSync(zip) as Record<string, Uint8Array>)) {
      if (name.endsWith('/')) continue;
      fs.mkdirSync(path.dirname(path.join(code, name)), { recursive: true });
      fs.writeFileSync(path.join(code, name), content);
    }
    return code;
  }

  /** Lambda's Node.js runtimes come with the AWS SDK, and with nothing else. */
  private provideSdk(): void {
    const runtime = path.join(this.root, 'runtime');
    fs.mkdirSync(runtime);
    for (const scope of ['@aws-sdk', '@smithy']) fs.symlinkSync(path.join(__dirname, '..', '..', 'node_modules', scope), path.join(runtime, scope));
  }
}

function parsePayload(payload: string): unknown {
  try {
    return JSON.parse(payload || '{}');
  } catch {
    throw new AwsError('InvalidRequestContentException', 'Could not parse request body into json');
  }
}

/** The name of a function, and of an alias if there is one, from an ARN or from the names alone. */
function nameParts(nameOrArn: string): string[] {
  return nameOrArn.replace(/^arn:.*:function:/, '').split(':');
}
