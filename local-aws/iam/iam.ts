import { runSimulation, runUnsafeSimulation, Simulation } from '@cloud-copilot/iam-simulate';
import { AwsError } from '../core/aws-error';
import type { Caller } from '../core/identities';
import type { RequestContext } from '../endpoint/operation';

interface Role {
  readonly name: string;
  readonly arn: string;
  trust: any;
  /** The ARN of the policy that limits what its own ones allow. */
  boundary?: string;
  /** The versions of each policy, the oldest first: a change takes effect after a while, and until then the one before it counts. */
  readonly policies: Map<string, PolicyVersion[]>;
}

interface PolicyVersion {
  /** Undefined if the policy was deleted. */
  readonly document?: any;
  readonly inForce: number;
}

/** IAM: roles and their policies, and the decision about every call that a role makes. */
export class Iam {
  /** The milliseconds until a change of a role's policies is in force. */
  public propagation = 0;

  private readonly roles = new Map<string, Role>();
  private readonly managedPolicies = new Map<string, any>();

  constructor(private readonly account: string) {}

  public createRole(name: string, trust: any, boundary?: string): string {
    if (this.roles.has(name)) throw new AwsError('EntityAlreadyExists', `Role with name ${name} already exists.`, 409);
    const arn = `arn:aws:iam::${this.account}:role/${name}`;
    this.roles.set(name, { name, arn, trust, policies: new Map() });
    this.putPermissionsBoundary(name, boundary);
    return arn;
  }

  public deleteRole(name: string): void {
    const remain = [...this.role(name).policies.values()].some((versions) => versions[versions.length - 1].document);
    if (remain) throw new AwsError('DeleteConflict', 'Cannot delete entity, must delete policies first.', 409);
    this.roles.delete(name);
  }

  public putRolePolicy(roleName: string, policyName: string, document: any): void {
    this.changePolicy(roleName, policyName, document);
  }

  public deleteRolePolicy(roleName: string, policyName: string): void {
    this.changePolicy(roleName, policyName);
  }

  public trustOf(roleArn: string): any {
    return this.role(roleArn.split('/').pop()!).trust;
  }

  public updateTrust(name: string, trust: any): void {
    this.role(name).trust = trust;
  }

  public putPermissionsBoundary(name: string, arn?: string): void {
    if (arn !== undefined) this.managedPolicy(arn);
    this.role(name).boundary = arn;
  }

  public createPolicy(name: string, document: any): string {
    const arn = `arn:aws:iam::${this.account}:policy/${name}`;
    if (this.managedPolicies.has(arn)) throw new AwsError('EntityAlreadyExists', `A policy called ${name} already exists. Duplicate names are not allowed.`, 409);
    this.managedPolicies.set(arn, document);
    return arn;
  }

  public updatePolicy(arn: string, document: any): void {
    this.managedPolicies.set(arn, document);
  }

  public deletePolicy(arn: string): void {
    if ([...this.roles.values()].some(({ boundary }) => boundary === arn)) {
      throw new AwsError('DeleteConflict', 'Cannot delete a policy attached to entities.', 409);
    }
    this.managedPolicies.delete(arn);
  }

  /** Throws what AWS answers to a call that the caller's policies do not allow. */
  public async authorize(caller: Caller, action: string, resource: string, context: RequestContext, resourcePolicy?: any): Promise<void> {
    if (caller.roleName === undefined) return;
    const { policies: all = new Map<string, PolicyVersion[]>(), boundary } = this.roles.get(caller.roleName) ?? {};
    const policies = [...all].flatMap(([name, versions]) => {
      const document = versions.filter(({ inForce }) => inForce <= Date.now()).pop()?.document;
      return document ? [{ name, policy: document }] : [];
    });
    const simulation: Simulation = {
      request: {
        principal: caller.arn,
        action,
        resource: { resource, accountId: this.account },
        contextVariables: contextVariables(context),
      },
      identityPolicies: policies,
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      resourcePolicy,
      permissionBoundaryPolicies: boundary === undefined ? undefined : [{ name: boundary, policy: this.managedPolicy(boundary) }],
    };
    if (context.isUnreferenced) {
      if (runUnsafeSimulation(simulation, {}) === 'Allowed') return;
      throw denied(caller, action, resource, reasonFor(action));
    }
    const result = await runSimulation(simulation, {});
    if (result.resultType === 'error') throw new Error(`${action} on ${resource}: ${JSON.stringify(result.errors)}`);
    if (result.overallResult === 'Allowed') return;
    const limit = result.resultType === 'single' ? result.result.analysis.permissionBoundaryAnalysis?.result : undefined;
    throw denied(caller, action, resource, reasonFor(action, limit));
  }

  private changePolicy(roleName: string, policyName: string, document?: any): void {
    const { policies } = this.role(roleName);
    policies.set(policyName, [...policies.get(policyName) ?? [], { document, inForce: Date.now() + this.propagation }]);
  }

  private managedPolicy(arn: string): any {
    const document = this.managedPolicies.get(arn);
    if (!document) throw new AwsError('NoSuchEntity', `Policy ${arn} does not exist or is not attachable.`, 404);
    return document;
  }

  private role(name: string): Role {
    const role = this.roles.get(name);
    if (!role) throw new AwsError('NoSuchEntity', `The role with name ${name} cannot be found.`, 404);
    return role;
  }
}

function denied({ arn }: Caller, action: string, resource: string, reason: string): AwsError {
  return new AwsError('AccessDeniedException', `User: ${arn} is not authorized to perform: ${action} on resource: ${resource} ${reason}`, 403);
}

/** @param limit what the permissions boundary says, if there is one */
function reasonFor(action: string, limit?: string): string {
  if (limit === 'ExplicitlyDenied') return 'with an explicit deny in a permissions boundary';
  return `because no ${limit === 'ImplicitlyDenied' ? 'permissions boundary' : 'identity-based policy'} allows the ${action} action`;
}

function contextVariables({ resourceTags = {}, requestTags, tagKeys, keys = {} }: RequestContext): Record<string, string | string[]> {
  const named = (prefix: string, tags: Record<string, string>) => Object.fromEntries(Object.entries(tags).map(([name, value]) => [`${prefix}/${name}`, value]));
  const names = tagKeys ?? (requestTags && Object.keys(requestTags));
  return {
    ...named('aws:ResourceTag', resourceTags),
    ...named('aws:RequestTag', requestTags ?? {}),
    ...(names ? { 'aws:TagKeys': names } : {}),
    ...keys,
  };
}
