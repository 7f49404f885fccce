import { CfnResource } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';

/** The class of an L1. */
export interface CfnResourceClass<T extends CfnResource> {
  readonly CFN_RESOURCE_TYPE_NAME: string;
  new (...args: never[]): T;
}

/** The L1 of a type: the construct itself or its default child. Two copies of aws-cdk-lib have two classes, so the type decides. */
export function cfnResourceOf<T extends CfnResource>(construct: IConstruct, { CFN_RESOURCE_TYPE_NAME }: CfnResourceClass<T>): T | undefined {
  return [construct, construct.node.defaultChild].find((candidate): candidate is T =>
    candidate !== undefined && CfnResource.isCfnResource(candidate) && candidate.cfnResourceType === CFN_RESOURCE_TYPE_NAME);
}
