import { CHANNEL } from '../function-role';
import { Context, NotObserved, Observation } from '../observation';
import { createWithinQuota, deleteKey, isFound, listedKey } from '../stream-key';

/** The milliseconds for which each read lags behind each write, in one round. */
interface Lags {
  readonly listAfterCreate?: number;
  readonly getAfterCreate?: number;
  readonly listAfterDelete?: number;
  readonly getAfterDelete?: number;
}

export const ivsListLag: Observation = {
  id: 'ivs-list-lag',
  question: 'How long do ListStreamKeys and GetStreamKey show a channel\'s key as it was before CreateStreamKey or DeleteStreamKey?',
  resources: { ListLagChannel: CHANNEL },
  async observe(context) {
    const rounds: Lags[] = [];
    for (let round = 0; round < context.paces.rounds; round++) rounds.push(await measure(context, context.id('ListLagChannel')));
    const lags = rounds.flatMap((round) => Object.values(round));
    if (lags.some((lag) => lag === undefined)) throw new NotObserved(`a read was still stale after ${context.paces.lag.longest} ms`);
    const longest = Math.max(...lags as number[]);
    return {
      seen: longest ? `Reads were stale for up to ${longest} ms.` : `Every read was right at once, in ${rounds.length} rounds.`,
      reading: { listLag: longest },
      evidence: { rounds },
    };
  },
};

async function measure(context: Context, channelArn: string): Promise<Lags> {
  const { waiting, paces: { lag } } = context;
  const { arn } = await createWithinQuota(context, channelArn);
  const [listAfterCreate, getAfterCreate] = await Promise.all([
    waiting.lag(lag, async () => (await listedKey(context, channelArn))?.arn === arn),
    waiting.lag(lag, () => isFound(context, arn)),
  ]);
  await deleteKey(context, arn);
  const [listAfterDelete, getAfterDelete] = await Promise.all([
    waiting.lag(lag, async () => await listedKey(context, channelArn) === undefined),
    waiting.lag(lag, async () => !await isFound(context, arn)),
  ]);
  return { listAfterCreate, getAfterCreate, listAfterDelete, getAfterDelete };
}
