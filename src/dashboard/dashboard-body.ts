import { Fn, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';

/** The region of the stack, in a text for `Fn::Sub`. */
export const OWN_REGION = '${AWS::Region}';

/**
 * The body of a dashboard, as a text for `Fn::Sub`.
 *
 * A key is in nine widgets. As tokens in each of them, the ids of 160 channels take 1 MB, which is all that CloudFormation allows a template.
 * As variables they are in it once.
 */
export class DashboardBody {
  private readonly variables = new Map<string, string>();

  /** The variable that stands for a text, which may be a token, in the strings of the body. */
  public variable(text: string): string {
    const name = this.variables.get(text) ?? `v${this.variables.size}`;
    this.variables.set(text, name);
    return `\${${name}}`;
  }

  /** The body, with the widgets in rows. Their strings have no tokens but in variables. */
  public of(stack: Stack, rows: cloudwatch.IWidget[][], start: string): string {
    const column = new cloudwatch.Column(...rows.map((row) => new cloudwatch.Row(...row)));
    column.position(0, 0);
    const body = JSON.stringify(stack.resolve({ start, widgets: column.toJson() }));
    // A text with quotation marks has to be a part of a JSON string; tokens are names and ids, which have none.
    return Fn.sub(body, Object.fromEntries([...this.variables].map(([text, name]) => [name, JSON.stringify(text).slice(1, -1)])));
  }
}
