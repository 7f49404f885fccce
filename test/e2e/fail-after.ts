import { Stack } from 'aws-cdk-lib';
import * as ivs from 'aws-cdk-lib/aws-ivs';
import { IConstruct } from 'constructs';

/** A resource that CloudFormation can not make, and attempts to when `construct` is complete: what a deployment fails with. */
export function failAfter(construct: IConstruct): void {
  new ivs.CfnChannel(Stack.of(construct), 'Broken', { name: 'not a name' }).node.addDependency(construct);
}
