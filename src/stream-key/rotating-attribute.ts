import { IResolveContext, Reference, Stack, Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { propError } from '../core/prop-error';

/** An attribute that rotations change, as a string for the stack of the stream key and those nested with it: others throw. */
export function rotatingAttribute(streamKey: IConstruct, prop: string, attribute: Reference): string {
  return Token.asString(new RotatingAttribute(streamKey, prop, attribute));
}

/**
 * CloudFormation hands a value to a nested stack as a parameter. A strong reference of any other stack imports an export, which CloudFormation
 * refuses to change meanwhile. A weak one, Fn::GetStackOutput, is resolved when that stack is created or updated: a change of the value
 * changes nothing in its template, and so starts no update.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-getstackoutput.html
 */
class RotatingAttribute extends Reference {
  constructor(private readonly streamKey: IConstruct, private readonly prop: string, private readonly attribute: Reference) {
    super(attribute, attribute.target, attribute.displayName, attribute.typeHint);
  }

  public resolve({ scope }: IResolveContext): Reference {
    const ours = outermost(Stack.of(this.streamKey));
    if (outermost(Stack.of(scope)) === ours) return this.attribute;
    throw propError(this.streamKey, {
      prop: this.prop,
      rule: `must not be used outside of the stack ${ours.node.path} and those nested in it, as rotations change it: an export cannot change while another stack imports it, and a weak reference does not update the stack that has it`,
      got: scope.node.path,
      advice: 'Put what uses it into that stack or one nested in it; elsewhere, use `onRotated`, or read it from `secret` by GetSecretValue',
    });
  }
}

/** The stack that a stack is nested in with all others. */
function outermost(stack: Stack): Stack {
  return stack.nestedStackParent ? outermost(stack.nestedStackParent) : stack;
}
