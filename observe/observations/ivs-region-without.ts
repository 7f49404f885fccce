import { lookup } from 'node:dns/promises';
import { NotObserved, Observation } from '../observation';

/** Regions without the control plane of IVS, as of 2026; the first stands for a region that has it. */
const REGIONS = ['us-east-1', 'eu-north-1', 'sa-east-1', 'ap-southeast-2'];

export const ivsRegionWithout: Observation = {
  id: 'ivs-region-without',
  question: 'How does a call of IVS fail in a region without IVS?',
  async observe({ ivs }) {
    if (ivs.config.endpoint) throw new NotObserved('the endpoint was set by hand, so that its name says nothing about regions');
    const answers = Object.fromEntries(await Promise.all(REGIONS.map(async (region): Promise<[string, string]> => [
      region, await lookup(`ivs.${region}.amazonaws.com`).then(() => 'found', ({ code }) => code),
    ])));
    const [control, ...without] = REGIONS.map((region) => answers[region]);
    if (control !== 'found') throw new NotObserved(`this machine does not resolve ivs.us-east-1.amazonaws.com either: ${control}`);
    return {
      seen: `Its host name in regions without IVS: ${[...new Set(without)].join(', ')}.`,
      reading: { hostInRegionWithoutIvs: [...new Set(without)].sort().join(', ') },
      evidence: answers,
    };
  },
};
