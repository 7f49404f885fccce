import { Token } from 'aws-cdk-lib';
import type { PropFault } from '../core/prop-error';

const COMPLETE_ARN = /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[A-Za-z0-9/_+=.@-]+-[A-Za-z0-9]{6}$/;

/** The fault of an ARN that is not one by which Secrets Manager, IAM and ECS all find the secret. */
export function completeArnFault(prop: string, arn: string): PropFault | undefined {
  if (Token.isUnresolved(arn) || COMPLETE_ARN.test(arn)) return undefined;
  return {
    prop,
    rule: 'must be the complete ARN of a secret, like arn:aws:secretsmanager:us-west-2:123456789012:secret:live-AbCdEf',
    got: arn,
    advice: 'Copy it from the output of `aws secretsmanager describe-secret`: the six characters at its end belong to it',
  };
}
