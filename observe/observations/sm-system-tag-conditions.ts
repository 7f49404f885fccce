import { caller, isDenied, secretsManagerCall } from '../caller';
import { secret, SECRETS_OF_STACK } from '../function-role';
import { Observation } from '../observation';
import { callPatiently, inWords, whenInForce } from '../permission';

const FUNCTION = 'DescribeBySystemTag';

export const smSystemTagConditions: Observation = {
  id: 'sm-system-tag-conditions',
  question: 'Do conditions of policies see the tags that CloudFormation puts on a secret, such as aws:cloudformation:stack-id?',
  resources: {
    SystemTagSecret: secret('system-tag'),
    ...caller(FUNCTION, [
      { Effect: 'Allow', Action: 'secretsmanager:ListSecretVersionIds', Resource: SECRETS_OF_STACK },
      {
        Effect: 'Allow',
        Action: 'secretsmanager:DescribeSecret',
        Resource: SECRETS_OF_STACK,
        Condition: { StringEquals: { 'aws:ResourceTag/aws:cloudformation:stack-id': { Ref: 'AWS::StackId' } } },
      },
    ]),
  },
  async observe(context) {
    const SecretId = context.id('SystemTagSecret');
    await whenInForce(context, FUNCTION, secretsManagerCall('listSecretVersionIds', { SecretId }));
    const outcome = await callPatiently(context, FUNCTION, secretsManagerCall('describeSecret', { SecretId }));
    return {
      seen: `DescribeSecret with a condition on the stack's id: ${inWords(outcome)}.`,
      reading: { systemTagsInConditions: !isDenied(outcome) },
      evidence: { outcome: outcome.error ?? 'allowed' },
    };
  },
};
