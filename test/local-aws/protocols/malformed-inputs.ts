import { isHonoured } from '../../../local-aws/protocols/check-input';
import { violationsIn } from '../../../local-aws/protocols/constraints';
import type { Member, Shape } from '../../../local-aws/protocols/service-model';

/** An input with one fault, and what the error must say. */
export interface Malformed {
  readonly kind: 'missing' | 'wrong type' | 'too short' | 'too long' | 'too small' | 'too large' | 'pattern' | 'enum' | 'unknown' | 'not honoured';
  /** Such as `Tags.Key`. */
  readonly path: string;
  readonly input: Record<string, any>;
}

const NUMBERS = ['integer', 'long', 'float', 'double'];
/** Longer values are not sent. */
const LONGEST = 2_000_000;

/** Texts for members with a pattern. Each pattern matches one of them, or the generator says which does not. */
const TEXTS = [
  'a', 'some', '1', 'true', '3h', 'rate(1 day)', 'us-east-1', '123456789012', '$LATEST', 'a1b2c3d4-0000-4000-8000-000000000000', 'aws.partner/x', 'x.y', '/a', '',
  'arn:aws:iam::123456789012:role/some', 'arn:aws:lambda:us-east-1:123456789012:function:some', 'st-1a', '-', 'some/some', '123456', 'a'.repeat(32), `st-${'a'.repeat(23)}`,
  ...['channel', 'stream-key', 'recording-configuration', 'playback-restriction-policy', 'ad-configuration', 'failover-slate-configuration']
    .map((type) => `arn:aws:ivs:us-east-1:123456789012:${type}/some`),
  'arn:aws:lambda:us-east-1:123456789012:function:some:1/durable-execution/some/some',
];

/** The malformed inputs of an operation: a fault for each constraint of each member, in an input that is valid otherwise. */
export function malformedInputs(input: Shape, honours: readonly string[]): Malformed[] {
  const all: Malformed[] = [{ kind: 'unknown', path: 'NoSuchMember', input: { ...validFor({ shape: input }), NoSuchMember: 'some' } }];
  walk({ shape: input }, '', (value) => value, new Set());
  return all;

  /** @param around puts a value of the member into a valid input */
  function walk(member: Member, path: string, around: (value: any) => any, above: Set<Shape>): void {
    const { shape } = member;
    if (above.has(shape)) return;
    const inside = new Set([...above, shape]);
    for (const [kind, value] of path ? faultsOf(shape) : []) all.push({ kind, path, input: around(value) });
    if (shape.type === 'list') walk(shape.member!, path, (value) => around([value, ...Array.from({ length: (shape.min ?? 1) - 1 }, () => value)]), inside);
    if (shape.type === 'map') walk(shape.value!, path, (value) => around({ [validFor(shape.key!)]: value }), inside);
    if (shape.type !== 'structure') return;
    for (const [name, part] of Object.entries(shape.members ?? {})) {
      const at = path ? `${path}.${name}` : name;
      const valid = validFor(member);
      const { [name]: _, ...without } = valid;
      const isLabel = part.location === 'uri' || name === shape.payload;
      if (shape.required?.includes(name) && !isLabel) all.push({ kind: 'missing', path: at, input: around(without) });
      // One is enough: what a refused member contains is refused with it.
      if (!isHonoured(at, honours) && (!path || isHonoured(path, honours))) all.push({ kind: 'not honoured', path: at, input: around({ ...valid, [name]: validFor(part, false) }) });
      walk(part, at, (value) => around({ ...valid, [name]: value }), inside);
    }
    if (path && shape.members) all.push({ kind: 'unknown', path: `${path}.NoSuchMember`, input: around({ ...validFor(member), NoSuchMember: 'some' }) });
  }
}

/** Values of a shape's type that break one of its constraints, and one of another type. */
function faultsOf(shape: Shape): [Malformed['kind'], unknown][] {
  const { type, min = 0, max = Infinity, pattern, enum: values } = shape;
  const faults: [Malformed['kind'], unknown][] = [['wrong type', wrongFor(shape)]];
  if (values) faults.push(['enum', 'NO_SUCH_VALUE']);
  if (NUMBERS.includes(type)) {
    if (shape.min !== undefined) faults.push(['too small', min - 1]);
    if (max < Infinity) faults.push(['too large', max + 1]);
    return faults;
  }
  if (pattern !== undefined) {
    const wrong = ['no match!', '', '*', ' ', '('].find((text) => violationsIn({ type: 'structure', members: { text: { shape: { type, pattern } } } }, { text }).length);
    if (wrong !== undefined) faults.push(['pattern', wrong]);
  }
  if (min > 0) faults.push(['too short', sized(shape, min - 1)]);
  if (max < LONGEST) faults.push(['too long', sized(shape, max + 1)]);
  return faults.filter(([, value]) => value !== undefined);
}

function wrongFor({ type }: Shape): unknown {
  if (type === 'boolean' || type === 'timestamp' || NUMBERS.includes(type)) return 'some';
  return type === 'string' || type === 'blob' ? { a: 1 } : 7;
}

function sized(shape: Shape, length: number): unknown {
  if (shape.type === 'list') return Array.from({ length }, () => validFor(shape.member!, false));
  if (shape.type === 'map') return Object.fromEntries(Array.from({ length }, (_, index) => [`some${index}`, validFor(shape.value!, false)]));
  if (shape.type === 'blob') return Buffer.alloc(length, 'a').toString('base64');
  const text = shape.type === 'string' ? textFor(shape) : '';
  return 'a'.repeat(Math.max(0, length - text.length)) + text.slice(0, length);
}

/** A valid value: of a structure, with the required members only. */
export function validFor({ shape }: Member, isInput = true): any {
  const { type, members = {}, required = [], min, enum: values } = shape;
  if (type === 'structure') {
    const names = required.length || isInput ? required : Object.keys(members).slice(0, 1);
    return Object.fromEntries(names.map((name) => [name, validFor(members[name], false)]));
  }
  if (type === 'list') return Array.from({ length: Math.max(1, min ?? 0) }, () => validFor(shape.member!, false));
  if (type === 'map') return { [validFor(shape.key!)]: validFor(shape.value!, false) };
  if (type === 'boolean') return true;
  if (type === 'timestamp') return 1_700_000_000;
  if (type === 'blob') return Buffer.from('some').toString('base64');
  if (NUMBERS.includes(type)) return Math.max(min ?? 1, 1);
  return values ? values[0] : textFor(shape);
}

function textFor(shape: Shape): string {
  const fits = (text: string) => !violationsIn({ type: 'structure', members: { text: { shape } } }, { text }).length;
  const found = [...TEXTS, 'a'.repeat(shape.min ?? 0)].find((text) => text !== '' && fits(text));
  if (found === undefined) throw new Error(`No text here matches ${JSON.stringify(shape)}: add one to TEXTS`);
  return found;
}
