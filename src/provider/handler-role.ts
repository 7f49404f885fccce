import { Annotations, AspectPriority, Aspects, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct, Dependable, IConstruct } from 'constructs';
import { PATTERNS_EXCUSED } from './handler-statements';
import { excuse } from './nag-excuse';
import { propError } from '../prop-error';
import { withoutUndefined } from '../without-undefined';

/** Properties of a `HandlerRole`. */
export interface HandlerRoleProps {
  readonly role?: iam.IRole;
  readonly permissionsBoundary?: iam.IManagedPolicy;
}

/** The role that the handler runs with, made here or handed over, and what it has to be allowed. */
export class HandlerRole {
  public readonly role: iam.IRole;
  /** All that the role has to be allowed, whether that could be written into its policy or not. */
  public readonly statements: iam.PolicyStatement[] = [];

  private isExtended = true;

  constructor(private readonly provider: Construct, props: HandlerRoleProps) {
    validateRole(provider, props);
    this.role = props.role ?? new iam.Role(provider, 'Role', {
      description: 'Creates, rotates and deletes the IVS stream keys of this stack',
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
      ...withoutUndefined({ permissionsBoundary: props.permissionsBoundary }),
    });
  }

  /** Allows the handler something, once. */
  public allow(statement: iam.PolicyStatementProps): void {
    if (this.statements.some(({ sid }) => sid === statement.sid)) return;
    const added = new iam.PolicyStatement(statement);
    this.statements.push(added);
    const { statementAdded, policyDependable } = this.role.addToPrincipalPolicy(added);
    const policy = this.role.node.scope === this.provider ? this.role.node.tryFindChild('DefaultPolicy') : undefined;
    if (policy) excuse(policy, PATTERNS_EXCUSED);
    if (iam.Role.isRole(this.role)) return;
    // An immutable role says that it has been given the statement, yet there is no policy to wait for.
    if (!statementAdded || !policyDependable || !Dependable.of(policyDependable).dependencyRoots.length) this.isExtended = false;
  }

  /** Notes what Lambda's construct allows the handler by itself. */
  public allowedByFunction(statement: iam.PolicyStatementProps): void {
    this.statements.push(new iam.PolicyStatement(statement));
  }

  /**
   * Warns if something could not be allowed. Each stream key may need more, so that only the end of synthesis shows all of it.
   *
   * The warning is put on the function, as the CDK lets it be acknowledged beforehand on what is above only.
   */
  public warnOn(handler: IConstruct): void {
    const visit = (node: IConstruct) => { if (node === handler && !this.isExtended) this.warn(handler); };
    Aspects.of(handler).add({ visit }, { priority: AspectPriority.READONLY });
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
