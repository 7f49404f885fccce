import type { DescribeSecretResponse } from '@aws-sdk/client-secrets-manager';
import { tagsOf } from './observe';
import { LookAfterTag } from '../../src/contract/tags';
import type { Tags } from '../aws/aws-tags';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Whether two repairs within an hour did not last: a person, or another program, wants it otherwise. */
export function isFought(secret: DescribeSecretResponse | undefined, now: Date): boolean {
  const recent = timesOf(secret).filter((time) => now.getTime() - Date.parse(time) < HOUR);
  return recent.length >= 2;
}

/** The tag that remembers one more repair. */
export function repairedTag(secret: DescribeSecretResponse | undefined, now: Date): Tags {
  return { [LookAfterTag.REPAIRED]: [now.toISOString(), ...timesOf(secret)].slice(0, 2).join(' ') };
}

/** Whether a trouble was told within the last day. */
export function wasTold(tags: Tags, trouble: string, now: Date): boolean {
  const [told, time] = (tags[LookAfterTag.TOLD] ?? '').split(' ');
  return told === trouble && now.getTime() - Date.parse(time) < DAY;
}

/** The tag that remembers what was told. */
export function toldTag(trouble: string, now: Date): Tags {
  return { [LookAfterTag.TOLD]: `${trouble} ${now.toISOString()}` };
}

function timesOf(secret?: DescribeSecretResponse): string[] {
  return (tagsOf(secret)[LookAfterTag.REPAIRED] ?? '').split(' ').filter((time) => time);
}
