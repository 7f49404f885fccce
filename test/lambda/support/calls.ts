import { setTimeout as sleep } from 'node:timers/promises';
import type { LocalAws } from '../../../local-aws/local-aws';

/** The calls that the handler makes; one that failed has its error behind an exclamation mark. */
export class Calls {
  private readonly taken: string[] = [];

  constructor(private readonly aws: LocalAws) {}

  /** The calls since the last look. */
  public take(): string[] {
    const calls = this.untaken();
    this.aws.endpoint.calls.clear();
    this.taken.push(...calls);
    return calls;
  }

  /** All calls since the handler was deployed. */
  public all(): string[] {
    this.take();
    return this.taken;
  }

  /** Waits for a call since the last look. */
  public async until(call: string): Promise<void> {
    while (!this.untaken().includes(call)) await sleep(5);
  }

  private untaken(): string[] {
    return this.aws.endpoint.calls.byFunctions().map(({ operation, error }) => (error ? `${operation}!${error}` : operation));
  }
}
