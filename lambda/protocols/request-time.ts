import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { MAX_EVENT_AGE } from '../../src/contract/timeouts';

type Request = Pick<CloudFormationCustomResourceEvent, 'ResponseURL'>;

/** The difference that clocks may have, and Lambda measures an event's age by its own. Milliseconds. */
const TOLERANCE = 30_000;

/**
 * When CloudFormation made a request; undefined if its URL does not say.
 *
 * A request has no time of its own. The signature of its URL has: `X-Amz-Date=20231123T074157Z`.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
 */
export function requestTime({ ResponseURL }: Request): Date | undefined {
  const [, ...parts] = /[?&]X-Amz-Date=(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z/.exec(ResponseURL) ?? [];
  if (!parts.length) return undefined;
  const [year, month, day, hours, minutes, seconds] = parts.map(Number);
  return new Date(Date.UTC(year, month - 1, day, hours, minutes, seconds));
}

/** Whether CloudFormation may have given up on a request: to carry it out then would interfere with the roll-back. */
export function isOver(request: Request, now = Date.now()): boolean {
  const requested = requestTime(request);
  return requested !== undefined && now - requested.getTime() > MAX_EVENT_AGE * 1000 + TOLERANCE;
}
