import { AwsError, NotInLocalAws } from '../core/aws-error';

const UNITS: Record<string, number> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** The milliseconds between two ticks of a schedule, such as `rate(1 hour)`. */
export function periodOf(schedule: string): number {
  if (!schedule.startsWith('rate(')) throw new NotInLocalAws(`the schedule ${schedule} of a rule: it takes a rate`);
  const [, number, unit, plural] = /^rate\((\d+) (minute|hour|day)(s?)\)$/.exec(schedule) ?? [];
  if (!Number(number) || (number === '1') !== (plural === '')) throw new AwsError('ValidationException', 'Parameter ScheduleExpression is not valid.');
  return Number(number) * UNITS[unit];
}
