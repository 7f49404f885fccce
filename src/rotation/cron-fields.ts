/** A field of a cron expression, and what AWS takes in it. */
export interface CronField {
  readonly name: string;
  readonly first: number;
  readonly last: number;
  readonly names?: string[];
  /** Whether the field also accepts `?`, `L`, `W` and `#`. */
  readonly isOfDays?: boolean;
}

/** One that has what AWS does not take in it. */
export interface WrongCronField extends CronField {
  readonly got: string;
}

/** Those between minute and year, in which Secrets Manager leaves no choice. */
const FIELDS: CronField[] = [
  { name: 'hour', first: 0, last: 23 },
  { name: 'day of the month', first: 1, last: 31, isOfDays: true },
  { name: 'month', first: 1, last: 12, names: ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'] },
  { name: 'day of the week', first: 1, last: 7, names: ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'], isOfDays: true },
];
const CRON = /^cron\(0 (\S+) (\S+) (\S+) (\S+) \*\)$/;
/** `*`, `4`, `8-20`, and steps of them; AWS writes "every eight hours" as `/8`, too. */
const PART = /^(?!$)(?:\*|(\w+)(?:-(\w+))?)?(?:\/(0*[1-9]\d*))?$/;
/** AWS documents `SUNL` for the day of the month as well. */
const DAY_PART = /^(?:\?|LW?|L-\d+|(?:SUN|MON|TUE|WED|THU|FRI|SAT)L)$/i;
const DAY_SUFFIX = /(?:[LW]|#[1-5])$/i;

/** The fields between minute and year; undefined if the minute is not 0, the year not `*` or the expression no cron. */
export function cronFields(expression: string): string[] | undefined {
  return CRON.exec(expression)?.slice(1);
}

/** The first field that AWS surely does not take. What it may take passes: it has the last word. */
export function wrongCronField(fields: string[]): WrongCronField | undefined {
  const index = fields.findIndex((text, at) => !text.split(',').every((part) => isPartOf(FIELDS[at], part)));
  return index < 0 ? undefined : { ...FIELDS[index], got: fields[index] };
}

/** The hours of a day at which windows open, in order. */
export function openingHours([hour]: string[]): number[] {
  return [...new Set(hour.split(',').flatMap(hoursOfPart))].sort((a, b) => a - b);
}

/** Whether the windows certainly open on consecutive days. */
export function opensDaily([, ...days]: string[]): boolean {
  return days.every((field) => ['*', '?'].includes(field));
}

function isPartOf(field: CronField, part: string): boolean {
  if (field.isOfDays && (DAY_PART.test(part) || isValueOf(field, part.replace(DAY_SUFFIX, '')))) return true;
  const [whole, from, to] = PART.exec(part) ?? [];
  return whole !== undefined && [from, to].every((value) => value === undefined || isValueOf(field, value));
}

function isValueOf({ first, last, names }: CronField, value: string): boolean {
  return /^\d+$/.test(value) ? Number(value) >= first && Number(value) <= last : !!names?.includes(value.toUpperCase());
}

/** A step without an end goes on until the day ends; a range over midnight may be one for AWS. */
function hoursOfPart(part: string): number[] {
  const [, from, to, step] = PART.exec(part)!;
  const first = Number(from ?? 0);
  const last = Number(to ?? (from && !step ? from : 23));
  const hours = [];
  for (let hour = first; hour <= (last < first ? last + 24 : last); hour += Number(step ?? 1)) hours.push(hour % 24);
  return hours;
}
