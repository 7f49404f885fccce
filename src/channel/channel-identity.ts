import { CfnElement, DefaultTokenResolver, IPostProcessor, IResolvable, IResolveContext, Reference, Stack, Token, Tokenization } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';

/**
 * A string that is the same for every way in which an app refers to one channel: Ref and GetAtt of its L1, the ARN of an L2,
 * references wrapped for use in other accounts, lazy values, tokens from other stacks, and a complete ARN, also one with pseudo parameters in it.
 *
 * For the end of synthesis, as lazy values and logical ids may be unknown before.
 */
export function channelIdentity(scope: IConstruct, channelArn: unknown): string {
  const identity = text(resolveByTarget(scope, channelArn));
  // An ARN and the place of a resource mean the same everywhere. An import or a parameter of SSM is another one in each account and region.
  if (identity.startsWith('arn:') || identity.startsWith(RESOURCE)) return identity;
  const { account, region } = Stack.of(scope);
  return [account, region].map((part) => (Token.isUnresolved(part) ? '' : part)).concat(identity).join('/');
}

/** The value without tokens: every reference is the place of its target. */
export function resolveByTarget(scope: IConstruct, value: unknown): any {
  return Tokenization.resolve(value, { scope, resolver: new TargetResolver(scope), preparing: false });
}

const RESOURCE = 'resource ';

/** Joins the parts of a string that is not the string of one token only. */
const CONCAT = { join: (left: unknown, right: unknown) => text(left) + text(right) };

function text(value: unknown): string {
  if (value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

class TargetResolver extends DefaultTokenResolver {
  constructor(private readonly scope: IConstruct) {
    super(CONCAT);
  }

  public resolveToken(token: IResolvable, context: IResolveContext, postProcessor: IPostProcessor): unknown {
    const reference = referenceOf(token);
    if (reference) return this.placeOf(reference.target, reference.displayName);
    const resolved = super.resolveToken(token, context, postProcessor);
    return this.pseudoParameter(resolved?.Ref) ?? this.rawReference(resolved) ?? resolved;
  }

  private placeOf(target: IConstruct, attribute: string): string {
    const stack = Stack.of(target);
    return place(stack, CfnElement.isCfnElement(target) ? stack.resolve(target.logicalId) : target.node.path, attribute);
  }

  /** Amazon IVS is in one partition only. */
  private pseudoParameter(name: unknown): string | undefined {
    const { account, region } = Stack.of(this.scope);
    const values: Record<string, string> = { 'AWS::Partition': 'aws', 'AWS::AccountId': account, 'AWS::Region': region };
    const value = typeof name === 'string' ? values[name] : undefined;
    return value === undefined || Token.isUnresolved(value) ? undefined : value;
  }

  /** Fn.ref and Fn.getAtt know the logical id only. */
  private rawReference(resolved: any): string | undefined {
    const stack = Stack.of(this.scope);
    if (typeof resolved?.Ref === 'string' && !resolved.Ref.startsWith('AWS::')) return place(stack, resolved.Ref, 'Ref');
    const getAtt = resolved?.['Fn::GetAtt'];
    return Array.isArray(getAtt) && typeof getAtt[0] === 'string' ? place(stack, getAtt[0], text(getAtt[1])) : undefined;
  }
}

/** A reference by itself, or one whose strength was chosen with Stack.consumeReference, which aws-cdk-lib has since 2.254. */
function referenceOf(token: IResolvable): Reference | undefined {
  return [token, (token as { readonly reference?: unknown }).reference].find((candidate): candidate is Reference => Reference.isReference(candidate));
}

/** Ref and Arn of a channel are the same. */
function place(stack: Stack, logicalId: string, attribute: string): string {
  return `${RESOURCE}${stack.node.addr} ${logicalId}${['Ref', 'Arn'].includes(attribute) ? '' : `.${attribute}`}`;
}
