import { randomUUID } from 'node:crypto';
import { PutSecretValueCommand, UpdateSecretVersionStageCommand } from '@aws-sdk/client-secrets-manager';
import { secret } from '../function-role';
import type { Observation } from '../observation';
import { refusalOf } from '../refusal';

export const smAbsentLabel: Observation = {
  id: 'sm-absent-label',
  question: 'How does UpdateSecretVersionStage answer if the label to be removed is not on the named version?',
  resources: { AbsentLabelSecret: secret('absent-label') },
  async observe({ id, secretsManager }) {
    const SecretId = id('AbsentLabelSecret');
    const ClientRequestToken = randomUUID();
    const VersionStages = ['AWSCURRENT', 'AWSPENDING'];
    await secretsManager.send(new PutSecretValueCommand({ SecretId, ClientRequestToken, SecretString: 'observed', VersionStages }));
    const remove = new UpdateSecretVersionStageCommand({ SecretId, VersionStage: 'AWSPENDING', RemoveFromVersionId: ClientRequestToken });
    await secretsManager.send(remove);
    const refusal = await refusalOf(secretsManager.send(remove));
    return {
      seen: refusal ? `The repeated removal was refused with ${refusal.name}.` : 'The repeated removal succeeded.',
      reading: { absentLabel: refusal ? 'refused' : 'ignored' },
      evidence: { refusal },
    };
  },
};
