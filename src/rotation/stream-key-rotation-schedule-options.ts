import { Duration } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';

/**
 * The times at which Secrets Manager rotates a stream key.
 */
export interface StreamKeyRotationScheduleOptions {
  /**
   * The time between two rotations: whole hours, at least 4, up to 999 days. A rate in days may rotate at any time
   * of that day, in UTC.
   *
   * After a change, the rotation that was planned before may still come. To determine exactly when encoders get a new key, use a `schedule`
   * with `events.Schedule.cron` and a `window`, as AWS advises.
   *
   * With `Duration.days(0)` the schedule has no rules, and a rotation comes only when somebody asks for it, with
   * `aws secretsmanager rotate-secret`. That is so for a secret that never had rules: Secrets Manager keeps those that it has, even if
   * the schedule is taken out of the stack and added again. To go from a schedule to rotations by hand only, give the
   * longest time, `Duration.days(999)`, or another `secretName`, which makes a new secret.
   *
   * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-secretsmanager-rotationschedule-rotationrules.html
   * @default - 30 days, unless there is a `schedule`
   */
  readonly automaticallyAfter?: Duration;

  /**
   * The opening of the window in which the key is rotated, in UTC: `events.Schedule.cron` with minute `0`, such as
   * `events.Schedule.cron({ minute: '0', hour: '4', weekDay: 'MON' })`, or `events.Schedule.rate` of hours or days, which is like
   * `automaticallyAfter`. At least 4 hours must lie between two openings.
   *
   * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_schedule.html
   * @default - see `automaticallyAfter`
   */
  readonly schedule?: events.Schedule;

  /**
   * The length of the window: 1 to 24 whole hours. It must end on the day on which it begins, and before the next one opens.
   *
   * @default - an hour where the schedule is in hours, else until midnight UTC
   */
  readonly window?: Duration;

  /**
   * Rotates the key as soon as the schedule is added or changed. AWS does so by default; this library does not,
   * because a deployment that adds a schedule should not end the key that an encoder publishes with.
   *
   * @default false
   */
  readonly rotateImmediatelyOnUpdate?: boolean;
}
