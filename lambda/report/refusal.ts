/** Something that the handler will not do, and why: what, where, what was got, what to do. */
export class Refusal extends Error {}
