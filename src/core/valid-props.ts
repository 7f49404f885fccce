import { Construct, IConstruct } from 'constructs';
import { describe, pathIn, propError } from './prop-error';
import { shown } from './shown';
import { fieldFault, Kind, Shape } from './value-kinds';

/**
 * The props of a shape that are given, once each is of its kind; throws at the first that is not. Null is as good as left out, as it is in the CDK.
 *
 * To be called before `super`: the constructs of the CDK throw a TypeError for a wrong value. TypeScript checks only what is written in TypeScript;
 * JavaScript, casts and values of the context come unchecked. Fields that nobody knows are ignored, as in the CDK: a subclass may have some.
 */
export function validProps<T extends object>(scope: IConstruct, id: string, props: T, shape: Shape<T>, name = 'props'): T {
  const path = pathIn(scope, id);
  const given: object = props ?? {};
  if (typeof given !== 'object' || Array.isArray(given) || Construct.isConstruct(given)) {
    throw new Error(`[${path}] ${describe({ prop: name, rule: 'must be an object with named fields', got: shown(props), advice: 'Write them like { name: value }' })}`);
  }
  const fault = fieldFault(given, shape);
  if (fault) throw new Error(`[${path}] ${describe(fault)}`);
  const fields = Object.keys(shape).map((field) => [field, (given as Record<string, unknown>)[field]]);
  return Object.fromEntries(fields.filter(([, value]) => value !== null && value !== undefined)) as T;
}

/** Throws if an argument of a method is not of its kind. */
export function validateArgument(scope: IConstruct, name: string, value: unknown, kind: Kind): void {
  const fault = kind(value, name);
  if (fault) throw propError(scope, fault);
}
