import type { StackResource } from '../../../local-aws/cloudformation/stack';
import type { LocalAws } from '../../../local-aws/local-aws';

/** The role of the handler, as the construct's template has it. */
export class Role {
  constructor(private readonly aws: LocalAws, private readonly stackId: string) {}

  public get name(): string {
    return this.deployed('AWS::IAM::Role').physicalId;
  }

  /** Replaces the policy by itself without some actions; in force after `aws.iam.propagation`. */
  public putPolicy(withoutActions: string[] = []): void {
    const { PolicyName, PolicyDocument } = this.deployed('AWS::IAM::Policy').properties;
    const Statement = PolicyDocument.Statement
      .map((statement: any) => ({ ...statement, Action: [statement.Action].flat().filter((action) => !withoutActions.includes(action)) }))
      .filter(({ Action }: any) => Action.length);
    this.aws.iam.putRolePolicy(this.name, PolicyName, { ...PolicyDocument, Statement });
  }

  private deployed(type: string): StackResource {
    const { resources } = this.aws.cloudformation.stacks.find(({ id }) => id === this.stackId)!;
    return [...resources.values()].find(({ definition }) => definition.Type === type)!;
  }
}
