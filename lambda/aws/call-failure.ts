import { CallTimeout, Patience } from './patience';

/** What the SDK throws, as far as it is looked at. */
interface SdkError extends Error {
  readonly code?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/** For so many milliseconds a region's missing endpoint is looked for. */
const NO_ENDPOINT_PATIENCE = 5_000;

/** A region has no endpoint of a service: there is no such name in the DNS. */
export class NoEndpoint extends Error {
  public override readonly name = 'NoEndpoint';

  constructor(cause: Error) {
    super(cause.message, { cause });
  }
}

export function isNameNotFound(thrown: unknown): thrown is Error {
  return (thrown as SdkError).code === 'ENOTFOUND';
}

/** A call to AWS that has failed for good. */
export class CallFailure extends Error {
  /** The name of the error, such as `ResourceNotFoundException`. */
  public override readonly name: string;

  /**
   * @param action what was called, as IAM names it, such as `ivs:CreateStreamKey`
   * @param waited for how many milliseconds the call was tried
   */
  constructor(public readonly action: string, error: SdkError, public readonly waited = 0) {
    super(error.message, { cause: error });
    this.name = error.code ?? error.name;
  }

  /** The same failure, of a call that was tried for so many milliseconds. */
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

  /** IAM refuses what is not there, too: a missing resource has not got the tag that the policy asks for. */
  public get mayBeGone(): boolean {
    return this.isNotFound || this.isAccessDenied;
  }
}

/** Throttling, failures of AWS or of the network, and permissions that have only just been given. */
export function isTransient(thrown: unknown, { awaitsPermissions, elapsed }: Pick<Patience, 'awaitsPermissions' | 'elapsed'>): boolean {
  const error = thrown as SdkError;
  const status = error.$metadata?.httpStatusCode;
  if (thrown instanceof CallTimeout || status === 429 || /Throttl|TooManyRequests|RequestLimitExceeded/i.test(error.name)) return true;
  if (error.name === 'AccessDeniedException') return awaitsPermissions;
  if (thrown instanceof NoEndpoint) return elapsed < NO_ENDPOINT_PATIENCE;
  if (error.name === 'AbortError') return false;
  // An answer of success that could not be read has broken off on its way.
  return status === undefined ? error.code !== undefined : status >= 500 || status < 300;
}
