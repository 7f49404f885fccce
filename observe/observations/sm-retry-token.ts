import { CancelRotateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { NotObserved, Observation } from '../observation';
import { notesOn, rotate, rotatedSecret, ROTATOR } from '../rotator';

export const smRetryToken: Observation = {
  id: 'sm-retry-token',
  question: 'Is a rotation whose first step failed tried again with the same token, and when?',
  resources: { ...ROTATOR, RetryTokenSecret: rotatedSecret('retry-token', 'fail') },
  async observe(context) {
    const { paces: { rotation }, secretsManager, waiting } = context;
    const token = await rotate(context, 'RetryTokenSecret');
    try {
      const notes = await waiting.until(rotation, async () => {
        const attempts = await notesOn(context, 'RetryTokenSecret');
        return attempts.length > 1 ? attempts : undefined;
      });
      if (!notes) throw new NotObserved(`the rotation was not tried again within ${rotation.longest} ms`);
      const [first, second] = notes;
      const sameToken = first.token === second.token;
      return {
        seen: `It was tried again after ${second.at - first.at} ms with ${sameToken ? 'the same' : 'another'} token.`,
        reading: { retryWithSameToken: sameToken },
        evidence: { token, attempts: notes },
      };
    } finally {
      await secretsManager.send(new CancelRotateSecretCommand({ SecretId: context.id('RetryTokenSecret') }));
    }
  },
};
