import { setTimeout as sleep } from 'node:timers/promises';
import { KeyCheck, OwnedKey } from './key-check';
import { afterBroadcast } from './stream-end';
import { readDesiredState } from '../../src/contract/desired-state';
import { STREAM_KEY_RESOURCE_TYPE } from '../../src/contract/resource';
import type { Aws } from '../aws/aws';
import { isComplete, OwnStack } from '../aws/own-stack';
import { log } from '../report/log';
import { tagsOf } from '../stream-key/observe';

/** Makes AWS with a budget of its own. */
type NewAws = () => Aws;

/** The milliseconds from one key to the next: IVS allows an account 5 calls per second of each operation, and one of these is left to others. */
const PACE = 250;

/** Looks at all stream keys of the stack, and puts right what is wrong. */
export async function lookAfterAll(newAws: NewAws): Promise<void> {
  const { stack } = newAws();
  const status = await stack.status();
  if (status.endsWith('_FAILED')) return tellFailedDeployment(status, newAws);
  if (!isComplete(status)) return log('not looked after', { remark: 'A deployment is under way.' });
  const keys = (await listKeys(stack)).filter((key) => isComplete(key.status));
  await paced(keys, (key) => lookAfter(key, newAws));
  log('looked after', { streamKeys: keys.length });
}

/** Tells for each stream key that nobody looks after it. */
async function tellFailedDeployment(status: string, newAws: NewAws): Promise<void> {
  const keys = (await listKeys(newAws().stack)).filter((key) => !key.status.startsWith('DELETE'));
  await paced(keys, (key) => new KeyCheck(key, newAws()).stackFailed(status));
}

async function listKeys(stack: OwnStack): Promise<(OwnedKey & { status: string })[]> {
  const resources = await stack.listResources();
  return resources.filter(({ type, physicalId }) => type === STREAM_KEY_RESOURCE_TYPE && physicalId)
    .map(({ logicalId, physicalId, status }) => ({ resource: logicalId, channelArn: physicalId, status }));
}

async function paced(keys: OwnedKey[], look: (key: OwnedKey) => Promise<void>): Promise<void> {
  const looks = await Promise.allSettled(keys.map(async (key, index) => {
    await sleep(index * PACE);
    await look(key);
  }));
  // Only now, as Lambda freezes the process after the answer, and with it whatever is done to the other keys.
  for (const result of looks) if (result.status === 'rejected') throw result.reason;
}

/** Looks at the stream key of a secret whose current version has changed: of any secret in the account. */
export async function lookAfterSecret(secretArn: string, newAws: NewAws): Promise<void> {
  const { secrets, stack } = newAws();
  const desired = readDesiredState(tagsOf(await secrets.find(secretArn)));
  if (desired?.stack !== stack.id || !await stack.isSettled()) return;
  await lookAfter({ resource: desired.resource, channelArn: desired.channelArn }, newAws);
}

/** Looks at a stream key. A failure is told, and left to the next look. */
async function lookAfter(key: OwnedKey, newAws: NewAws): Promise<void> {
  const check = new KeyCheck(key, newAws());
  try {
    const broadcast = await check.run();
    // The event of its end may have been lost.
    if (broadcast) await afterBroadcast(broadcast, newAws());
  } catch (error) {
    await check.failed(error, newAws());
  }
}
