import * as iam from 'aws-cdk-lib/aws-iam';

/** A statement that its policy only has in the template if it is needed at the end of synthesis. */
export class ConditionalStatement extends iam.PolicyStatement {
  constructor(props: iam.PolicyStatementProps, private readonly isNeeded: () => boolean) {
    super(props);
  }

  /** A statement for code that reads the policy as an object, and, for the template, a token, which leaves no trace if it is not needed. */
  public toStatementJson(): any {
    const json = super.toStatementJson();
    const resolve = () => this.isNeeded() ? json : undefined;
    return Object.defineProperties({ ...json }, { resolve: { value: resolve }, creationStack: { value: [] } });
  }
}
