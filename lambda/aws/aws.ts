import { isTransient } from './call-failure';
import { Calls } from './calls';
import { Ivs } from './ivs';
import { KnownKeys } from './known-keys';
import { OwnStack } from './own-stack';
import { Queue } from './queue';
import type { Retryable, RetryBudget } from './retry-budget';
import { SecretsManager } from './secrets-manager';

/** AWS as one invocation sees it: the services, and the budget that their calls share. */
export class Aws {
  public readonly ivs: Ivs;
  public readonly secrets: SecretsManager;
  public readonly stack: OwnStack;
  public readonly queue: Queue;

  constructor(public readonly budget: RetryBudget, retryable: Retryable = isTransient, private readonly keys = new KnownKeys()) {
    const calls = new Calls(budget, retryable);
    this.ivs = new Ivs(calls, keys);
    this.secrets = new SecretsManager(calls);
    this.stack = new OwnStack(calls);
    this.queue = new Queue(calls);
  }

  /**
   * Retries every failure while there is time: for between deleting a key and storing its successor.
   *
   * @param onRefused receives the failures that retrying alone does not end
   */
  public retryingEverything(onRefused: (error: Error) => void = () => {}): Aws {
    const answers = ['ServiceQuotaExceededException', 'ResourceExistsException'];
    return new Aws(this.budget, (error) => {
      if (answers.includes((error as Error).name)) return false;
      if (!isTransient(error, { awaitsPermissions: false, elapsed: Infinity })) onRefused(error as Error);
      return true;
    }, this.keys);
  }

  /** Attempts each call once: for a call that relies on a fresh look. */
  public withoutRetries(): Aws {
    return new Aws(this.budget, () => false, this.keys);
  }
}
