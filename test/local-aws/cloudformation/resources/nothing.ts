import type { ResourceType } from '../resource-type';
import { generatedName } from './values';

/** AWS::CDK::Metadata and AWS::CloudFormation::WaitConditionHandle: they do nothing in AWS either. */
export const nothing: ResourceType = {
  create: (_properties, context) => ({ physicalId: generatedName(context), attributes: {} }),
  update: (deployed) => deployed,
  delete: () => {},
};
