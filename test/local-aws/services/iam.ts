import { runSimulation, Simulation } from '@cloud-copilot/iam-simulate';
import { AwsError } from '../aws-error';
import type { Caller } from '../identities';
import type { RequestContext } from '../operation';

interface Role {
  readonly name: string;
  readonly arn: string;
  trust: any;
  /** A new policy is in force after a while. */
  readonly policies: Map<string, { document: any; inForce: number }>;
}

/** IAM: roles and their policies, and the decision about every call that a role makes. */
export class Iam {
  /** The milliseconds until a policy is in force. */
  public propagation = 0;

  private readonly roles = new Map<string, Role>();

  constructor(private readonly account: string) {}

  public createRole(name: string, trust: any): string {
    if (this.roles.has(name)) throw new AwsError('EntityAlreadyExists', `Role with name ${name} already exists.`, 409);
    const arn = `arn:aws:iam::${this.account}:role/${name}`;
    this.roles.set(name, { name, arn, trust, policies: new Map() });
    return arn;
  }

  public deleteRole(name: string): void {
    if (this.role(name).policies.size) throw new AwsError('DeleteConflict', 'Cannot delete entity, must delete policies first.', 409);
    this.roles.delete(name);
  }

  public putRolePolicy(roleName: string, policyName: string, document: any): void {
    this.role(roleName).policies.set(policyName, { document, inForce: Date.now() + this.propagation });
  }

  public deleteRolePolicy(roleName: string, policyName: string): void {
    this.role(roleName).policies.delete(policyName);
  }

  public trustOf(roleArn: string): any {
    return this.role(roleArn.split('/').pop()!).trust;
  }

  public updateTrust(name: string, trust: any): void {
    this.role(name).trust = trust;
  }

  /** Throws what AWS answers to a call that the caller's policies do not allow. */
  public async authorize(caller: Caller, action: string, resource: string, context: RequestContext, resourcePolicy?: any): Promise<void> {
    if (caller.roleName === undefined) return;
    const policies = [...this.roles.get(caller.roleName)?.policies ?? []].filter(([, { inForce }]) => inForce <= Date.now());
    const simulation: Simulation = {
      request: {
        principal: caller.arn,
        action,
        resource: { resource, accountId: this.account },
        contextVariables: contextVariables(context),
      },
      identityPolicies: policies.map(([name, { document }]) => ({ name, policy: document })),
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      resourcePolicy,
    };
    const result = await runSimulation(simulation, {});
    if (result.resultType === 'error') throw new Error(`${action} on ${resource}: ${JSON.stringify(result.errors)}`);
    if (result.overallResult === 'Allowed') return;
    throw new AwsError('AccessDeniedException',
      `User: ${caller.arn} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`, 403);
  }

  private role(name: string): Role {
    const role = this.roles.get(name);
    if (!role) throw new AwsError('NoSuchEntity', `The role with name ${name} cannot be found.`, 404);
    return role;
  }
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
