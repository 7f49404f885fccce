import { setTimeout as sleep } from 'node:timers/promises';

/** Decides whether a failed call is attempted again. */
export type Retryable = (error: unknown, budget: RetryBudget) => boolean;

/** Retrying ends this long before the function's time-out: time for a last attempt and for the answer. */
const STOP_RETRYING = 30_000;
/** The answer is sent this long before the function's time-out, whatever is still under way. */
const STOP_WORKING = 10_000;
const CALL_TIMEOUT = 10_000;
const FIRST_DELAY = 100;
const LONGEST_DELAY = 5_000;

/** A call without an answer. It may have had its effect all the same. */
export class CallTimeout extends Error {
  public override readonly name = 'CallTimeout';

  constructor() {
    super(`there was no answer within ${CALL_TIMEOUT / 1000} seconds`);
  }
}

/** The time that one invocation has for attempts. */
export class RetryBudget {
  private readonly start = Date.now();
  private readonly work = new AbortController();

  /**
   * @param remaining the milliseconds until the function's time-out
   * @param permissionDelay the milliseconds during which a refusal may be due to a permission that is not in force yet
   */
  constructor(private readonly remaining: () => number, private readonly permissionDelay: number) {}

  /** Attempts a call until it succeeds, fails for good, or time runs out. */
  public async call<T>(send: (signal: AbortSignal) => Promise<T>, retryable: Retryable): Promise<T> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.once(send);
      } catch (error) {
        if (!this.hasTime || !retryable(error, this)) throw error;
        await this.pause(attempt);
      }
    }
  }

  /** Whether there is time for another attempt. */
  public get hasTime(): boolean {
    return this.remaining() > STOP_RETRYING && !this.work.signal.aborted;
  }

  /** The milliseconds since the invocation began. */
  public get elapsed(): number {
    return Date.now() - this.start;
  }

  /** Whether a refusal may be due to a permission that is not in force yet. */
  public get awaitsPermissions(): boolean {
    return this.hasTime && this.elapsed < this.permissionDelay;
  }

  /** Waits before the next attempt: exponential backoff with full jitter. */
  public async pause(attempt: number): Promise<void> {
    const longest = Math.min(FIRST_DELAY * 2 ** attempt, LONGEST_DELAY);
    await sleep(Math.random() * longest, undefined, { signal: this.work.signal });
  }

  /**
   * Polls a condition, and returns whether it came true.
   *
   * @param longest the milliseconds to go on polling; 0 polls once
   */
  public async waitUntil(condition: () => Promise<boolean>, longest = Infinity): Promise<boolean> {
    const start = Date.now();
    for (let attempt = 0; !await condition(); attempt++) {
      if (!this.hasTime || Date.now() - start >= longest) return false;
      await this.pause(attempt);
    }
    return true;
  }

  /** Runs the work until time is up; then aborts it, so that nothing happens after the answer. */
  public async within<T>(work: () => Promise<T>): Promise<T> {
    const timer = new AbortController();
    const timeUp = sleep(Math.max(0, this.remaining() - STOP_WORKING), undefined, { signal: timer.signal }).then(() => {
      this.work.abort();
      throw new Error('the time of the function was up');
    });
    try {
      return await Promise.race([work(), timeUp]);
    } finally {
      // After the failure of one of several parallel calls, the others are still under way.
      this.work.abort();
      timer.abort();
      timeUp.catch(() => {});
    }
  }

  private async once<T>(send: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const timeout = AbortSignal.timeout(CALL_TIMEOUT);
    try {
      return await send(AbortSignal.any([this.work.signal, timeout]));
    } catch (error) {
      throw timeout.aborted && !this.work.signal.aborted ? new CallTimeout() : error;
    }
  }
}
