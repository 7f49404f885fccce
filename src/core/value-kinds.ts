import { Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { PropFault } from './prop-error';
import { isDuration, shown } from './shown';

/** The first fault of a value, if it has one. Values that are known only when the stack is deployed have none. */
export type Kind = (value: unknown, prop: string) => PropFault | undefined;

/** The fields of a struct. */
export type Shape<T> = { readonly [name in keyof Required<T>]: Kind | RequiredKind };

/** A field that must be given. */
export interface RequiredKind {
  readonly required: Kind;
}

/** Marks a field as one that must be given. */
export function required(kind: Kind): RequiredKind {
  return { required: kind };
}

/** Text; its length and its characters are up to other rules. */
export function text(advice: string): Kind {
  return unlessToken((value) => typeof value === 'string', 'must be a string', advice);
}

/** A number, which `'2'` is not; its range is up to other rules. */
export function number(advice: string): Kind {
  return unlessToken((value) => typeof value === 'number', 'must be a number', advice);
}

/** True or false, which `'false'` is not. */
export function flag(advice = 'Use true or false, without quotes; values of the context are strings'): Kind {
  return unlessToken((value) => typeof value === 'boolean', 'must be true or false', advice);
}

/** One of the values of an enum. */
export function oneOf(name: string, values: Record<string, string>): Kind {
  const members = Object.keys(values).map((member) => `${name}.${member}`);
  const rule = `must be one of ${members.join(', ')}`;
  return unlessToken((value) => Object.values<unknown>(values).includes(value), rule, (value) => {
    const isLike = (known: string) => known.toLowerCase() === String(value).toLowerCase();
    const similar = Object.keys(values).find((member) => isLike(member) || isLike(values[member]));
    return similar ? `Use ${name}.${similar}` : 'Use one of these';
  });
}

/** A time span. */
export function duration(example: string): Kind {
  return always(isDuration, 'must be a Duration', `Write it like ${example}`);
}

/** An object that has a member by which it is known, such as `secretArn`. */
export function thing(noun: string, member: string, advice: string | ((value: unknown) => string)): Kind {
  return always((value) => typeof value === 'object' && value !== null && member in value, `must be ${noun}`, advice);
}

/** Any construct. */
export function construct(noun: string, advice: string): Kind {
  return always(Construct.isConstruct, `must be ${noun}`, advice);
}

/** A list with members of a kind; with one at least if so many are asked for. */
export function listOf(kind: Kind, example: string, least = 0): Kind {
  const isList = unlessToken((value) => Array.isArray(value) && value.length >= least, least ? 'must be a list that is not empty' : 'must be a list', `Write it like ${example}`);
  return (value, prop) => {
    const fault = isList(value, prop);
    if (fault || Token.isUnresolved(value)) return fault;
    return first((value as unknown[]).map((member, index) => kind(member, `${prop}[${index}]`)));
  };
}

/** An object whose fields are the CDK's, which checks them. */
export function object(example: string): Kind {
  return unlessToken(
    (value) => typeof value === 'object' && value !== null && !Array.isArray(value) && !isDuration(value) && !Construct.isConstruct(value),
    'must be an object with named fields', `Write it like ${example}`);
}

/** An object with fields of ours. */
export function struct<T>(shape: Shape<T>, example: string): Kind {
  const isObject = object(example);
  return (value, prop) => {
    const fault = isObject(value, prop);
    if (fault || Token.isUnresolved(value)) return fault;
    return first([unknownField(value as object, shape, prop), fieldFault(value as object, shape, prop)]);
  };
}

/** The first fault of the fields of a shape. */
export function fieldFault<T>(value: object, shape: Shape<T>, prop = ''): PropFault | undefined {
  return first(Object.entries<Kind | RequiredKind>(shape).map(([name, field]) => {
    const given = (value as Record<string, unknown>)[name] ?? undefined;
    const path = prop ? `${prop}.${name}` : name;
    if (typeof field === 'function') return given === undefined ? undefined : field(given, path);
    return field.required(given, path);
  }));
}

function unknownField<T>(value: object, shape: Shape<T>, prop: string): PropFault | undefined {
  const unknown = Object.keys(value).find((name) => !(name in shape) && (value as Record<string, unknown>)[name] !== undefined);
  return unknown === undefined ? undefined : {
    prop,
    rule: `must have no other fields than ${Object.keys(shape).join(', ')}`,
    got: unknown,
    advice: 'Correct its name, or leave it out',
  };
}

function unlessToken(fits: (value: unknown) => boolean, rule: string, advice: string | ((value: unknown) => string)): Kind {
  return always((value) => Token.isUnresolved(value) || fits(value), rule, advice);
}

function always(fits: (value: unknown) => boolean, rule: string, advice: string | ((value: unknown) => string)): Kind {
  return (value, prop) => fits(value) ? undefined : { prop, rule, got: shown(value), advice: typeof advice === 'string' ? advice : advice(value) };
}

function first(faults: (PropFault | undefined)[]): PropFault | undefined {
  return faults.find((fault) => fault !== undefined);
}
