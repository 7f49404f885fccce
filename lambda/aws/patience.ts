import { setTimeout as sleep } from 'node:timers/promises';

/** Says which failures are worth another attempt of the same call. */
export type Retryable = (error: unknown, patience: Patience) => boolean;

/** Retrying ends this long before the function is stopped: time for a last attempt and for the answer. */
const STOP_RETRYING = 30_000;
/** The answer is given this long before the function is stopped, whatever is still under way. */
const STOP_WORKING = 10_000;
const CALL_TIMEOUT = 10_000;
const FIRST_DELAY = 100;
const LONGEST_DELAY = 5_000;

/** A call that was not answered. It may have had its effect all the same. */
export class CallTimeout extends Error {
  public override readonly name = 'CallTimeout';

  constructor() {
    super(`there was no answer within ${CALL_TIMEOUT / 1000} seconds`);
  }
}

/** How long one invocation may go on trying. */
export class Patience {
  private readonly start = Date.now();
  private readonly work = new AbortController();

  /**
   * @param remaining the milliseconds until Lambda stops the function
   * @param permissionDelay for so many milliseconds a refusal may be a permission that is not in force yet
   */
  constructor(private readonly remaining: () => number, private readonly permissionDelay: number) {}

  /** Attempts a call until it succeeds, fails for good, or time runs out. */
  public async call<T>(send: (signal: AbortSignal) => Promise<T>, retryable: Retryable): Promise<T> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.once(send);
      } catch (error) {
        if (!this.lasts || !retryable(error, this)) throw error;
        await this.pause(attempt);
      }
    }
  }

  /** Whether there is time left to go on trying. */
  public get lasts(): boolean {
    return this.remaining() > STOP_RETRYING && !this.work.signal.aborted;
  }

  /** The milliseconds since the invocation began. */
  public get elapsed(): number {
    return Date.now() - this.start;
  }

  /** Whether a refusal may be a permission that is not in force yet. */
  public get awaitsPermissions(): boolean {
    return this.lasts && this.elapsed < this.permissionDelay;
  }

  /** Waits before the next attempt: exponential backoff with full jitter. */
  public async pause(attempt: number): Promise<void> {
    const longest = Math.min(FIRST_DELAY * 2 ** attempt, LONGEST_DELAY);
    await sleep(Math.random() * longest, undefined, { signal: this.work.signal });
  }

  /**
   * Looks until something is so, and returns whether it is.
   *
   * @param longest for how many milliseconds to go on looking; with 0 it looks once
   */
  public async until(isSo: () => Promise<boolean>, longest = Infinity): Promise<boolean> {
    const start = Date.now();
    for (let attempt = 0; !await isSo(); attempt++) {
      if (!this.lasts || Date.now() - start >= longest) return false;
      await this.pause(attempt);
    }
    return true;
  }

  /** Gives the work the time there is; then ends it, so that nothing happens after the answer. */
  public async within<T>(work: () => Promise<T>): Promise<T> {
    const timer = new AbortController();
    const timeUp = sleep(Math.max(0, this.remaining() - STOP_WORKING), undefined, { signal: timer.signal }).then(() => {
      this.work.abort();
      throw new Error('the time of the function was up');
    });
    try {
      return await Promise.race([work(), timeUp]);
    } finally {
      // Where one of several calls has failed, the others are still under way.
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
