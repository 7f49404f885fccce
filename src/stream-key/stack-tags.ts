import { Stack } from 'aws-cdk-lib';

/**
 * The tags that CloudFormation puts on the resources of a stack, but not on custom ones: its own, and those of the stacks that it is nested in.
 * Those of `cdk deploy --tags` are not known when the template is made.
 */
export function tagsOfStack(stack: Stack): Record<string, string> {
  const { nestedStackParent } = stack;
  return { ...(nestedStackParent && tagsOfStack(nestedStackParent)), ...stack.tags.tagValues() };
}
