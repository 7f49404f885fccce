import { Duration, Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { LookAfterOptions } from './look-after-options';
import { propError } from '../core/prop-error';

const [LEAST_MINUTES, MOST_MINUTES] = [5, 24 * 60];

/** The looks at the stream keys of a stack. */
export interface LookAfter {
  /** Such as `rate(1 hour)`. */
  readonly schedule: string;
  readonly onChangeByHand: boolean;
}

/** The looks that the options ask for; undefined if they are disabled. */
export function lookAfterOf(scope: Construct, options: LookAfterOptions = {}): LookAfter | undefined {
  const { enabled = true, every = Duration.hours(1), onChangeByHand = false } = options;
  if (!enabled) {
    if (!options.every && !onChangeByHand) return undefined;
    throw propError(scope, {
      prop: 'lookAfter.enabled',
      rule: 'must not be false together with `every` or `onChangeByHand`',
      got: enabled,
      advice: 'Leave these two out, or `enabled`',
    });
  }
  const minutes = every.isUnresolved() ? NaN : every.toMinutes({ integral: false });
  if (!Number.isInteger(minutes) || minutes < LEAST_MINUTES || minutes > MOST_MINUTES) {
    throw propError(scope, {
      prop: 'lookAfter.every',
      rule: `must be whole minutes, from ${LEAST_MINUTES} minutes to 1 day, and known when the template is made`,
      got: Token.isUnresolved(minutes) || Number.isNaN(minutes) ? 'a token' : every.toHumanString(),
      advice: 'Use Duration.hours(1), or leave it out for that',
    });
  }
  return { schedule: rateOf(minutes), onChangeByHand };
}

/** Of EventBridge: `rate(1 hour)`, `rate(90 minutes)`. */
function rateOf(minutes: number): string {
  const [unit, size] = minutes % (24 * 60) === 0 ? ['day', 24 * 60] : minutes % 60 === 0 ? ['hour', 60] : ['minute', 1];
  const count = minutes / Number(size);
  return `rate(${count} ${unit}${count === 1 ? '' : 's'})`;
}
