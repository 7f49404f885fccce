import { Duration, Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';

/** A wrong value as an error shows it: with its type, as `'2'` and `2` look the same without, and never with the text of a token. */
export function shown(value: unknown): string {
  if (value === undefined) return 'none';
  if (value === null || isToken(value)) return inside(value);
  return `${inside(value)} (${typeOf(value)})`;
}

/** A stack can be resolved like a token, but is none. */
function isToken(value: unknown): boolean {
  return Token.isUnresolved(value) && !Construct.isConstruct(value);
}

function inside(value: unknown): string {
  if (isToken(value)) return 'a token';
  if (typeof value === 'string') return `'${value}'`;
  if (isDuration(value)) return value.isUnresolved() ? 'a token' : value.toHumanString();
  if (Construct.isConstruct(value)) return value.node.path;
  if (Array.isArray(value)) return `[${value.map(inside).join(', ')}]`;
  if (typeof value === 'function') return value.name;
  if (typeof value !== 'object' || value === null) return String(value);
  return `{ ${Object.entries(value).map(([name, field]) => `${name}: ${inside(field)}`).join(', ')} }`;
}

function typeOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  // The names of the CDK's classes are not what they are imported by: a Bucket is a Bucket2.
  if (Construct.isConstruct(value)) return 'a construct';
  if (typeof value !== 'object') return `a ${typeof value}`;
  const { name } = Object.getPrototypeOf(value)?.constructor ?? Object;
  return !name || name === 'Object' ? 'an object' : `${/^[AEIOU]/.test(name) ? 'an' : 'a'} ${name}`;
}


/** Decided by the shape: an app may have two copies of aws-cdk-lib. */
export function isDuration(value: unknown): value is Duration {
  return typeof (value as Duration | undefined)?.toMilliseconds === 'function';
}
