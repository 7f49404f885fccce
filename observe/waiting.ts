import { setTimeout as sleep } from 'node:timers/promises';

/** The interval and the limit of a poll; milliseconds. */
export interface Pace {
  readonly every: number;
  readonly longest: number;
}

/** Pauses and polls that an interruption ends. */
export class Waiting {
  constructor(private readonly signal: AbortSignal) {}

  /** Throws if the run was interrupted, before or meanwhile. */
  public async pause(milliseconds: number): Promise<void> {
    await sleep(milliseconds, undefined, { signal: this.signal });
  }

  /** Polls until there is a result; undefined if there is none in time. */
  public async until<T>({ every, longest }: Pace, look: () => Promise<T | undefined>): Promise<T | undefined> {
    for (const start = Date.now(); ;) {
      const result = await look();
      if (result !== undefined) return result;
      if (Date.now() - start >= longest) return undefined;
      await this.pause(every);
    }
  }

  /**
   * Measures for how many milliseconds reads lag behind: the time until the last stale answer was asked for, 0 if there was none.
   * Three right answers in a row end the measurement. Undefined if the reads are still stale in the end.
   */
  public async lag({ every, longest }: Pace, isRight: () => Promise<boolean>): Promise<number | undefined> {
    const start = Date.now();
    let staleUntil = 0;
    for (let right = 0; right < 3;) {
      const asked = Date.now() - start;
      if (await isRight()) {
        right++;
      } else {
        right = 0;
        staleUntil = Math.max(asked, 1);
        if (asked >= longest) return undefined;
      }
      await this.pause(every);
    }
    return staleUntil;
  }
}
