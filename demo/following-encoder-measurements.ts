import { setTimeout as sleep } from 'node:timers/promises';
import type { SupervisedAgent } from './following-encoder-agent';
import type { FollowingEncoderStage } from './following-encoder-stage';

/** The seconds of each rotation, and what they must not exceed. */
export interface Measurement {
  readonly name: string;
  readonly seconds: number[];
  /** The number that counts: the highest, or the median. */
  readonly counts: 'highest' | 'median';
  readonly limit: number;
}

export type Measure = (stage: FollowingEncoderStage, rotations: number) => Promise<Measurement>;

/** The broadcast goes on, so that no second is off air. */
export const keep: Measure = async (stage, rotations) => {
  const agent = await publishing(stage, 'KEEP');
  const seconds: number[] = [];
  for (let rotation = 0; rotation < rotations; rotation++) {
    const before = stage.onAir.broadcasts.length;
    await stage.rotate();
    await sleep(200);
    if (!stage.onAir.isLive) await stage.live();
    seconds.push(sum(stage.onAir.gaps(before - 1)));
  }
  await agent.stop();
  return { name: 'KEEP: seconds off air', seconds, counts: 'highest', limit: 0 };
};

/** The rotation stops the broadcast, and the agent publishes with the new key. */
export const disconnect: Measure = (stage, rotations) => interrupted('DISCONNECT: seconds off air', stage, 'DISCONNECT', rotations);

/** The deletion of the old key ends the broadcast before there is a new one: AWS does not document whether it does. */
export const deletionEndsBroadcast: Measure = async (stage, rotations) => {
  stage.aws.variants.deleteEndsSession = true;
  try {
    return await interrupted('KEEP, if a deleted key ends its broadcast: the same', stage, 'KEEP', rotations);
  } finally {
    stage.aws.variants.deleteEndsSession = false;
  }
};

/** The agent starts between the deletion of a key and the storing of the next one. */
export const deadAtStart: Measure = async (stage, rotations) => {
  await stage.deploy('DISCONNECT');
  const seconds: number[] = [];
  for (let rotation = 0; rotation < rotations; rotation++) {
    const store = stage.aws.endpoint.disturbances.hold('secretsmanager:PutSecretValue');
    await stage.requestRotation();
    while (stage.aws.ivs.accepts(stage.stored.streamKey)) await sleep(5);
    const agent = stage.startAgent();
    await agent.logs('refused');
    await sleep(Math.random() * 2000);
    const stored = Date.now();
    store();
    await stage.live();
    seconds.push((stage.onAir.broadcasts[stage.onAir.broadcasts.length - 1].start - stored) / 1000);
    await stage.rotated();
    await agent.stop();
    while (stage.onAir.isLive) await sleep(5);
  }
  return { name: 'Key dead at start: seconds from the store to on air', seconds, counts: 'highest', limit: 5 };
};

/** The agent is killed at any moment of a rotation. */
export const killed: Measure = async (stage, rotations) => {
  const agent = await publishing(stage, 'DISCONNECT');
  const seconds: number[] = [];
  for (let rotation = 0; rotation < rotations; rotation++) {
    const rotating = stage.rotate();
    await sleep(Math.random() * 1500);
    const since = agent.events.length;
    const kill = Date.now();
    agent.kill();
    await rotating;
    await onAirWithCurrentKey(stage, agent, since);
    seconds.push((stage.onAir.broadcasts[stage.onAir.broadcasts.length - 1].start - kill) / 1000);
  }
  await agent.stop();
  return { name: 'Agent killed: seconds to on air with the current key', seconds, counts: 'highest', limit: 30 };
};

/** What counts, and what is compared with the limit. */
export function resultOf({ seconds, counts }: Measurement): number {
  return counts === 'highest' ? Math.max(...seconds) : median(seconds);
}

export function median(numbers: number[]): number {
  const sorted = [...numbers].sort((one, other) => one - other);
  return (sorted[Math.floor((sorted.length - 1) / 2)] + sorted[Math.ceil((sorted.length - 1) / 2)]) / 2;
}

async function interrupted(name: string, stage: FollowingEncoderStage, whileLive: 'KEEP' | 'DISCONNECT', rotations: number): Promise<Measurement> {
  const agent = await publishing(stage, whileLive);
  const seconds: number[] = [];
  for (let rotation = 0; rotation < rotations; rotation++) {
    const before = stage.onAir.broadcasts.length;
    await stage.rotate();
    await onAirWithCurrentKey(stage, agent);
    seconds.push(sum(stage.onAir.gaps(before - 1)));
    await sleep(Math.random() * 1000);
  }
  await agent.stop();
  return { name, seconds, counts: 'median', limit: 3 };
}

async function publishing(stage: FollowingEncoderStage, whileLive: 'KEEP' | 'DISCONNECT'): Promise<SupervisedAgent> {
  await stage.deploy(whileLive);
  const agent = stage.startAgent();
  await agent.logs('on air');
  return agent;
}

/** Waits until the agent is on air with the key that the secret holds. */
async function onAirWithCurrentKey(stage: FollowingEncoderStage, agent: SupervisedAgent, since = 0): Promise<void> {
  const isOnAir = () => agent.events.slice(since).filter(({ event }) => event === 'on air').pop()?.version === stage.version;
  while (!isOnAir() || !stage.onAir.isLive) await sleep(5);
}

const sum = (numbers: number[]): number => numbers.reduce((total, each) => total + each, 0);
