import { AwsError, NotInLocalAws } from '../core/aws-error';

/** Lists of values and content filters, in objects as deep as those of the event; with `$or`, alternatives. */
export interface Pattern {
  readonly [field: string]: Pattern | readonly Pattern[] | readonly Matcher[];
}

type Scalar = string | number | boolean | null;
type Matcher = Scalar | Filter;
interface Filter {
  readonly 'exists'?: boolean;
  readonly 'anything-but'?: Scalar | readonly Scalar[];
}

const OR = '$or';

/** Refuses a pattern that would not be matched as EventBridge does. */
export function checkPattern(pattern: unknown): Pattern {
  if (!isObject(pattern) || !Object.keys(pattern).length) throw invalid(`"${JSON.stringify(pattern)}" must be an object that is not empty`);
  for (const [field, expected] of Object.entries(pattern)) {
    if (field === OR) {
      if (!Array.isArray(expected) || expected.length < 2) throw invalid('"$or" must be an array of two patterns or more');
      for (const alternative of expected) checkPattern(alternative);
    } else if (field.startsWith('$')) {
      throw new NotInLocalAws(`${field} in event patterns`);
    } else if (Array.isArray(expected)) {
      checkMatchers(field, expected);
    } else if (isObject(expected)) {
      checkPattern(expected);
    } else {
      throw invalid(`"${field}" must be an object or an array`);
    }
  }
  return pattern as Pattern;
}

/** Whether an event has, for every field of the pattern, one of the values listed. A list in the event matches if one of its elements does. */
export function matches(pattern: Pattern, event: unknown): boolean {
  if (Array.isArray(event)) return event.some((element) => matches(pattern, element));
  return Object.entries(pattern).every(([field, expected]) => {
    if (field === OR) return (expected as Pattern[]).some((alternative) => matches(alternative, event));
    const value = isObject(event) ? event[field] : undefined;
    if (!Array.isArray(expected)) return matches(expected as Pattern, value);
    return (expected as Matcher[]).some((matcher) => meets(matcher, value));
  });
}

function meets(matcher: Matcher, value: unknown): boolean {
  if (!isObject(matcher)) return [value].flat().includes(matcher);
  const { exists, 'anything-but': others } = matcher as Filter;
  if (exists !== undefined) return (value !== undefined) === exists;
  return value !== undefined && ![others].flat().includes(value as Scalar);
}

function checkMatchers(field: string, matchers: unknown[]): void {
  if (!matchers.length) throw invalid(`"${field}" must not be an empty array`);
  for (const matcher of matchers) {
    if (typeof matcher === 'object' && matcher !== null && !isKnownFilter(matcher)) {
      throw new NotInLocalAws(`the content filter ${JSON.stringify(matcher)} in event patterns`);
    }
  }
}

function isKnownFilter(filter: object): boolean {
  const [[name, value], ...others] = Object.entries(filter);
  if (others.length) return false;
  if (name === 'exists') return typeof value === 'boolean';
  return name === 'anything-but' && [value].flat().every((each) => typeof each !== 'object');
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalid(reason: string): AwsError {
  return new AwsError('InvalidEventPatternException', `Event pattern is not valid. Reason: ${reason}`);
}
