import type { CloudFormationRequest } from './cloudformation-request';
import { MAX_EVENT_AGE } from '../../src/contract/timeouts';

/** Clocks differ, and Lambda measures the age by its own. Milliseconds. */
const TOLERANCE = 30_000;

/**
 * Whether a request is so old that CloudFormation may have given up before an answer comes: what it does then goes by what it has undone.
 *
 * A request has no time of its own. The signature of its URL has: `X-Amz-Date=20231123T074157Z`.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
 */
export function isOver({ ResponseURL }: CloudFormationRequest, now = Date.now()): boolean {
  const [, ...parts] = /[?&]X-Amz-Date=(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z/.exec(ResponseURL) ?? [];
  if (!parts.length) return false;
  const [year, month, day, ...time] = parts.map(Number);
  const [hours, minutes, seconds] = time;
  return now - Date.UTC(year, month - 1, day, hours, minutes, seconds) > MAX_EVENT_AGE * 1000 + TOLERANCE;
}
