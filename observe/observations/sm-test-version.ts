import { NotObserved, Observation } from '../observation';
import { notesOn, rotate, rotatedSecret, ROTATOR } from '../rotator';

export const smTestVersion: Observation = {
  id: 'sm-test-version',
  question: 'Does the temporary version have a value against which testSecret runs when rotation is configured without rotating at once?',
  resources: { ...ROTATOR, TestVersionSecret: rotatedSecret('test-version', 'put-both') },
  async observe(context) {
    const { paces: { rotation }, waiting } = context;
    await rotate(context, 'TestVersionSecret', { RotateImmediately: false });
    const note = await waiting.until(rotation, async () => (await notesOn(context, 'TestVersionSecret')).find(({ step }) => step === 'testSecret'));
    if (!note) throw new NotObserved('no testSecret step came');
    return {
      seen: `testSecret found ${note.value === 'value' ? 'a value' : `no value (${note.value})`}, and the labels ${note.labels}.`,
      reading: { testVersionHasValue: note.value === 'value' },
      evidence: { note },
    };
  },
};
