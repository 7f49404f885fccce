import { CallTimeout, RetryBudget } from './retry-budget';

/** The part of the SDK's errors that is read here. */
interface SdkError extends Error {
  readonly code?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/** The milliseconds during which a region's missing endpoint is looked for. */
const NO_ENDPOINT_LAG = 5_000;

/** A region without an endpoint of the service: the DNS has no such name. */
export class NoEndpoint extends Error {
  public override readonly name = 'NoEndpoint';

  constructor(cause: Error) {
    super(cause.message, { cause });
  }
}

export function isNameNotFound(thrown: unknown): thrown is Error {
  return (thrown as SdkError).code === 'ENOTFOUND';
}

/** A call to AWS that failed for good. */
export class CallFailure extends Error {
  /** The name of the error, such as `ResourceNotFoundException`. */
  public override readonly name: string;

  /**
   * @param action the IAM action, such as `ivs:CreateStreamKey`
   * @param waited the milliseconds for which the call was attempted
   */
  constructor(public readonly action: string, error: SdkError, public readonly waited = 0) {
    super(error.message, { cause: error });
    this.name = error.code ?? error.name;
  }

  /** The same failure of a call that was attempted for so many milliseconds. */
  public after(waited: number): CallFailure {
    return new CallFailure(this.action, this.cause as SdkError, waited);
  }

  public get isNotFound(): boolean {
    return this.name === 'ResourceNotFoundException';
  }

  public get isAccessDenied(): boolean {
    return this.name === 'AccessDeniedException';
  }

  public get isNoEndpoint(): boolean {
    return this.name === 'NoEndpoint';
  }

  /** IAM refuses access to a missing resource, too: it lacks the tag that the policy requires. */
  public get mayBeGone(): boolean {
    return this.isNotFound || this.isAccessDenied;
  }
}

/** Throttling, failures of AWS or of the network, and permissions that are not in force yet. */
export function isTransient(thrown: unknown, { awaitsPermissions, elapsed }: Pick<RetryBudget, 'awaitsPermissions' | 'elapsed'>): boolean {
  const error = thrown as SdkError;
  const status = error.$metadata?.httpStatusCode;
  if (thrown instanceof CallTimeout || status === 429 || /Throttl|TooManyRequests|RequestLimitExceeded/i.test(error.name)) return true;
  if (error.name === 'AccessDeniedException') return awaitsPermissions;
  if (thrown instanceof NoEndpoint) return elapsed < NO_ENDPOINT_LAG;
  if (error.name === 'AbortError') return false;
  // An answer of success that could not be read was cut off on its way.
  return status === undefined ? error.code !== undefined : status >= 500 || status < 300;
}
