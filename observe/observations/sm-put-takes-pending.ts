import { NotObserved, Observation } from '../observation';
import { notesOn, rotate, rotatedSecret, ROTATOR } from '../rotator';

export const smPutTakesPending: Observation = {
  id: 'sm-put-takes-pending',
  question: 'Does PutSecretValue with default staging labels take AWSPENDING from the empty version of a rotation?',
  resources: { ...ROTATOR, PutTakesPendingSecret: rotatedSecret('put-takes-pending', 'put-default') },
  async observe(context) {
    const { paces: { rotation }, waiting } = context;
    await rotate(context, 'PutTakesPendingSecret');
    const notes = await waiting.until(rotation, async () => {
      const seen = await notesOn(context, 'PutTakesPendingSecret');
      return seen.some(({ step }) => step === 'finishSecret') ? seen : undefined;
    });
    if (!notes) throw new NotObserved('no rotation came to finishSecret');
    const put = notes.find(({ step }) => step === 'createSecret')!.put;
    const later = notes.find(({ step }) => step === 'finishSecret')!.labels;
    return {
      seen: `PutSecretValue answered ${put}; finishSecret saw ${later}.`,
      reading: { putTakesPending: !later.includes('AWSPENDING') },
      evidence: { notes },
    };
  },
};
