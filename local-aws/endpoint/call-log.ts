import type { AwsError } from '../core/aws-error';
import type { Caller } from '../core/identities';

/** One call that was made. */
export interface RecordedCall {
  /** Such as `ivs:CreateStreamKey`. */
  readonly operation: string;
  readonly caller: Caller;
  readonly input: Record<string, any>;
  /** Milliseconds. */
  readonly start: number;
  /** The time of its answer; NaN while there is none. */
  end: number;
  /** The name of the error, if it was one. */
  error?: string;
}

/** All calls, in the order in which they came. */
export class CallLog {
  public readonly all: RecordedCall[] = [];

  public async record<T>(operation: string, caller: Caller, input: Record<string, any>, run: () => Promise<T>): Promise<T> {
    const call: RecordedCall = { operation, caller, input, start: performance.now(), end: NaN };
    this.all.push(call);
    try {
      return await run();
    } catch (error) {
      call.error = (error as AwsError).code ?? (error as Error).name;
      throw error;
    } finally {
      call.end = performance.now();
    }
  }

  /** The calls that functions have made, without those of the administrator. */
  public byFunctions(): RecordedCall[] {
    return this.all.filter(({ caller }) => caller.roleName !== undefined);
  }

  public clear(): void {
    this.all.length = 0;
  }
}
