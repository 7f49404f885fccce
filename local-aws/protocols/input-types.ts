import type { Protocol } from './protocol';
import type { Member, Shape } from './service-model';
import { AwsError } from '../core/aws-error';

/** JSON's type for a scalar, its form where a text carries it, and its name in errors. */
interface Scalar {
  readonly type: 'boolean' | 'number' | 'string';
  readonly isText: (text: string) => boolean;
  readonly name: string;
}

const INTEGER: Scalar = { type: 'number', isText: (text) => /^-?\d+$/.test(text), name: 'an Integer' };
const FLOAT: Scalar = { type: 'number', isText: (text) => text !== '' && Number.isFinite(Number(text)), name: 'a Float' };
const SCALARS: Partial<Record<Shape['type'], Scalar>> = {
  boolean: { type: 'boolean', isText: (text) => text === 'true' || text === 'false', name: 'a Boolean' },
  integer: INTEGER,
  long: INTEGER,
  float: FLOAT,
  double: FLOAT,
  timestamp: { type: 'number', isText: (text) => Number.isFinite(Date.parse(text)), name: 'a Timestamp' },
  string: { type: 'string', isText: () => true, name: 'a String' },
  blob: { type: 'string', isText: (text) => Buffer.from(text, 'base64').toString('base64') === text, name: 'a Blob' },
};

/** Throws unless each value is of the type in the model; AWS looks at types before it looks at values. */
export function checkTypes(input: Shape, value: unknown, { malformed, textual = false }: Protocol): void {
  const refuse = (got: unknown, scalar: string): never => { throw new AwsError(malformed, messageFor(got, scalar)); };
  const check = ({ shape, location }: Member, given: unknown, asText: boolean): void => {
    if (given === undefined || given === null) return;
    const isText = asText || location !== undefined;
    if (shape.type === 'list') {
      if (!Array.isArray(given)) return refuse(given, 'Expected list or null');
      for (const each of given) check(shape.member!, each, isText);
    } else if (shape.type === 'map' || shape.type === 'structure') {
      if (typeof given !== 'object' || Array.isArray(given)) return refuse(given, 'Expected null');
      for (const [name, each] of Object.entries(given)) {
        const member = shape.type === 'map' ? shape.value : shape.members?.[name];
        // A body is no text.
        if (member && name !== shape.payload) check(member, each, isText);
      }
    } else {
      const scalar = SCALARS[shape.type]!;
      const type = isText ? 'string' : scalar.type;
      const fits = type === 'string' ? (text: string) => scalar.isText(text) : () => scalar !== INTEGER || Number.isInteger(given);
      if (typeof given !== type || !fits(String(given))) refuse(given, `${tokenOf(given)}_VALUE can not be converted to ${scalar.name}`);
    }
  };
  check({ shape: input }, value, textual);
}

/** The name of a JSON token in the errors of AWS. */
function tokenOf(value: unknown): string {
  return typeof value === 'boolean' ? String(value).toUpperCase() : (typeof value).toUpperCase();
}

/** @param scalar the message if the value is neither a list nor a structure */
function messageFor(value: unknown, scalar: string): string {
  if (Array.isArray(value)) return 'Start of list found where not expected';
  return typeof value === 'object' ? 'Start of structure or map found where not expected.' : scalar;
}
