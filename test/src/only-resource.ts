import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type { IRole } from 'aws-cdk-lib/aws-iam';

/** A resource of a template, with the logical id that it has there. */
export interface TemplateResource {
  readonly logicalId: string;
  readonly Properties?: any;
  readonly DependsOn?: string[];
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

/** The one resource of its type in the template of the stack; an error is thrown if there is none, or another one. */
export function onlyResource(stack: Stack, type: string): TemplateResource {
  const found = Object.entries(Template.fromStack(stack).findResources(type));
  if (found.length !== 1) throw new Error(`${stack.node.path} has ${found.length} resources of the type ${type}, not 1`);
  const [[logicalId, resource]] = found;
  return { ...resource, logicalId };
}

/** A statement of a policy in a template. */
export interface TemplateStatement {
  readonly Action: string | string[];
  readonly Resource: unknown;
  readonly Condition?: any;
}

/** What the policies of a role that are made in a stack allow it. */
export function statementsOf(stack: Stack, role: IRole): TemplateStatement[] {
  const name = JSON.stringify(stack.resolve(role.roleName));
  const policies = Object.values(Template.fromStack(stack).findResources('AWS::IAM::Policy')).map(({ Properties }) => Properties);
  return policies.filter(({ Roles }) => JSON.stringify(Roles).includes(name)).flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
}
