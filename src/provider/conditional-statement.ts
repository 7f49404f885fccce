import * as iam from 'aws-cdk-lib/aws-iam';

/** A statement that its policy only has in the template if it is needed at the end of synthesis. */
export class ConditionalStatement extends iam.PolicyStatement {
  constructor(props: iam.PolicyStatementProps, private readonly isNeeded: () => boolean) {
    super(props);
  }

  /**
   * Returns an object for code that reads the policy, and a token for the template, which leaves no trace if the statement is not needed.
   *
   * Written against aws-cdk-lib 2.240 to 2.276: a policy document keeps what this returns, and resolves it with the template.
   */
  public toStatementJson(): any {
    const json = super.toStatementJson();
    const resolve = () => this.isNeeded() ? json : undefined;
    return Object.defineProperties({ ...json }, { resolve: { value: resolve }, creationStack: { value: [] } });
  }
}
