import { randomUUID } from 'node:crypto';
import { DeployedHandler } from './support/deployed-handler';
import { runWithFaults } from './support/faults';
import { Live } from './support/live';
import type { Disturbance } from '../../local-aws/faults/disturbances';
import { addVersion, moveLabel, pendingVersionOf } from '../../local-aws/secrets-manager/secret';
import { KeyTag } from '../../src/contract/tags';

const HOUR = 3_600_000;

let handler: DeployedHandler;
beforeAll(async () => {
  handler = await DeployedHandler.start({});
  // A look waits ten seconds for whoever may be about to make a missing key.
  handler.aws.clock.speedUp(10);
});
afterAll(() => handler.stop());

/** What somebody has done to a key. */
const DEEDS: Record<string, (key: Live) => void> = {
  'took our tags off': ({ channel }) => {
    const { tags } = handler.channels.keyOf(channel)!;
    for (const name of Object.keys(tags)) delete tags[name];
  },
  'replaced the key by another': ({ channel }) => {
    handler.aws.ivs.deleteStreamKey(handler.channels.keyOf(channel)!.arn);
    handler.aws.ivs.createStreamKey(channel.arn, {});
  },
  'deleted the key': ({ channel }) => handler.aws.ivs.deleteStreamKey(handler.channels.keyOf(channel)!.arn),
  'overwrote the secret': ({ secret }) => {
    addVersion(secret, randomUUID(), handler.aws.clock.date(), '{}');
    moveLabel(secret, 'AWSCURRENT', [...secret.versions.keys()].pop()!);
  },
  'took the tags off the secret': ({ secret }) => {
    Object.assign(secret, { tags: {}, systemTags: { 'aws:cloudformation:stack-id': handler.stackId } });
  },
  'left a rotation half-way': ({ secret }) => {
    handler.secretsManager.stage(secret);
    secret.lastChanged = new Date(handler.aws.clock.now() - HOUR);
  },
};

/** Has the handler look, with a fault at one of its calls, and returns its calls. The events of its own stores get lost. */
async function run(deed: string, fault?: Disturbance): Promise<string[]> {
  handler.eventBridge.loseNothing();
  const key = await handler.live();
  await handler.eventBridge.ended();
  handler.startAfresh();
  handler.eventBridge.lose();
  DEEDS[deed](key);
  const value = handler.channels.keyOf(key.channel)?.value;
  if (fault) handler.aws.endpoint.disturbances.add(fault);

  await handler.pass(HOUR);
  await handler.eventBridge.ended();

  const calls = handler.calls.take().map((call) => call.split('!')[0]);
  expect(handler.channels.keyOf(key.channel)).toMatchObject({ ...(value && { value }), tags: { [KeyTag.STACK]: handler.stackId } });
  expect(key.secret.tags[KeyTag.STACK]).toBe(handler.stackId);
  expect(pendingVersionOf(key.secret)).toBeUndefined();
  expect(handler.aws.sqs.messagesOf(handler.eventBridge.deadLetterQueueArn)).toEqual([]);
  handler.expectKeyStored(key);
  return calls;
}

test.each(Object.keys(DEEDS))('a look after somebody %s ends well despite a fault at any of its calls', async (deed) => {
  await runWithFaults((fault) => run(deed, fault));
});
