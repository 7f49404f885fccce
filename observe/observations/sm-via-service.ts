import { caller, isDenied, secretsManagerCall } from '../caller';
import { SECRETS_OF_STACK } from '../function-role';
import { NotObserved, Observation } from '../observation';
import { callPatiently, inWords, whenInForce } from '../permission';
import { isBusy, rotate, rotatedSecret, ROTATOR, rotatorArn } from '../rotator';

const startRotations = { Effect: 'Allow', Action: ['secretsmanager:RotateSecret', 'secretsmanager:DescribeSecret'], Resource: SECRETS_OF_STACK };

export const smViaService: Observation = {
  id: 'sm-via-service',
  question: 'Is aws:ViaAWSService true where RotateSecret checks that the caller may invoke the rotation function?',
  resources: {
    ...ROTATOR,
    ViaServiceSecret: rotatedSecret('via-service', 'put-both'),
    ...caller('RotateViaService', [
      startRotations,
      { Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: { 'Fn::GetAtt': ['Rotator', 'Arn'] }, Condition: { Bool: { 'aws:ViaAWSService': 'true' } } },
    ]),
    ...caller('RotateWithoutInvoke', [startRotations]),
  },
  async observe(context) {
    const SecretId = context.id('ViaServiceSecret');
    // So that a denial is not that of the function's own policy, which may not be in force yet.
    await rotate(context, 'ViaServiceSecret', { RotateImmediately: false });
    const call = secretsManagerCall('rotateSecret', { SecretId, RotationLambdaARN: rotatorArn(context), RotateImmediately: false });
    const attempt = async (functionId: string) => {
      await whenInForce(context, functionId, secretsManagerCall('describeSecret', { SecretId }));
      const outcome = await callPatiently(context, functionId, call, isBusy);
      if (outcome.error && !isDenied(outcome)) throw new NotObserved(`${functionId}: ${outcome.error.name}: ${outcome.error.message}`);
      return outcome;
    };
    const without = await attempt('RotateWithoutInvoke');
    const via = await attempt('RotateViaService');
    return {
      seen: `With lambda:InvokeFunction via a service only: ${inWords(via)}. Without lambda:InvokeFunction: ${inWords(without)}.`,
      reading: { rotateSecretIsViaService: isDenied(without) ? !isDenied(via) : 'not checked' },
      evidence: { via: via.error ?? 'allowed', without: without.error ?? 'allowed' },
    };
  },
};
