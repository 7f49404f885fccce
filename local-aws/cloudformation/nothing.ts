import { generatedName } from './property-values';
import type { ResourceType } from './resource-type';

/** AWS::CDK::Metadata and AWS::CloudFormation::WaitConditionHandle: they do nothing in AWS either. */
export const nothing: ResourceType = {
  create: (_properties, context) => ({ physicalId: generatedName(context), attributes: {} }),
  update: (deployed) => deployed,
  delete: () => {},
};
