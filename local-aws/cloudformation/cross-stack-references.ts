import { references } from './intrinsics';
import type { Template } from './template';
import { AwsError } from '../core/aws-error';

const OF_OTHER_STACKS = ['Fn::ImportValue', 'Fn::GetStackOutput'];

/**
 * Throws if a template uses values of other stacks where CloudFormation does not take them.
 *
 * @see https://github.com/aws-cloudformation/cfn-lint/pull/4519 for the places and the texts
 */
export function validateCrossStackReferences({ Resources, Conditions, Outputs = {} }: Template): void {
  const refuse = (message: string) => { throw new AwsError('ValidationError', `Template error: ${message}`); };
  const dependsOnMore = (value: unknown) => (
    argumentsOf(OF_OTHER_STACKS, value).length > 0 || references(value).some((name) => name in Resources)
  );
  if (argumentsOf(['Fn::GetStackOutput'], Conditions).length) refuse('Cannot use Fn::GetStackOutput in Conditions');
  if (argumentsOf(['Fn::ImportValue'], [Resources, Outputs]).some(dependsOnMore)) {
    refuse('the attribute in Fn::ImportValue must not depend on any resources, imported values, or Fn::GetAZs');
  }
  if (Object.values(Outputs).some(({ Export }) => Export && dependsOnMore(Export.Name))) {
    refuse('The Name field of Export must not depend on any resources, imported values, or Fn::GetAZs');
  }
}

/** The arguments of functions with these names, wherever they are in a value. */
function argumentsOf(names: string[], value: unknown): unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, argument]) => [...names.includes(name) ? [argument] : [], ...argumentsOf(names, argument)]);
}
