import { CallFailure, isTransient } from './call-failure';
import type { Retryable, RetryBudget } from './retry-budget';

/** Attempts calls within a budget: its own retrying replaces the SDK's. */
export class Calls {
  /** @param retryable decides which failures are worth another attempt */
  constructor(public readonly budget: RetryBudget, public readonly retryable: Retryable = isTransient) {}

  /** A refusal is final: the resource may be gone or another stack's, as the policies are written on tags; or a permission was withdrawn. */
  public get unlessRefused(): Retryable {
    return (error, budget) => (error as Error).name !== 'AccessDeniedException' && this.retryable(error, budget);
  }

  /** @param action the IAM action, such as `ivs:CreateStreamKey` */
  public async attempt<T>(action: string, send: (options: { abortSignal: AbortSignal }) => Promise<T>, retryable = this.retryable): Promise<T> {
    const start = this.budget.elapsed;
    try {
      return await this.budget.call((abortSignal) => send({ abortSignal }), retryable);
    } catch (error) {
      throw new CallFailure(action, error as Error, this.budget.elapsed - start);
    }
  }
}
