import { setTimeout as sleep } from 'node:timers/promises';
import { KeyCheck, OwnedKey } from './key-check';
import { afterBroadcast } from './stream-end';
import { readDesiredState } from '../../src/contract/desired-state';
import { STREAM_KEY_RESOURCE_TYPE } from '../../src/contract/resource';
import type { Aws } from '../aws/aws';
import { log } from '../report/log';
import { tagsOf } from '../stream-key/observe';

/** Makes AWS with a budget of its own. */
type NewAws = () => Aws;

/** The milliseconds from one key to the next: IVS allows an account 5 calls per second of each operation, and one of these is left to others. */
const PACE = 250;

/** Looks at all stream keys of the stack, and puts right what is wrong. */
export async function lookAfterAll(newAws: NewAws): Promise<void> {
  const { stack } = newAws();
  if (!await stack.isSettled()) return log('not looked after', { remark: 'A deployment is under way, or has failed half-way.' });
  const keys = (await stack.listResources()).filter(({ type, isComplete }) => type === STREAM_KEY_RESOURCE_TYPE && isComplete);
  const looks = await Promise.allSettled(keys.map(async ({ logicalId, physicalId }, index) => {
    await sleep(index * PACE);
    await lookAfter({ resource: logicalId, channelArn: physicalId }, newAws);
  }));
  // Only now, as Lambda freezes the process after the answer, and with it whatever is done to the other keys.
  for (const look of looks) if (look.status === 'rejected') throw look.reason;
  log('looked after', { streamKeys: keys.length });
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
