/** The handler refuses a request. The message says what, where, the value that it got, and what to do. */
export class Refusal extends Error {}

/** A refusal that may pass by itself: the secret could not be written. */
export class Unwritable extends Refusal {}

/** An event that no longer concerns its secret: there is nothing to do, and nothing has failed. */
export class Outdated extends Error {}

/** A rotation that waits. Secrets Manager must not count it as done; it is not counted as a failure. */
export class Deferral extends Error {}
