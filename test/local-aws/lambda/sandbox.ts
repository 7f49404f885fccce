import { ChildProcess, fork } from 'node:child_process';
import * as path from 'node:path';
import { createInterface } from 'node:readline';

/** What a function's process said of one invocation. */
export interface Outcome {
  readonly result?: string;
  readonly error?: { readonly errorType: string; readonly errorMessage: string };
  /** Kilobytes. */
  readonly maxRss?: number;
}

export interface Invocation {
  readonly requestId: string;
  readonly event: unknown;
  /** Milliseconds since the epoch. */
  readonly deadline: number;
  readonly arn: string;
}

/** A process of its own that runs a function, one event after the other, as Lambda's execution environments do. */
export class Sandbox {
  private readonly process: ChildProcess;
  private line?: (text: string) => void;

  constructor(code: string, environment: Record<string, string>) {
    this.process = fork(path.join(__dirname, 'bootstrap.cjs'), {
      cwd: code,
      env: environment,
      execArgv: [],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    for (const stream of [this.process.stdout!, this.process.stderr!]) createInterface(stream).on('line', (text) => this.line?.(text));
  }

  /** Runs one event; an error named `Runtime.ExitError` or `Sandbox.Timedout` means that the process is gone. */
  public async run(invocation: Invocation, line: (text: string) => void): Promise<Outcome> {
    this.line = line;
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        finish({ error: { errorType: 'Sandbox.Timedout', errorMessage: 'Task timed out' } });
        this.kill();
      }, invocation.deadline - Date.now());
      const exited = () => finish({ error: { errorType: 'Runtime.ExitError', errorMessage: 'Runtime exited without providing a reason' } });
      const finish = (outcome: Outcome) => {
        clearTimeout(timer);
        this.process.off('message', finish).off('exit', exited);
        resolve(outcome);
      };
      this.process.on('message', finish).on('exit', exited);
      if (this.alive) this.process.send(invocation);
      else exited();
    });
  }

  public get alive(): boolean {
    return this.process.exitCode === null && this.process.signalCode === null;
  }

  public kill(): void {
    this.process.kill('SIGKILL');
  }
}
