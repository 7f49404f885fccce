import { Duration } from 'aws-cdk-lib';

/**
 * How a `StreamKeyProvider` looks after its stream keys.
 *
 * It compares each key with its secret and with the last deployment of the stack. A key that is missing is made again, one that was made by hand
 * is adopted with its value, a value or tags that were changed are put back, a rotation that died half-way is completed, and a replica that failed
 * is made again. A channel that is gone, a key that belongs to another stack and a secret that is scheduled for deletion are only reported,
 * as are a key and a secret that were put right twice within an hour. During a deployment nothing is done.
 */
export interface LookAfterOptions {
  /**
   * Whether the stream keys are looked after.
   *
   * On by default, as CloudFormation does not notice what happens to a stream key between two deployments, and nobody else does until an encoder
   * is refused. It costs well under one US dollar a month: a schedule, a queue, and four calls for each key and look.
   *
   * @default true
   */
  readonly enabled?: boolean;

  /**
   * The time from one look to the next: whole minutes, hours or days, at least 5 minutes and at most 1 day.
   *
   * @default Duration.hours(1)
   */
  readonly every?: Duration;

  /**
   * Whether a change by hand is looked at at once. It takes a trail of AWS CloudTrail in the account and the region that records management events;
   * without one, the next look finds the change. Changes of a secret's current version are always looked at at once.
   *
   * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html
   * @default false
   */
  readonly onChangeByHand?: boolean;
}
