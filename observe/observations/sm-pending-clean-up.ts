import { DescribeSecretCommand } from '@aws-sdk/client-secrets-manager';
import { NotObserved, Observation } from '../observation';
import { notesOn, rotate, rotatedSecret, ROTATOR } from '../rotator';

export const smPendingCleanUp: Observation = {
  id: 'sm-pending-clean-up',
  question: 'When does Secrets Manager take AWSPENDING from a rotation that is complete and has left it beside AWSCURRENT?',
  resources: { ...ROTATOR, PendingCleanUpSecret: rotatedSecret('pending-clean-up', 'put-both') },
  async observe(context) {
    const { paces: { rotation }, secretsManager, waiting } = context;
    const SecretId = context.id('PendingCleanUpSecret');
    const token = await rotate(context, 'PendingCleanUpSecret');
    const finished = await waiting.until(rotation, async () => (await notesOn(context, 'PendingCleanUpSecret')).find(({ step }) => step === 'finishSecret'));
    if (!finished) throw new NotObserved('no rotation came to finishSecret');

    let start: number | undefined;
    const cleanUp = await waiting.until(rotation, async () => {
      const after = Date.now() - (start ??= Date.now());
      const { VersionIdsToStages = {} } = await secretsManager.send(new DescribeSecretCommand({ SecretId }));
      return Object.values(VersionIdsToStages).some((labels) => labels.includes('AWSPENDING')) ? undefined : { after };
    });
    const after = cleanUp?.after ?? 'never';
    return {
      seen: cleanUp ? `AWSPENDING was gone ${after} ms after finishSecret began.` : `AWSPENDING was still there ${rotation.longest} ms after finishSecret.`,
      reading: { pendingCleanUp: after },
      evidence: { token, labelsInFinishSecret: finished.labels, watchedFor: rotation.longest },
    };
  },
};
