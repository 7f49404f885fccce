import { Stack } from 'aws-cdk-lib';
import { onlyResource } from '../only-resource';

/** A widget of a body. */
export interface BodyWidget {
  readonly type: 'metric' | 'log';
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly properties: {
    readonly title: string;
    readonly view: string;
    readonly region: string;
    readonly start?: string;
    readonly query?: string;
    readonly metrics?: any[][];
  };
}

/** The body of the one dashboard of a stack, as CloudFormation would send it. */
export class DeployedBody {
  public static of(stack: Stack): DeployedBody {
    const [text, variables] = onlyResource(stack, 'AWS::CloudWatch::Dashboard').Properties.DashboardBody['Fn::Sub'];
    const values: Record<string, unknown> = { 'AWS::Region': stack.resolve(stack.region).Ref ? 'us-east-1' : stack.region, ...variables };
    return new DeployedBody(text.replaceAll(/\$\{(!?)([^}]+)\}/g, (_: string, escaped: string, name: string) => {
      if (escaped) return `\${${name}}`;
      if (!(name in values)) throw new Error(`Fn::Sub has no variable ${name}`);
      const value = values[name];
      // Of a token, as long as what it stands for.
      return typeof value === 'string' ? value : 'AbCdEfGhIjKl';
    }));
  }

  public readonly widgets: BodyWidget[];

  private constructor(public readonly text: string) {
    this.widgets = JSON.parse(text).widgets;
  }

  /** The one widget whose title begins with a text. */
  public widget(title: string): BodyWidget {
    const found = this.widgets.filter(({ properties }) => properties.title.startsWith(title));
    if (found.length !== 1) throw new Error(`${found.length} widgets are titled ${title}`);
    return found[0];
  }
}

/** The options of the metrics and expressions of a widget. */
export function optionsOf({ properties: { metrics = [] } }: BodyWidget): any[] {
  return metrics.map((metric) => metric.at(-1));
}
