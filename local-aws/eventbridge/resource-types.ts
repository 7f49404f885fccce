import type { EventBridge, Rule } from './eventbridge';
import { generatedName } from '../cloudformation/property-values';
import type { Properties, ResourceType } from '../cloudformation/resource-type';
import { AwsError, NotInLocalAws } from '../core/aws-error';

/** AWS::Events::Rule on the default event bus. */
export function rule(eventBridge: EventBridge): ResourceType {
  return {
    properties: ['Name', 'Description', 'EventBusName', 'EventPattern', 'ScheduleExpression', 'State', 'Targets', 'Tags'],
    createOnly: ['Name', 'EventBusName'],
    create: (properties, context) => {
      const name = properties.Name ?? generatedName(context);
      if (eventBridge.hasRule(context.region, name)) throw new AwsError('AlreadyExists', `Rule ${name} already exists.`);
      return { physicalId: name, attributes: { Arn: eventBridge.putRule(context.region, name, input(properties)) } };
    },
    update: (deployed, properties, _before, { region }) => {
      eventBridge.putRule(region, deployed.physicalId, input(properties));
      return deployed;
    },
    delete: ({ attributes }) => eventBridge.deleteRule(String(attributes.Arn)),
  };
}

function input({ Description, EventBusName = 'default', EventPattern, ScheduleExpression, State = 'ENABLED', Targets = [] }: Properties): Rule {
  if (EventBusName !== 'default') throw new NotInLocalAws(`the event bus ${EventBusName}`);
  if (!['ENABLED', 'DISABLED'].includes(State)) throw new NotInLocalAws(`the state ${State} of rules`);
  if (!EventPattern && !ScheduleExpression) throw new AwsError('ValidationException', 'Parameter(s) EventPattern or ScheduleExpression must be specified.');
  return { description: Description, pattern: EventPattern, schedule: ScheduleExpression, enabled: State === 'ENABLED', targets: Targets };
}
