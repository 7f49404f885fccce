import { setTimeout as sleep } from 'node:timers/promises';
import { AwsError } from '../core/aws-error';
import type { Caller } from '../core/identities';

/** A fault of a call. */
export interface Disturbance {
  /** Such as `ivs:CreateStreamKey`. */
  readonly operation: string;
  /** The number of calls that it hits. @default 1 */
  readonly times?: number;
  /** The number of calls that pass first. @default 0 */
  readonly skip?: number;
  /** Before or after the call takes effect. @default 'before' */
  readonly when?: 'before' | 'after';
  /** An error, no answer at all, a broken connection, an answer whose body breaks off, the end of the calling process, or something that comes in between. */
  readonly effect: AwsError | 'hang' | 'disconnect' | 'truncate' | 'crash' | (() => unknown);
  /** Also hits the administrator's calls. @default - those of functions only */
  readonly anybody?: boolean;
}

/** The connection is cut instead of an answer. */
export class Disconnected extends Error {}

/** The connection is cut in the middle of the answer. */
export class Truncated extends Error {
  constructor(public readonly output: unknown) {
    super();
  }
}

interface Armed extends Disturbance {
  passed: number;
  met: number;
}

/** A place where calls wait for each other. */
class Gate {
  public open!: () => void;
  private readonly opened = new Promise<void>((resolve) => { this.open = resolve; });
  private waiting = 0;

  constructor(private readonly upTo: number) {}

  public async pass(): Promise<void> {
    if (++this.waiting >= this.upTo) this.open();
    return this.opened;
  }
}

/** Faults on purpose, and the latency of calls. */
export class Disturbances {
  private readonly armed: Armed[] = [];
  private readonly latencies = new Map<string, number>();
  private readonly gates = new Map<string, Gate>();
  private latency = 0;

  public add(disturbance: Disturbance): void {
    this.armed.push({ ...disturbance, passed: 0, met: 0 });
  }

  /** The number of calls of an operation that a disturbance has hit. */
  public met(operation: string): number {
    return this.armed.filter((armed) => armed.operation === operation).reduce((sum, { met }) => sum + met, 0);
  }

  public clear(): void {
    this.armed.length = 0;
    this.latencies.clear();
    this.latency = 0;
    for (const gate of this.gates.values()) gate.open();
    this.gates.clear();
  }

  /**
   * Keeps the calls of an operation waiting before they have their effect.
   *
   * @param upTo when so many have come they are let go, all at once
   * @returns what lets them go before
   */
  public hold(operation: string, upTo = Infinity): () => void {
    const gate = new Gate(upTo);
    this.gates.set(operation, gate);
    return () => gate.open();
  }

  /** Makes every call, or those of one operation, take at least so many milliseconds. */
  public slowDown(milliseconds: number, operation?: string): void {
    if (operation) this.latencies.set(operation, milliseconds);
    else this.latency = milliseconds;
  }

  public async around<T>(operation: string, caller: Caller, run: () => Promise<T>): Promise<T> {
    const milliseconds = this.latencies.get(operation) ?? this.latency;
    if (milliseconds) await sleep(milliseconds);
    await this.gates.get(operation)?.pass();
    await this.strike(operation, caller, 'before');
    const result = await run();
    await this.strike(operation, caller, 'after', result);
    return result;
  }

  private async strike(operation: string, caller: Caller, when: 'before' | 'after', result?: unknown): Promise<void> {
    const armed = this.armed.find((candidate) =>
      candidate.operation === operation && (candidate.when ?? 'before') === when && (candidate.anybody || caller.roleName) && candidate.met < (candidate.times ?? 1));
    if (!armed) return;
    if (armed.passed++ < (armed.skip ?? 0)) return;
    armed.met++;
    if (armed.effect instanceof AwsError) throw armed.effect;
    if (typeof armed.effect === 'function') return void await armed.effect();
    if (armed.effect === 'crash') {
      if (!caller.crash) throw new Error(`${operation} is not called by a process of the local AWS, so there is none to crash`);
      caller.crash();
    }
    if (armed.effect === 'disconnect') throw new Disconnected();
    if (armed.effect === 'truncate') throw new Truncated(result);
    await new Promise(() => {});
  }
}
