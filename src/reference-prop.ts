import { CfnResource } from 'aws-cdk-lib';
import { Construct, IConstruct } from 'constructs';
import { CfnResourceClass, cfnResourceOf } from './cfn-resource-of';
import { propError } from './prop-error';

/** A prop that takes a reference to a resource. */
export interface ReferenceProp<T extends CfnResource> {
  readonly prop: string;
  /** The property that a reference has. */
  readonly ref: keyof T & string;
  readonly l1: CfnResourceClass<T>;
  readonly rule: string;
  readonly advice: string;
}

/**
 * The reference that a prop was given. A construct of a library that knows no references, such as aws-ivs-alpha, passes by its L1.
 * Throws for everything else: TypeScript's types can be cast away, and other languages have none.
 */
export function referenceFrom<R extends IConstruct, T extends CfnResource & R>(
  scope: Construct, given: R, { prop, ref, l1, rule, advice }: ReferenceProp<T>,
): R {
  if (Construct.isConstruct(given)) {
    if (ref in given) return given;
    const resource = cfnResourceOf<T>(given, l1);
    if (resource) return resource;
  }
  throw propError(scope, { prop, rule, got: kindOf(given), advice });
}

/** A value in words; a construct has a path, and everything else may be long or secret. */
export function kindOf(value: unknown): string {
  if (Construct.isConstruct(value)) return `${value.node.path} (${value.constructor.name})`;
  if (typeof value === 'string') return `'${value}'`;
  if (value === null || typeof value !== 'object') return String(value);
  return Array.isArray(value) ? 'a list' : 'an object that is no construct';
}
