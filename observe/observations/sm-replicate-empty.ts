import { DescribeSecretCommand, RemoveRegionsFromReplicationCommand, ReplicateSecretToRegionsCommand } from '@aws-sdk/client-secrets-manager';
import { secret } from '../function-role';
import type { Observation } from '../observation';
import { refusalOf } from '../refusal';

export const smReplicateEmpty: Observation = {
  id: 'sm-replicate-empty',
  question: 'Does Secrets Manager replicate a secret without a value?',
  resources: { ReplicateEmptySecret: secret('replicate-empty') },
  async observe({ id, paces, replicaRegion: Region, secretsManager, waiting }) {
    const SecretId = id('ReplicateEmptySecret');
    const refusal = await refusalOf(secretsManager.send(new ReplicateSecretToRegionsCommand({ SecretId, AddReplicaRegions: [{ Region }] })));
    if (refusal) return { seen: `It was refused with ${refusal.name}.`, reading: { replicatesEmptySecrets: false }, evidence: { refusal } };
    try {
      const start = Date.now();
      const replica = await waiting.until(paces.permission, async () => {
        const { ReplicationStatus = [] } = await secretsManager.send(new DescribeSecretCommand({ SecretId }));
        return ReplicationStatus.find(({ Status }) => Status !== 'InProgress');
      });
      const { Status = 'InProgress', StatusMessage } = replica ?? {};
      return {
        seen: `The replica became ${Status} after ${Date.now() - start} ms.`,
        reading: { replicatesEmptySecrets: Status === 'InSync' },
        evidence: { Region, Status, StatusMessage },
      };
    } finally {
      // With a replica the stack cannot be deleted.
      await secretsManager.send(new RemoveRegionsFromReplicationCommand({ SecretId, RemoveReplicaRegions: [Region] }));
    }
  },
};
