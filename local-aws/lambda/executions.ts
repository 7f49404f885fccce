import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { unzipSync } from 'fflate';
import { callerOf, LambdaFunction } from './function';
import { Outcome, Sandbox } from './sandbox';
import { AwsError } from '../core/aws-error';
import type { Clock } from '../core/clock';
import type { Identities } from '../core/identities';
import type { Iam } from '../iam/iam';
import type { Logs } from '../logs/logs';

/** The end of an execution, and the lines that it left for the log. */
export interface Execution extends Outcome {
  readonly lines: string[];
}

/** The executions of functions: their code, in processes of its own, with the credentials of the function's role. */
export class Executions {
  /** Every answer of a function that ran to its end, and how much memory its process had taken by then. */
  public readonly reports: { readonly name: string; readonly megabytes: number }[] = [];

  private readonly sandboxes = new Set<Sandbox>();
  /** The running executions of each function, by its name. */
  private readonly running = new Map<string, number>();
  private readonly root = fs.mkdtempSync(path.join(os.tmpdir(), 'local-aws-lambda-'));

  constructor(
    private readonly endpointUrl: () => string,
    private readonly iam: Iam,
    private readonly identities: Identities,
    private readonly logs: Logs,
    private readonly clock: Clock,
  ) {
    this.provideSdk();
  }

  /** Unpacks the code of a function, and returns its folder. */
  public unpack(zip: Buffer): string {
    const code = fs.mkdtempSync(path.join(this.root, 'code-'));
    for (const [name, content] of Object.entries(unzipSync(zip) as Record<string, Uint8Array>)) {
      if (name.endsWith('/')) continue;
      fs.mkdirSync(path.dirname(path.join(code, name)), { recursive: true });
      fs.writeFileSync(path.join(code, name), content);
    }
    return code;
  }

  public hasRoom({ name, reserved = Infinity }: LambdaFunction): boolean {
    return (this.running.get(name) ?? 0) < reserved;
  }

  /** @param arn the ARN by which the function was invoked, which may be that of an alias */
  public async run(target: LambdaFunction, arn: string, event: unknown, requestId: string): Promise<Execution> {
    const count = (by: number) => this.running.set(target.name, (this.running.get(target.name) ?? 0) + by);
    count(1);
    try {
      return await this.execute(target, arn, event, requestId);
    } finally {
      count(-1);
    }
  }

  /** Ends the processes that wait for the next event of a function; what is running ends in its own time. */
  public retire(target: LambdaFunction, state: 'replaced' | 'deleted'): void {
    target.state = state;
    for (const sandbox of target.idle) sandbox.kill();
  }

  public close(): void {
    for (const sandbox of this.sandboxes) sandbox.kill();
    fs.rmSync(this.root, { recursive: true, force: true });
  }

  private async execute(target: LambdaFunction, arn: string, event: unknown, requestId: string): Promise<Execution> {
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
    await this.writeLog(target, sandbox.logStream, lines);
    if (sandbox.alive && target.state === 'current') {
      target.idle.push(sandbox);
    } else {
      sandbox.kill();
      this.sandboxes.delete(sandbox);
    }
    return { ...outcome, lines };
  }

  private start(target: LambdaFunction): Sandbox {
    const credentials = this.identities.assume({ ...callerOf(target), crash: () => sandbox.kill() });
    const logStream = this.logStreamName();
    const sandbox: Sandbox = new Sandbox(target.code, logStream, {
      ...target.environment,
      PATH: process.env.PATH ?? '',
      NODE_PATH: path.join(this.root, 'runtime'),
      TZ: ':UTC',
      _HANDLER: target.handler,
      AWS_LAMBDA_FUNCTION_NAME: target.name,
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(target.memorySize),
      AWS_LAMBDA_LOG_GROUP_NAME: target.logGroup,
      AWS_LAMBDA_LOG_STREAM_NAME: logStream,
      AWS_REGION: target.arn.split(':')[3],
      AWS_ENDPOINT_URL: this.endpointUrl(),
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_SESSION_TOKEN: credentials.sessionToken!,
    });
    this.sandboxes.add(sandbox);
    return sandbox;
  }

  /** A function without the permission to write its log works, and leaves none. One that may, makes the group that is not there. */
  private async writeLog(target: LambdaFunction, stream: string, lines: string[]): Promise<void> {
    const region = target.arn.split(':')[3];
    const group = this.logs.arnOf(region, target.logGroup);
    const isThere = () => this.logs.hasGroup(region, target.logGroup);
    const isMissing = !isThere();
    const may = (action: string, resource: string) => this.iam.authorize(callerOf(target), action, resource, {});
    try {
      if (isMissing) await may('logs:CreateLogGroup', group);
      for (const action of ['logs:CreateLogStream', 'logs:PutLogEvents']) await may(action, group.replace(/\*$/, `log-stream:${stream}`));
    } catch (error) {
      if (error instanceof AwsError) return;
      throw error;
    }
    if (isMissing && !isThere()) this.logs.createGroup(region, target.logGroup);
    if (isThere()) this.logs.write(region, target.logGroup, stream, lines);
  }

  /** The name of a stream, as Lambda makes one for each execution environment. */
  private logStreamName(): string {
    return `${this.clock.date().toISOString().slice(0, 10).replaceAll('-', '/')}/[$LATEST]${randomBytes(16).toString('hex')}`;
  }

  /** Lambda's Node.js runtimes come with the AWS SDK, and with nothing else. */
  private provideSdk(): void {
    const runtime = path.join(this.root, 'runtime');
    fs.mkdirSync(runtime);
    for (const scope of ['@aws-sdk', '@smithy']) fs.symlinkSync(path.join(__dirname, '..', '..', 'node_modules', scope), path.join(runtime, scope));
  }
}
