import { ChildProcess, fork } from 'node:child_process';
import * as path from 'node:path';
import { createInterface } from 'node:readline';
import type { ClockSetting } from '../core/clock';

/** The outcome of one invocation in a function's process. */
export interface Outcome {
  readonly result?: string;
  readonly error?: { readonly errorType: string; readonly errorMessage: string };
  /** Kilobytes. */
  readonly maxRss?: number;
}

export interface Invocation {
  readonly requestId: string;
  readonly event: unknown;
  /** In real time. Milliseconds since the epoch. */
  readonly deadline: number;
  /** The clock of the local AWS. */
  readonly clock: ClockSetting;
  readonly arn: string;
}

/** The end of an invocation's output. */
const END = '\0';

/**
 * A process of its own that runs a function, one event after the other, as Lambda's execution environments do. Between two events it is frozen:
 * what the function left under way goes on with the next one, or never.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
 */
export class Sandbox {
  private readonly process: ChildProcess;
  private line?: (text: string) => void;
  private ended?: () => void;

  constructor(code: string, public readonly logStream: string, environment: Record<string, string>) {
    this.process = fork(path.join(__dirname, 'bootstrap.cjs'), {
      cwd: code,
      env: environment,
      execArgv: [],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    for (const stream of [this.process.stdout!, this.process.stderr!]) createInterface(stream).on('line', (text) => this.receive(text));
  }

  /** Runs one event; an error named `Runtime.ExitError` or `Sandbox.Timedout` means that the process is gone. */
  public async run(invocation: Invocation, line: (text: string) => void): Promise<Outcome> {
    this.line = line;
    let open = 2;
    const output = new Promise<void>((resolve) => { this.ended = () => { if (--open === 0) resolve(); }; });
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        finish({ error: { errorType: 'Sandbox.Timedout', errorMessage: 'Task timed out' } });
        this.kill();
      }, invocation.deadline - Date.now());
      const exited = () => finish({ error: { errorType: 'Runtime.ExitError', errorMessage: 'Runtime exited without providing a reason' } });
      const answered = (outcome: Outcome) => void output.then(() => finish(outcome));
      const finish = (outcome: Outcome) => {
        clearTimeout(timer);
        this.process.off('message', answered).off('exit', exited);
        this.process.kill('SIGSTOP');
        resolve(outcome);
      };
      this.process.on('message', answered).on('exit', exited);
      if (!this.alive) return exited();
      this.process.kill('SIGCONT');
      this.process.send(invocation);
    });
  }

  public get alive(): boolean {
    return this.process.exitCode === null && this.process.signalCode === null;
  }

  public kill(): void {
    this.process.kill('SIGKILL');
  }

  private receive(text: string): void {
    const isEnd = text.endsWith(END);
    const line = isEnd ? text.slice(0, -END.length) : text;
    if (line || !isEnd) this.line?.(line);
    if (isEnd) this.ended?.();
  }
}
