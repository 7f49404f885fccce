import { isAbsent } from './members';
import type { Member, Shape } from './service-model';

/**
 * The constraints of the model that an input breaks, in the words of AWS.
 *
 * @see https://github.com/fluent-plugins-nursery/fluent-plugin-cloudwatch-logs/issues/223 for several at once
 */
export function violationsIn(input: Shape, value: unknown): string[] {
  return inside({ shape: input }, value, '');
}

function inside(member: Member, value: unknown, path: string): string[] {
  const { shape } = member;
  const violation = (rule: string, at = path, got = shown(shape, value)) => `Value ${got}at '${at}' failed to satisfy constraint: Member must ${rule}`;
  const own = path ? brokenBy(shape, value).map((rule) => violation(rule)) : [];
  return [...own, ...partsOf(shape, value as any, path).flatMap(([at, part, each]) => (
    isAbsent(each) ? [violation('not be null', at, 'null ')] : inside(part, each, at)
  ))];
}

/** A part of a value, and its path. */
type Part = [path: string, member: Member, value: unknown];

/** What a value contains or has to contain, each with its path. */
function partsOf({ type, members = {}, required = [], member, key, value: mapValue }: Shape, value: any, path: string): Part[] {
  if (type === 'list') return value.map((each: unknown, index: number) => [`${path}.${index + 1}.member`, member!, each]);
  if (type === 'map') {
    return Object.entries(value).flatMap(([name, each]): Part[] => [[`${path}.${name}.member`, mapValue!, each], [`${path}.key`, key!, name]]);
  }
  if (type !== 'structure') return [];
  return Object.entries(members)
    .filter(([name]) => required.includes(name) || !isAbsent(value[name]))
    .map(([name, each]) => [[path, name[0].toLowerCase() + name.slice(1)].filter(Boolean).join('.'), each, value[name]]);
}

/** The rules that a value itself breaks. */
function brokenBy({ type, min = -Infinity, max = Infinity, pattern, enum: values }: Shape, value: any): string[] {
  const isNumber = ['integer', 'long', 'float', 'double'].includes(type);
  const size = isNumber ? Number(value) : sizeOf(type, value);
  const measure = isNumber ? 'value' : 'length';
  return [
    ...(pattern !== undefined && !new RegExp(`^(?:${pattern})$`, 'u').test(value) ? [`satisfy regular expression pattern: ${pattern}`] : []),
    ...(values && !values.includes(value) ? [`satisfy enum value set: [${values.join(', ')}]`] : []),
    ...(size < min ? [`have ${measure} greater than or equal to ${min}`] : []),
    ...(size > max ? [`have ${measure} less than or equal to ${max}`] : []),
  ];
}

function sizeOf(type: Shape['type'], value: any): number {
  if (type === 'list') return value.length;
  if (type === 'map') return Object.keys(value).length;
  if (type === 'blob') return Buffer.isBuffer(value) ? value.length : Buffer.from(value, 'base64').length;
  return type === 'string' ? value.length : NaN;
}

function shown({ sensitive, type }: Shape, value: unknown): string {
  return sensitive || type === 'blob' ? '' : `'${typeof value === 'object' ? JSON.stringify(value) : value}' `;
}
