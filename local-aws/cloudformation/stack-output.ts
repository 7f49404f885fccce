import type { Stack } from './stack';
import { AwsError, NotInLocalAws } from '../core/aws-error';

/** The argument of Fn::GetStackOutput, its functions carried out. */
export interface StackOutputReference {
  readonly StackName: string;
  readonly OutputName: string;
  readonly Region?: string;
}

const KNOWN = ['StackName', 'OutputName', 'Region'];

/**
 * The output of another stack as it is now, exported or not. The texts of the errors are unconfirmed.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-getstackoutput.html
 */
export function stackOutput(stacks: readonly Stack[], reference: StackOutputReference, ownRegion: string): string {
  const { StackName, OutputName, Region = ownRegion } = reference;
  const unknown = Object.keys(reference).find((name) => !KNOWN.includes(name));
  if (unknown) throw new NotInLocalAws(`${unknown} of Fn::GetStackOutput`);
  const stack = stacks.find(({ exists, name, id, region }) => exists && region === Region && [name, id].includes(StackName));
  if (!stack) throw new AwsError('ValidationError', `Stack with id ${StackName} does not exist`);
  const output = stack.outputs.find(({ OutputKey }) => OutputKey === OutputName);
  if (!output) throw new AwsError('ValidationError', `Stack ${StackName} has no output ${OutputName}`);
  return output.OutputValue;
}
