import { IResource, Stack, Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { propError } from './prop-error';

/** Events are told of where their source is, and nowhere else: a rule in another place would never fire. */
export function validateRuleScope(source: IResource, scope: Construct, { of, by }: { readonly of: string; readonly by: string }): void {
  const { account, region } = Stack.of(scope);
  for (const [where, ours, theirs] of [['account', account, source.env.account], ['region', region, source.env.region]]) {
    if (Token.isUnresolved(ours) || Token.isUnresolved(theirs) || ours === theirs) continue;
    throw propError(source, {
      prop: 'crossStackScope',
      rule: `must be in a stack of the ${where} of the ${of}, ${theirs}, as ${by} tells of it nowhere else`,
      got: `${scope.node.path} in ${ours}`,
      advice: `Put the rule into a stack of that ${where}; there, a rule can send the events on to another event bus`,
    });
  }
}
