import { Aspects, Stack } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { IConstruct } from 'constructs';

/** Gives the handler so little time that it waits for a permission for 10 seconds instead of 2 minutes. */
export function shortOfTime(stack: Stack): void {
  Aspects.of(stack).add({
    visit(node: IConstruct): void {
      if (node instanceof lambda.CfnFunction) node.timeout = 40;
    },
  });
}
