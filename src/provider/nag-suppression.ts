import { CfnResource } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';

/** A rule of cdk-nag that what is made here does not pass, and why not. */
export interface NagExcuse {
  readonly id: string;
  readonly reason: string;
}

/**
 * Notes an excuse on the resource of a construct, where cdk-nag reads it: whoever checks an app need not know of our insides.
 *
 * @see https://github.com/cdklabs/cdk-nag#suppressing-a-rule
 */
export function excuse(construct: IConstruct, nagExcuse: NagExcuse): void {
  const resource = construct.node.defaultChild as CfnResource;
  const noted: NagExcuse[] = resource.getMetadata('cdk_nag')?.rules_to_suppress ?? [];
  if (noted.includes(nagExcuse)) return;
  resource.addMetadata('cdk_nag', { rules_to_suppress: [...noted, nagExcuse] });
}
