import type { Logs } from './logs';
import { generatedName } from '../cloudformation/property-values';
import type { Properties, ResourceType } from '../cloudformation/resource-type';

/** AWS::Logs::LogGroup. Lines are kept whatever the retention says. */
export function logGroup(logs: Logs): ResourceType {
  const retention = ({ RetentionInDays }: Properties) => (RetentionInDays === undefined ? undefined : Number(RetentionInDays));
  return {
    properties: ['LogGroupName', 'RetentionInDays', 'Tags'],
    createOnly: ['LogGroupName'],
    create: (properties, context) => {
      const name = properties.LogGroupName ?? generatedName(context, 512);
      logs.createGroup(context.region, name, retention(properties));
      return { physicalId: name, attributes: { Arn: logs.arnOf(context.region, name) } };
    },
    update: (deployed, properties, _before, { region }) => {
      logs.setRetention(region, deployed.physicalId, retention(properties));
      return deployed;
    },
    delete: ({ physicalId }, _properties, { region }) => logs.deleteGroup(region, physicalId),
  };
}
