import { Stack } from 'aws-cdk-lib';
import { onlyResource } from './only-resource';

/** The statements of that id, or without one, in the handler's policy, the only one of the stack. */
export function handlerStatements(stack: Stack, sid: string | undefined): object[] {
  return onlyResource(stack, 'AWS::IAM::Policy').Properties.PolicyDocument.Statement.filter(({ Sid }: { Sid?: string }) => Sid === sid);
}
