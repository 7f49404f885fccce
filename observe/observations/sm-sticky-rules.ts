import { CancelRotateSecretCommand, DescribeSecretCommand } from '@aws-sdk/client-secrets-manager';
import type { Observation } from '../observation';
import { rotate, rotatedSecret, ROTATOR } from '../rotator';

export const smStickyRules: Observation = {
  id: 'sm-sticky-rules',
  question: 'Do the rules of a schedule come back after CancelRotateSecret, if rotation is configured without rules?',
  resources: { ...ROTATOR, StickyRulesSecret: rotatedSecret('sticky-rules', 'put-both') },
  async observe(context) {
    const { paces, secretsManager, waiting } = context;
    const SecretId = context.id('StickyRulesSecret');
    const look = async () => (await secretsManager.send(new DescribeSecretCommand({ SecretId }))).RotationRules?.ScheduleExpression;
    const rulesNow = async () => await waiting.until(paces.lag, look) ?? 'none';
    await rotate(context, 'StickyRulesSecret', { RotateImmediately: false });
    const before = await rulesNow();
    await secretsManager.send(new CancelRotateSecretCommand({ SecretId }));
    const cancelled = await rulesNow();
    await rotate(context, 'StickyRulesSecret', { RotateImmediately: false, RotationRules: undefined });
    const after = await rulesNow();
    return {
      seen: `Rules before: ${before}; cancelled: ${cancelled}; configured without rules: ${after}.`,
      reading: { rulesStay: after !== 'none' },
      evidence: { before, cancelled, after },
    };
  },
};
