/** An error as an AWS service answers it. */
export class AwsError extends Error {
  constructor(public readonly code: string, message: string, public readonly status = 400) {
    super(message);
  }
}

/** A request that the local AWS does not support. It never pretends to have carried one out. */
export class NotInLocalAws extends AwsError {
  constructor(what: string) {
    super('NotInLocalAws', `The local AWS does not know ${what}. It answers only what it can answer as AWS does.`, 501);
  }
}
