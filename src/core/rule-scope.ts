import { IResource, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { differenceOf } from './environment';
import { propError } from './prop-error';

/** Events are sent in the account and region of their source only: a rule in another place would never fire. */
export function validateRuleScope(source: IResource, scope: Construct, { of, by }: { readonly of: string; readonly by: string }): void {
  const difference = differenceOf(Stack.of(scope), source.env);
  if (!difference) return;
  const { where, ours, theirs } = difference;
  throw propError(source, {
    prop: 'crossStackScope',
    rule: `must be in a stack of the ${where} of the ${of}, ${theirs}, as ${by} sends the event only there`,
    got: `${scope.node.path} in ${ours}`,
    advice: `Put the rule into a stack of that ${where}; there, a rule can send the events on to another event bus`,
  });
}
