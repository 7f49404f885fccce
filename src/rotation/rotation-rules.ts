import { Duration, Token, Tokenization } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { cronFields, openingHours, opensDaily, wrongCronField } from './cron-fields';
import type { StreamKeyRotationScheduleOptions } from './stream-key-rotation-schedule-options';
import { propError } from '../core/prop-error';

type RotationRules = secretsmanager.CfnRotationSchedule.RotationRulesProperty;

const FOUR_HOURS = Duration.hours(4);
const MOST = Duration.days(999);
const RATE = /^rate\((\d+) (hours?|days?)\)$/;

/** The rules of a schedule; undefined if it rotates by hand only. Throws if Secrets Manager would refuse them. */
export function rotationRules(scope: Construct, options: StreamKeyRotationScheduleOptions): RotationRules | undefined {
  const { automaticallyAfter, schedule, window } = options;
  if (automaticallyAfter && schedule) {
    throw propError(scope, {
      prop: 'schedule',
      rule: 'must not be given together with `automaticallyAfter`',
      got: schedule.expressionString,
      advice: 'Leave one of the two out',
    });
  }
  validateWindow(scope, options);
  if (schedule) {
    validateExpression(scope, schedule.expressionString);
    return rulesOf(scope, schedule, window);
  }
  const after = automaticallyAfter ?? Duration.days(30);
  validateInterval(scope, after);
  if (!after.isUnresolved() && after.toMilliseconds() === 0) {
    if (!window) return undefined;
    throw propError(scope, {
      prop: 'window',
      rule: 'must not be given where rotations come by hand only',
      got: window.toHumanString(),
      advice: 'Leave it out, or give `automaticallyAfter` a time',
    });
  }
  return rulesOf(scope, events.Schedule.rate(after), window);
}

function rulesOf(scope: Construct, { expressionString }: events.Schedule, window?: Duration): RotationRules {
  validateWindowEnd(scope, expressionString, window);
  return { scheduleExpression: expressionString, duration: durationOf(window) };
}

function durationOf(window?: Duration): string | undefined {
  return window && `${Tokenization.stringifyNumber(window.toHours())}h`;
}

function validateInterval(scope: Construct, after: Duration): void {
  const fault = (rule: string, advice: string) => propError(scope, { prop: 'automaticallyAfter', rule, got: after.toHumanString(), advice });
  if (after.isUnresolved()) {
    if (['hours', 'days'].includes(after.unitLabel())) return;
    throw fault('must be in hours or days', 'Secrets Manager opens its rotation windows on the hour');
  }
  if (after.toMilliseconds() === 0) return;
  const hours = after.toHours({ integral: false });
  if (!Number.isInteger(hours)) throw fault('must be whole hours', 'Secrets Manager opens its rotation windows on the hour');
  if (hours < FOUR_HOURS.toHours()) throw fault('must be 4 hours or more, or 0', 'Secrets Manager rotates no secret more often. To rotate after each broadcast, use `rotateAfterStream`');
  if (hours > MOST.toHours()) throw fault('must be 999 days or less', 'Choose a shorter time, or `Duration.days(0)` to rotate by hand only');
}

function validateExpression(scope: Construct, expression: string): void {
  if (Token.isUnresolved(expression)) return;
  const fault = (rule: string, advice: string) => propError(scope, { prop: 'schedule', rule, got: expression, advice });
  const fields = cronFields(expression);
  if (fields) return validateCron(scope, expression, fields);
  const hours = hoursOfRate(expression);
  if (hours === undefined) {
    throw fault('must be a rate in hours or days, or a cron expression with minute 0 and year *', 'Secrets Manager opens its rotation windows on the hour');
  }
  if (hours < FOUR_HOURS.toHours()) throw fault('must be a rate of 4 hours or more', 'Secrets Manager rotates no secret more often');
  if (hours > MOST.toHours()) throw fault('must be a rate of 999 days or less', 'Choose a shorter time');
}

function validateCron(scope: Construct, expression: string, fields: string[]): void {
  const wrong = wrongCronField(fields);
  if (wrong) {
    const { name, first, last, names, got } = wrong;
    throw propError(scope, {
      prop: 'schedule',
      rule: `must have ${first} to ${last}${names ? ` or ${names[0]} to ${names[names.length - 1]}` : ''} for the ${name} of its cron expression`,
      got: `${got} in ${expression}`,
      advice: 'Mend this field; lists are like 1,5, ranges like 1-5, steps like 1/5 or */5',
    });
  }
  const hours = openingHours(fields);
  const nexts = [...hours.slice(1), opensDaily(fields) ? hours[0] + 24 : Infinity];
  const index = hours.findIndex((hour, at) => nexts[at] - hour < FOUR_HOURS.toHours());
  if (index < 0) return;
  throw propError(scope, {
    prop: 'schedule',
    rule: 'must leave 4 hours or more between two openings',
    got: `${nexts[index] % 24}:00 after ${hours[index]}:00 in ${expression}`,
    advice: 'Choose other hours, such as */6: Secrets Manager rotates no secret more often',
  });
}

function hoursOfRate(expression: string): number | undefined {
  const [, count, unit] = RATE.exec(expression) ?? [];
  return count ? Number(count) * (unit.startsWith('day') ? 24 : 1) : undefined;
}

function validateWindow(scope: Construct, { window }: StreamKeyRotationScheduleOptions): void {
  if (!window || window.isUnresolved()) return;
  const hours = window.toHours({ integral: false });
  if (Number.isInteger(hours) && hours >= 1 && hours <= 24) return;
  throw propError(scope, { prop: 'window', rule: 'must be 1 to 24 whole hours', got: window.toHumanString(), advice: 'Leave it out for the window that Secrets Manager chooses' });
}

function validateWindowEnd(scope: Construct, expression: string, window?: Duration): void {
  if (!window || window.isUnresolved() || Token.isUnresolved(expression)) return;
  const longest = longestWindow(expression);
  if (window.toHours() <= longest) return;
  throw propError(scope, {
    prop: 'window',
    rule: 'must end on the day on which it begins, and before the next one opens',
    got: `${window.toHumanString()} where the schedule is ${expression}`,
    advice: `Choose ${Duration.hours(longest).toHumanString()} or less, or leave it out for the window that Secrets Manager chooses`,
  });
}

/** In hours, by an expression that is valid. Secrets Manager takes a window of a rate that is as long as the rate. */
function longestWindow(expression: string): number {
  const fields = cronFields(expression);
  if (!fields) return hoursOfRate(expression)!;
  const hours = openingHours(fields);
  return Math.min(...hours.map((hour, at) => (hours[at + 1] ?? 24) - hour));
}
