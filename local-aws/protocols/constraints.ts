import { isAbsent } from './members';
import type { Member, Shape } from './service-model';

/** A constraint of a shape, in the words of AWS after "Member must". */
interface Rule {
  readonly text: string;
  readonly allows: (value: any) => boolean;
}

const NUMBERS = ['integer', 'long', 'float', 'double'];

/**
 * The constraints of the model that an input breaks, in the words of AWS.
 *
 * @see https://github.com/fluent-plugins-nursery/fluent-plugin-cloudwatch-logs/issues/223 for several at once
 * @see https://github.com/SWO-GS/auto-tag/issues/77 for the values of a map
 */
export function violationsIn(input: Shape, value: unknown): string[] {
  return inside({ shape: input }, value, '');
}

function inside({ shape }: Member, value: any, path: string): string[] {
  const violation = (rule: string) => `Value ${shown(shape, value)}at '${path}' failed to satisfy constraint: ${rule}`;
  const own = path ? brokenBy(shape, value).map(({ text }) => violation(`Member must ${text}`)) : [];
  const ofEach = (start: string, each: Shape, values: unknown[]) => (
    values.some((one) => brokenBy(each, one).length) ? [violation(`${start} must satisfy constraint: [${rulesOf(each).map(({ text }) => `Member must ${text}`).join(', ')}]`)] : []
  );
  if (shape.type === 'list') {
    return [...own, ...isScalar(shape.member!) ? ofEach('Member', shape.member!.shape, value) : value.flatMap((each: unknown, index: number) => (
      inside(shape.member!, each, `${path}.${index + 1}.member`)
    ))];
  }
  if (shape.type === 'map') {
    return [...own, ...ofEach('Map keys', shape.key!.shape, Object.keys(value)), ...isScalar(shape.value!)
      ? ofEach('Map value', shape.value!.shape, Object.values(value))
      : Object.entries(value).flatMap(([key, each]) => inside(shape.value!, each, `${path}.${key}.member`))];
  }
  return [...own, ...inMembers(shape, value, path)];
}

function inMembers({ members = {}, required = [] }: Shape, value: any, path: string): string[] {
  return Object.entries(members).flatMap(([name, member]) => {
    const at = [path, name[0].toLowerCase() + name.slice(1)].filter(Boolean).join('.');
    if (!isAbsent(value[name])) return inside(member, value[name], at);
    return required.includes(name) ? [`Value null at '${at}' failed to satisfy constraint: Member must not be null`] : [];
  });
}

function brokenBy(shape: Shape, value: unknown): Rule[] {
  return rulesOf(shape).filter(({ allows }) => !allows(value));
}

function rulesOf({ type, min, max, pattern, enum: values }: Shape): Rule[] {
  const measure = NUMBERS.includes(type) ? 'value' : 'length';
  const rules: Rule[] = [];
  if (max !== undefined) rules.push({ text: `have ${measure} less than or equal to ${max}`, allows: (value) => sizeOf(type, value) <= max });
  if (min !== undefined) rules.push({ text: `have ${measure} greater than or equal to ${min}`, allows: (value) => sizeOf(type, value) >= min });
  // Services match the whole text, whether or not the pattern says so.
  if (pattern !== undefined) rules.push({ text: `satisfy regular expression pattern: ${pattern}`, allows: (value) => expressionFor(pattern).test(value) });
  if (values) rules.push({ text: `satisfy enum value set: [${values.join(', ')}]`, allows: (value) => values.includes(value) });
  return rules;
}

/** Java, which the patterns are written for, lets any sign be escaped; JavaScript only those that mean something. */
function expressionFor(pattern: string): RegExp {
  return new RegExp(`^(?:${pattern.replace(/\\(.)/g, (escaped, sign) => (/[\w^$\\.*+?()[\]{}|/-]/.test(sign) ? escaped : sign))})$`, 'u');
}

function sizeOf(type: Shape['type'], value: any): number {
  if (type === 'map') return Object.keys(value).length;
  if (type === 'blob') return Buffer.isBuffer(value) ? value.length : Buffer.from(value, 'base64').length;
  return NUMBERS.includes(type) ? Number(value) : value.length;
}

function isScalar({ shape: { type } }: Member): boolean {
  return !['structure', 'list', 'map'].includes(type);
}

/** A value as Java writes it, which the services are made with; nothing if it is confidential. */
function shown({ type, sensitive, member, value: mapValue }: Shape, value: any): string {
  if (sensitive || type === 'blob' || member?.shape.sensitive || mapValue?.shape.sensitive) return '';
  return `'${javaText(value)}' `;
}

function javaText(value: any): string {
  if (Array.isArray(value)) return `[${value.map(javaText).join(', ')}]`;
  if (typeof value === 'object' && value !== null) return `{${Object.entries(value).map(([name, each]) => `${name}=${javaText(each)}`).join(', ')}}`;
  return String(value);
}
