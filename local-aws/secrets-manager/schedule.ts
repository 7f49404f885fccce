import { Cron } from 'croner';
import { invalid } from './invalid-parameter';


/** The rules, as in the input of RotateSecret. */
export interface RotationRules {
  readonly ScheduleExpression?: string;
  readonly AutomaticallyAfterDays?: number;
  readonly Duration?: string;
}

/** The first rotation window after a time: its start and its end. Milliseconds since the epoch. */
export type Schedule = (after: number) => { readonly start: number; readonly end: number };

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const SHORTEST = 4 * HOUR;

/** The schedule of rules; undefined if they have none, and the secret is rotated by hand only. */
export function scheduleOf({ ScheduleExpression: expression, AutomaticallyAfterDays: days, Duration }: RotationRules): Schedule | undefined {
  if (expression !== undefined && days !== undefined) throw invalid('You can specify either AutomaticallyAfterDays or ScheduleExpression, but not both.');
  if (days !== undefined && !(Number.isInteger(Number(days)) && days >= 1 && days <= 1000)) throw invalid(`AutomaticallyAfterDays must be 1 to 1000, got: ${days}`);
  const duration = durationOf(Duration);
  if (expression?.startsWith('cron(')) return cron(expression, duration);
  if (expression !== undefined) return rate(expression, duration);
  return days === undefined ? undefined : rate(`rate(${days} days)`, duration);
}

/** Windows start on the hour; those of a rate in days at midnight. */
function rate(expression: string, duration?: number): Schedule {
  const [, number, unit] = /^rate\((\d+) (hour|day)s?\)$/.exec(expression) ?? [];
  if (!number) throw invalid(`The ScheduleExpression must be like rate(12 hours), rate(10 days) or cron(0 16 1,15 * ? *), got: ${expression}`);
  const grain = unit === 'hour' ? HOUR : DAY;
  const interval = Number(number) * grain;
  if (interval < SHORTEST) throw invalid(`A secret can be rotated every four hours at most, got: ${expression}`);
  if (duration && duration > Math.min(interval, DAY)) throw invalid('The rotation window must not extend into the next UTC day or into the next rotation window.');
  return (after) => {
    const start = Math.floor((after + interval) / grain) * grain;
    return { start, end: start + (duration ?? grain) };
  };
}

/** AWS counts the days of the week from 1, which is Sunday. */
function cron(expression: string, duration?: number): Schedule {
  const fields = /^cron\((.+)\)$/.exec(expression)?.[1].trim().split(/\s+/) ?? [];
  if (fields.length !== 6) throw invalid(`A cron expression has six fields, got: ${expression}`);
  const [minutes, hours, dayOfMonth, month, dayOfWeek, year] = fields;
  if (minutes !== '0') throw invalid(`The minutes of a cron expression must be 0, got: ${expression}`);
  if (year !== '*') throw invalid(`The year of a cron expression must be *, got: ${expression}`);
  if ((dayOfMonth === '?') === (dayOfWeek === '?')) throw invalid(`One of day-of-month and day-of-week must be ?, got: ${expression}`);
  const job = parsed([minutes, hours, dayOfMonth, month, dayOfWeek].join(' ').replaceAll('?', '*'), expression);
  const runs = job.nextRuns(32, new Date(0)).map((run) => run.getTime());
  if (!runs.length) throw invalid(`The ScheduleExpression never comes true: ${expression}`);
  if (runs.some((run, index) => index > 0 && run - runs[index - 1] < SHORTEST)) throw invalid(`A secret can be rotated every four hours at most, got: ${expression}`);
  const inHours = /[*/,-]/.test(hours);
  return (after) => {
    const start = job.nextRun(new Date(after))!.getTime();
    const midnight = (Math.floor(start / DAY) + 1) * DAY;
    return { start, end: duration || inHours ? Math.min(start + (duration ?? HOUR), midnight) : midnight };
  };
}

function parsed(pattern: string, expression: string): Cron {
  try {
    return new Cron(pattern, { timezone: 'UTC', alternativeWeekdays: true, sloppyRanges: true, paused: true });
  } catch {
    throw invalid(`The ScheduleExpression is not valid: ${expression}`);
  }
}

function durationOf(text?: string): number | undefined {
  if (text === undefined) return undefined;
  const hours = Number(/^(\d{1,2})h$/.exec(text)?.[1]);
  if (!(hours >= 1 && hours <= 24)) throw invalid(`Duration must be like 3h, got: ${text}`);
  return hours * HOUR;
}
