import { CHANNEL } from '../function-role';
import type { Observation } from '../observation';
import { createKey, createWithinQuota, deleteKey } from '../stream-key';

export const ivsQuotaLag: Observation = {
  id: 'ivs-quota-lag',
  question: 'How long after DeleteStreamKey does the deleted key count against the quota of one?',
  resources: { QuotaLagChannel: CHANNEL },
  async observe(context) {
    const { id, paces: { rounds } } = context;
    let { arn } = await createKey(context, id('QuotaLagChannel'));
    const refusedFor: number[] = [];
    for (let round = 0; round < rounds; round++) {
      await deleteKey(context, arn);
      const next = await createWithinQuota(context, id('QuotaLagChannel'));
      refusedFor.push(next.refusedFor);
      ({ arn } = next);
    }
    const longest = Math.max(...refusedFor);
    return {
      seen: longest ? `CreateStreamKey was refused for up to ${longest} ms.` : `CreateStreamKey right after DeleteStreamKey worked ${rounds} times.`,
      reading: { quotaLag: longest },
      evidence: { refusedFor },
    };
  },
};
