// In seconds. CloudFormation must wait until the last attempt has ended: an attempt beside its roll-back would make a key that nobody owns.

/** The function's timeout. It leaves room for minutes of throttling: IVS allows an account 5 calls per second of each operation. */
export const FUNCTION_TIMEOUT = 300;

/**
 * The maximum age of an asynchronous event. Lambda retries a throttled one after 1, 3, 7, … 511 and 811 seconds,
 * and 160 stream keys that share 10 executions are done within 3 minutes.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */
export const MAX_EVENT_AGE = 900;

/** CloudFormation's timeout for the answer. */
export const SERVICE_TIMEOUT = MAX_EVENT_AGE + FUNCTION_TIMEOUT;
