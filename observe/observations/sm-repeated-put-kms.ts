import { randomUUID } from 'node:crypto';
import { PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { caller, isDenied, secretsManagerCall } from '../caller';
import { secret, SECRETS_OF_STACK } from '../function-role';
import { NotObserved, Observation } from '../observation';
import { callPatiently, inWords, whenInForce } from '../permission';

export const smRepeatedPutKms: Observation = {
  id: 'sm-repeated-put-kms',
  question: 'Does PutSecretValue ask KMS before it compares a value with that of the version with the same token?',
  resources: {
    RepeatedPutKey: {
      Type: 'AWS::KMS::Key',
      Properties: {
        PendingWindowInDays: 7,
        KeyPolicy: {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Principal: { AWS: { 'Fn::Sub': 'arn:${AWS::Partition}:iam::${AWS::AccountId}:root' } }, Action: 'kms:*', Resource: '*' }],
        },
      },
    },
    RepeatedPutSecret: secret('repeated-put', { KmsKeyId: { 'Fn::GetAtt': ['RepeatedPutKey', 'Arn'] } }),
    ...caller('PutWithoutKms', [{ Effect: 'Allow', Action: ['secretsmanager:PutSecretValue', 'secretsmanager:DescribeSecret'], Resource: SECRETS_OF_STACK }]),
  },
  async observe(context) {
    const SecretId = context.id('RepeatedPutSecret');
    const ClientRequestToken = randomUUID();
    await context.secretsManager.send(new PutSecretValueCommand({ SecretId, ClientRequestToken, SecretString: 'observed' }));
    await whenInForce(context, 'PutWithoutKms', secretsManagerCall('describeSecret', { SecretId }));
    const put = (SecretString: string, token = ClientRequestToken) =>
      callPatiently(context, 'PutWithoutKms', secretsManagerCall('putSecretValue', { SecretId, ClientRequestToken: token, SecretString }));
    const [same, different, fresh] = [await put('observed'), await put('different'), await put('observed', randomUUID())];
    if (!fresh.error) throw new NotObserved('a new version was stored, although the role may not use the key');
    return {
      seen: `Same content: ${inWords(same)}. Different content: ${inWords(different)}. New version: ${inWords(fresh)}.`,
      reading: { repeatedPutAsksKms: isDenied(same) || isKms(same.error?.name) },
      evidence: { same: same.error ?? 'allowed', different: different.error ?? 'allowed', fresh: fresh.error },
    };
  },
};

function isKms(name = ''): boolean {
  return ['DecryptionFailure', 'EncryptionFailure'].includes(name);
}
