import { AwsError } from '../core/aws-error';
import { violationsIn } from '../protocols/constraints';
import type { Shape } from '../protocols/service-model';

/** The model has no constraint of CreateStack's name, and lets CreateChangeSet have an ARN. */
const NAME: Shape = { type: 'structure', members: { StackName: { shape: { type: 'string', max: 128, pattern: '[a-zA-Z][-a-zA-Z0-9]*' } } } };

/**
 * Throws unless a new stack may have this name.
 *
 * @see https://github.com/hashicorp/terraform-provider-aws/issues/42668 for the text
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html for the length; its text is unconfirmed
 */
export function validateStackName(StackName: string): void {
  const [violation] = violationsIn(NAME, { StackName });
  if (violation) throw new AwsError('ValidationError', `1 validation error detected: ${violation}`);
}
