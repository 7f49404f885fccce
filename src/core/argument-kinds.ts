import * as events from 'aws-cdk-lib/aws-events';
import { construct, Kind, object, Shape, struct, text, thing } from './value-kinds';

/** An identity that permissions are granted to. */
export const GRANTEE: Kind = thing('a grantee, such as a role or a function', 'grantPrincipal', 'Import a role with iam.Role.fromRoleArn');

/** The name of a metric. */
export const METRIC_NAME: Kind = text('Name the metric, such as \'Rotations\'');

const EVENT_OPTIONS: Shape<events.OnEventOptions> = {
  target: thing('a target of a rule', 'bind', 'Make one with aws-cdk-lib/aws-events-targets'),
  crossStackScope: construct('a construct', 'Pass a construct of the stack that the rule belongs to, or leave it out'),
  description: text('Give it as text, or leave it out'),
  eventPattern: object('{ detail: { event_name: [\'Stream Start\'] } }'),
  ruleName: text('Give it as text, or leave it out for a generated name'),
};

type FixedField = 'source' | 'resources' | 'detailType' | 'detail.event_name' | 'detail.labelUpdated';

/**
 * The options of a rule for events.
 *
 * @param fixed the fields of the pattern that the rule itself sets. The CDK merges two patterns by joining their lists,
 *   so that another value would widen the events that the rule matches.
 */
export function ruleOptions(...fixed: FixedField[]): Kind {
  const isStruct = struct(EVENT_OPTIONS, '{ target: new targets.LambdaFunction(handler) }');
  return (value, prop) => {
    const fault = isStruct(value, prop);
    if (fault) return fault;
    const { eventPattern: pattern = {} } = value as events.OnEventOptions;
    const at = (field: FixedField) => field.split('.').reduce<any>((part, name) => part?.[name], pattern);
    const widened = fixed.find((field) => at(field) !== undefined);
    return widened && {
      prop: `${prop}.eventPattern`,
      rule: `must not have the field ${widened}, which would widen the events that the rule matches`,
      got: JSON.stringify(at(widened)),
      advice: 'Leave it out; match other events with an events.Rule',
    };
  };
}
