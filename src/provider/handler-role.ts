import { Annotations, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct, Dependable, IConstruct } from 'constructs';
import { ConditionalStatement } from './conditional-statement';
import { wildcardsOf } from './nag-findings';
import { suppressNagRule } from './nag-suppression';
import { propError } from '../core/prop-error';
import { withoutUndefined } from '../core/without-undefined';

/** Properties of a `HandlerRole`. */
export interface HandlerRoleProps {
  readonly role?: iam.IRole;
  readonly permissionsBoundary?: iam.IManagedPolicy;
}

interface Allowed {
  readonly statement: iam.PolicyStatement;
  readonly isNeeded: () => boolean;
}

const always = () => true;

const PATTERNS = {
  id: 'AwsSolutions-IAM5',
  reason: 'IVS makes the ARN of a stream key with the key, so that no policy can name it. What changes keys and secrets is limited to this '
    + 'stack by conditions on the tag managed-stream-key:stack, and encryption to calls of Secrets Manager. Channels can be of any stack: they '
    + 'are read and, where whileLive says so, their streams are stopped. For network interfaces and traces, Lambda needs these resources.',
};

/** The providers of each role: two can share one, whose policy has each statement once. */
const sharers = new WeakMap<iam.IRole, HandlerRole[]>();

/** The role that the handler runs with, made here or handed over, and what it has to be allowed. */
export class HandlerRole {
  public readonly role: iam.IRole;

  private readonly allowed: Allowed[] = [];
  private isExtended = true;

  constructor(private readonly provider: Construct, props: HandlerRoleProps) {
    validateRole(provider, props);
    this.role = props.role ?? new iam.Role(provider, 'Role', {
      description: 'Creates, rotates and deletes the IVS stream keys of this stack',
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
      ...withoutUndefined({ permissionsBoundary: props.permissionsBoundary }),
    });
    sharers.set(this.role, [...sharers.get(this.role) ?? [], this]);
  }

  /** All that the role has to be allowed, whether that could be written into its policy or not. */
  public get statements(): iam.PolicyStatement[] {
    return this.allowed.filter(({ isNeeded }) => isNeeded()).map(({ statement }) => statement);
  }

  /** Allows the handler something, once; with a condition, only if that holds when the template is written. */
  public allow(props: iam.PolicyStatementProps, isNeeded?: () => boolean): void {
    if (this.allowed.some(({ statement }) => statement.sid === props.sid && props.sid !== undefined)) return;
    const statement = isNeeded
      ? new ConditionalStatement(props, () => sharers.get(this.role)!.some((each) => each.needs(props.sid)))
      : new iam.PolicyStatement(props);
    const { statementAdded, policyDependable } = this.role.addToPrincipalPolicy(statement);
    this.note(statement, isNeeded);
    if (iam.Role.isRole(this.role)) return;
    // An immutable role says that it has been given the statement, yet there is no policy to wait for.
    if (!statementAdded || !policyDependable || !Dependable.of(policyDependable).dependencyRoots.length) this.isExtended = false;
  }

  /** Notes what Lambda's construct allows the handler by itself. */
  public allowedByFunction(props: iam.PolicyStatementProps): void {
    this.note(new iam.PolicyStatement(props));
  }

  /**
   * Warns if something could not be allowed, with all of it: so at the end of synthesis.
   *
   * The warning is put on the function, as the CDK lets it be acknowledged beforehand on what is above only.
   */
  public warnOn(handler: IConstruct): void {
    this.provider.node.addValidation({
      validate: () => {
        if (!this.isExtended) this.warn(handler);
        return [];
      },
    });
  }

  private needs(sid?: string): boolean {
    return this.statements.some((statement) => statement.sid === sid);
  }

  private note(statement: iam.PolicyStatement, isNeeded = always): void {
    this.allowed.push({ statement, isNeeded });
    const policy = this.role.node.scope === this.provider ? this.role.node.tryFindChild('DefaultPolicy') : undefined;
    if (!policy) return;
    const resources = this.allowed.flatMap((each) => Stack.of(this.provider).resolve(each.statement.resources));
    suppressNagRule(policy, PATTERNS, wildcardsOf(resources));
  }

  private warn(handler: IConstruct): void {
    const actions = [...new Set(this.statements.flatMap((statement) => statement.actions))];
    Annotations.of(handler).addWarningV2('cdk-ivs-managed-stream-key:roleNotExtended',
      `The policy of \`role\` cannot be extended from here, got: ${this.role.node.path}. See that it allows ${actions.join(', ')}: `
      + '`requiredStatements` of the provider has the statements. Then acknowledge this warning.');
  }
}

function validateRole(scope: Construct, { role, permissionsBoundary }: HandlerRoleProps): void {
  if (!role) return;
  if (permissionsBoundary) {
    throw propError(scope, {
      prop: 'permissionsBoundary',
      rule: 'must not be given together with `role`, which has its own or none',
      got: permissionsBoundary.managedPolicyArn,
      advice: 'Leave one of the two out, or set the boundary of the role where it is made',
    });
  }
  const ours = Stack.of(scope);
  if (Stack.of(role) === ours) return;
  throw propError(scope, {
    prop: 'role',
    rule: `must be in the stack of the provider, ${ours.node.path}, as its policy names that stack`,
    got: role.node.path,
    advice: 'Make it there, or import it there with iam.Role.fromRoleArn',
  });
}
