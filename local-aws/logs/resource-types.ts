import type { Logs } from './logs';
import { generatedName } from '../cloudformation/property-values';
import type { ResourceType } from '../cloudformation/resource-type';

/** AWS::Logs::LogGroup. Lines are kept whatever the retention says. */
export function logGroup(logs: Logs): ResourceType {
  return {
    properties: ['LogGroupName', 'RetentionInDays', 'Tags'],
    createOnly: ['LogGroupName'],
    create: (properties, context) => {
      const name = properties.LogGroupName ?? generatedName(context, 512);
      logs.createGroup(name);
      return { physicalId: name, attributes: { Arn: logs.arnOf(context.region, name) } };
    },
    update: (deployed) => deployed,
    delete: ({ physicalId }) => logs.deleteGroup(physicalId),
  };
}
