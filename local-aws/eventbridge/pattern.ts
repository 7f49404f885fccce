import { AwsError, NotInLocalAws } from '../core/aws-error';

/** Lists of exact values, in objects as deep as those of the event. */
export interface Pattern {
  readonly [field: string]: Pattern | readonly Scalar[];
}

type Scalar = string | number | boolean | null;

/** Refuses a pattern that would not be matched as EventBridge does. */
export function checkPattern(pattern: unknown): Pattern {
  if (!isObject(pattern) || !Object.keys(pattern).length) throw invalid(`"${JSON.stringify(pattern)}" must be an object that is not empty`);
  for (const [field, expected] of Object.entries(pattern)) {
    if (field.startsWith('$')) throw new NotInLocalAws(`${field} in event patterns`);
    if (Array.isArray(expected)) checkValues(field, expected);
    else if (isObject(expected)) checkPattern(expected);
    else throw invalid(`"${field}" must be an object or an array`);
  }
  return pattern as Pattern;
}

/** Whether an event has, for every field of the pattern, one of the values listed. A list in the event matches if one of its elements does. */
export function matches(pattern: Pattern, event: unknown): boolean {
  if (Array.isArray(event)) return event.some((element) => matches(pattern, element));
  if (!isObject(event)) return false;
  return Object.entries(pattern).every(([field, expected]) => {
    if (!(field in event)) return false;
    if (!Array.isArray(expected)) return matches(expected as Pattern, event[field]);
    return [event[field]].flat().some((value) => expected.includes(value as Scalar));
  });
}

function checkValues(field: string, values: unknown[]): void {
  if (!values.length) throw invalid(`"${field}" must not be an empty array`);
  const filter = values.find((value) => typeof value === 'object' && value !== null);
  if (filter) throw new NotInLocalAws(`the content filter ${JSON.stringify(filter)} in event patterns`);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalid(reason: string): AwsError {
  return new AwsError('InvalidEventPatternException', `Event pattern is not valid. Reason: ${reason}`);
}
