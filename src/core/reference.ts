import { CfnResource } from 'aws-cdk-lib';
import { Construct, IConstruct } from 'constructs';
import { CfnResourceClass, cfnResourceOf } from './cfn-resource-of';
import { shown } from './shown';
import type { Kind } from './value-kinds';

/** A reference to a resource, as props take it. */
export interface ReferenceKind<R extends IConstruct> {
  /** The property that a reference has. */
  readonly ref: keyof R & string;
  readonly l1: CfnResourceClass<CfnResource & R>;
  readonly rule: string;
  readonly advice: string;
}

/** Takes a reference, or a construct of a library that knows no references, such as aws-ivs-alpha, by its L1. */
export function reference<R extends IConstruct>(kind: ReferenceKind<R>): Kind {
  const { rule, advice } = kind;
  return (value, prop) => find(value, kind) ? undefined : { prop, rule, got: shown(value), advice };
}

/** The reference that a prop was given, which is of the kind. */
export function referenceFrom<R extends IConstruct>(given: R, kind: ReferenceKind<R>): R {
  return find(given, kind)!;
}

function find<R extends IConstruct>(value: unknown, { ref, l1 }: ReferenceKind<R>): R | undefined {
  if (!Construct.isConstruct(value)) return undefined;
  return ref in value ? value as IConstruct as R : cfnResourceOf(value, l1);
}
