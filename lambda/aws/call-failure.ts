import { CallTimeout } from './patience';

/** What the SDK throws, as far as it is looked at. */
interface SdkError extends Error {
  readonly code?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/** How long IAM may take until a policy that has just been made is in force everywhere. */
const IAM_PROPAGATION = 10_000;

/** A call to AWS that has failed for good. */
export class CallFailure extends Error {
  /** The name of the error, such as `ResourceNotFoundException`. */
  public override readonly name: string;

  /** @param action what was called, as IAM names it, such as `ivs:CreateStreamKey` */
  constructor(public readonly action: string, error: SdkError) {
    super(error.message, { cause: error });
    this.name = error.code ?? error.name;
  }

  public get isNotFound(): boolean {
    return this.name === 'ResourceNotFoundException';
  }

  public get isAccessDenied(): boolean {
    return this.name === 'AccessDeniedException';
  }

  /** IAM refuses what is not there, too: a missing resource has not got the tag that the policy asks for. */
  public get mayBeGone(): boolean {
    return this.isNotFound || this.isAccessDenied;
  }
}

/** Throttling, failures of AWS or of the network, and permissions that have only just been given. */
export function isTransient(thrown: unknown, elapsed: number): boolean {
  const error = thrown as SdkError;
  const status = error.$metadata?.httpStatusCode;
  if (thrown instanceof CallTimeout || status === 429 || /Throttl|TooManyRequests|RequestLimitExceeded/i.test(error.name)) return true;
  if (error.name === 'AccessDeniedException') return elapsed < IAM_PROPAGATION;
  return status === undefined ? error.code !== undefined && error.name !== 'AbortError' : status >= 500;
}
