import { randomUUID } from 'node:crypto';
import { DescribeSecretCommand, PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { secret } from '../function-role';
import { NotObserved, Observation } from '../observation';

export const smDescribeLag: Observation = {
  id: 'sm-describe-lag',
  question: 'How long does DescribeSecret show versions and labels as they were before PutSecretValue?',
  resources: { DescribeLagSecret: secret('describe-lag') },
  async observe({ id, paces: { lag: pace, rounds }, secretsManager, waiting }) {
    const SecretId = id('DescribeLagSecret');
    const lags: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const ClientRequestToken = randomUUID();
      await secretsManager.send(new PutSecretValueCommand({ SecretId, ClientRequestToken, SecretString: `observed ${round}` }));
      const lag = await waiting.lag(pace, async () => {
        const { VersionIdsToStages = {} } = await secretsManager.send(new DescribeSecretCommand({ SecretId }));
        return VersionIdsToStages[ClientRequestToken]?.includes('AWSCURRENT') ?? false;
      });
      if (lag === undefined) throw new NotObserved(`DescribeSecret was still stale after ${pace.longest} ms`);
      lags.push(lag);
    }
    const longest = Math.max(...lags);
    return {
      seen: longest ? `DescribeSecret was stale for up to ${longest} ms.` : `DescribeSecret was right at once, in ${rounds} rounds.`,
      reading: { describeLag: longest },
      evidence: { lags },
    };
  },
};
