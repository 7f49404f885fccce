/** Something that the handler will not do, and why: what, where, what was got, what to do. */
export class Refusal extends Error {}

/** A refusal that may not last: the secret could not be written. */
export class Unwritable extends Refusal {}

/** An event that no longer concerns the secret that it came for: nothing is to be done, and nothing has failed. */
export class Outdated extends Error {}

/** A rotation that is not carried out now, but later by itself. Secrets Manager must not take it for done; it is no failure to be counted. */
export class Deferral extends Error {}
