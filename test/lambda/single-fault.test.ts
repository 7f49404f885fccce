import { randomUUID } from 'node:crypto';
import type { HandlerAnswer } from './support/cloudformation';
import { DeployedHandler } from './support/deployed-handler';
import { runWithFaults } from './support/faults';
import { Live, propertiesOf } from './support/live';
import type { Disturbance } from '../../local-aws/faults/disturbances';
import type { IvsChannel } from '../../local-aws/ivs/ivs';
import { REGION } from '../../local-aws/local-aws';
import type { Secret } from '../../local-aws/secrets-manager/secrets-manager';
import type { StreamKeyProperties } from '../../src/contract/resource';
import { WhileLive } from '../../src/contract/while-live';

let handler: DeployedHandler;
beforeAll(async () => {
  handler = await DeployedHandler.start();
  handler.aws.secretsManager.rotations.retryDelay = 5;
});
afterAll(() => handler.stop());

/** How a sequence ends. */
interface End {
  /** The channels with a key, each with the secret that holds it. */
  readonly stored?: [IvsChannel, Secret][];
  /** The channels without a key. */
  readonly empty?: IvsChannel[];
}
/** Prepares a sequence, and returns it: the fault hits one of its calls. */
type Sequence = () => Promise<() => Promise<End>>;

/** The versions that a secret gets at most: the first, the rotation's, that of a retry, and the test's of a schedule. */
const MOST_VERSIONS = 4;
/** The new name of a renamed construct. */
const RENAMED = { LogicalResourceId: 'Renamed' };

async function succeed(...answers: (() => Promise<HandlerAnswer>)[]): Promise<void> {
  for (const answer of answers) {
    const { Status, Reason } = await answer();
    expect({ Status, Reason }).toEqual({ Status: 'SUCCESS', Reason: undefined });
  }
}

const create = (properties: StreamKeyProperties, more = {}) => () => handler.cloudFormation.create(properties, more);
const update = (before: StreamKeyProperties, after: StreamKeyProperties) => () => handler.cloudFormation.update(before, after);
const remove = (properties: StreamKeyProperties, more = {}) => () => handler.cloudFormation.delete(properties, more);

/** A resource whose secret no template of the stack creates. */
async function withUserSuppliedSecret(): Promise<Live> {
  const channel = handler.channels.create();
  const secret = handler.aws.secretsManager.createSecret(REGION, `secret-${randomUUID()}`, { tags: {} });
  const properties = propertiesOf(channel, secret, { UserSuppliedSecret: 'true' });
  await succeed(create(properties));
  return { channel, secret, properties };
}

const SEQUENCES: Record<string, Sequence> = {
  'Create': async () => {
    const [channel, secret] = [handler.channels.create(), handler.secretsManager.createSecret()];
    return async () => {
      await succeed(create(propertiesOf(channel, secret)));
      return { stored: [[channel, secret]] };
    };
  },
  'Create on a channel with a key': async () => {
    const [channel, secret] = [handler.channels.createWithKey({ team: 'sports' }), handler.secretsManager.createSecret()];
    return async () => {
      await succeed(create(propertiesOf(channel, secret)));
      return { stored: [[channel, secret]] };
    };
  },
  'Create, rolled back': async () => {
    const channel = handler.channels.create();
    const properties = propertiesOf(channel, handler.secretsManager.createSecret());
    return async () => {
      await succeed(create(properties), remove(properties));
      return { empty: [channel] };
    };
  },
  'a higher serial': async () => {
    const live = await handler.live();
    return async () => {
      await succeed(() => handler.cloudFormation.rotate(live));
      return { stored: [[live.channel, live.secret]] };
    };
  },
  'a higher serial, rolled back': async () => {
    const { channel, secret, properties } = await handler.live();
    const after = { ...properties, Serial: '2' };
    return async () => {
      await succeed(update(properties, after), update(after, properties));
      return { stored: [[channel, secret]] };
    };
  },
  'a higher serial on a live channel under DISCONNECT': async () => {
    const live = await handler.live({ WhileLive: WhileLive.DISCONNECT });
    await handler.encoder.publish(live);
    return async () => {
      await succeed(() => handler.cloudFormation.rotate(live));
      return { stored: [[live.channel, live.secret]] };
    };
  },
  'a higher serial on a live channel under DEFER, and the end of its broadcast': async () => {
    const live = await handler.live({ WhileLive: WhileLive.DEFER, ReconnectWindow: '0' });
    await handler.encoder.publish(live);
    return async () => {
      await succeed(() => handler.cloudFormation.rotate(live));
      await handler.encoder.disconnect(live);
      return { stored: [[live.channel, live.secret]] };
    };
  },
  'changed tags': async () => {
    const live = await handler.live();
    return async () => {
      await succeed(() => handler.cloudFormation.deploy(live, { Tags: [{ Key: 'team', Value: 'sports' }] }));
      return { stored: [[live.channel, live.secret]] };
    };
  },
  'another secret': async () => {
    const { channel, properties } = await handler.live();
    const secret = handler.secretsManager.createSecret();
    return async () => {
      await succeed(update(properties, propertiesOf(channel, secret)));
      return { stored: [[channel, secret]] };
    };
  },
  'another secret, rolled back': async () => {
    const { channel, secret, properties } = await handler.live();
    const after = propertiesOf(channel, handler.secretsManager.createSecret());
    return async () => {
      await succeed(update(properties, after), update(after, properties));
      return { stored: [[channel, secret]] };
    };
  },
  'another channel': async () => {
    const { channel, secret, properties } = await handler.live();
    const other = handler.channels.create();
    return async () => {
      await succeed(update(properties, propertiesOf(other, secret)), remove(properties));
      return { stored: [[other, secret]], empty: [channel] };
    };
  },
  'another channel, rolled back': async () => {
    const { channel, secret, properties } = await handler.live();
    const other = handler.channels.create();
    const after = propertiesOf(other, secret);
    return async () => {
      await succeed(update(properties, after), update(after, properties), remove(after));
      return { stored: [[channel, secret]], empty: [other] };
    };
  },
  'a rename': async () => {
    const { channel, properties } = await handler.live();
    const secret = handler.secretsManager.createSecret();
    return async () => {
      await succeed(create(propertiesOf(channel, secret), RENAMED), remove(properties));
      return { stored: [[channel, secret]] };
    };
  },
  'a rename, rolled back': async () => {
    const { channel, secret } = await handler.live();
    const renamed = propertiesOf(channel, handler.secretsManager.createSecret());
    return async () => {
      await succeed(create(renamed, RENAMED), remove(renamed, RENAMED));
      return { stored: [[channel, secret]] };
    };
  },
  'a rename, and Delete of the new name': async () => {
    const { channel, properties } = await handler.live();
    const renamed = propertiesOf(channel, handler.secretsManager.createSecret());
    return async () => {
      await succeed(create(renamed, RENAMED), remove(properties), remove(renamed, RENAMED));
      return { empty: [channel] };
    };
  },
  'another provider with a user-supplied secret': async () => {
    const { channel, secret, properties } = await withUserSuppliedSecret();
    return async () => {
      await succeed(create(properties, RENAMED), remove(properties));
      return { stored: [[channel, secret]] };
    };
  },
  'another provider with a user-supplied secret, rolled back': async () => {
    const { channel, secret, properties } = await withUserSuppliedSecret();
    return async () => {
      await succeed(create(properties, RENAMED), remove(properties, RENAMED));
      return { stored: [[channel, secret]] };
    };
  },
  'Delete': async () => {
    const { channel, properties } = await handler.live();
    return async () => {
      await succeed(remove(properties));
      return { empty: [channel] };
    };
  },
  'Delete on a live channel under DISCONNECT': async () => {
    const live = await handler.live({ WhileLive: WhileLive.DISCONNECT });
    await handler.encoder.publish(live);
    return async () => {
      await succeed(remove(live.properties));
      return { empty: [live.channel] };
    };
  },
  'Delete of an adopted key': async () => {
    const { channel, secret, properties } = await handler.live({}, handler.channels.createWithKey({ team: 'sports' }));
    return async () => {
      await succeed(remove(properties));
      return { stored: [[channel, secret]] };
    };
  },
  'RotateSecret': async () => {
    const { channel, secret } = await handler.live();
    return async () => {
      const attempts = await handler.secretsManager.rotateSecret(secret);
      expect(attempts[attempts.length - 1].error).toBeUndefined();
      return { stored: [[channel, secret]] };
    };
  },
  'the end of a broadcast, and a window in which nobody comes back': async () => {
    const live = await handler.live({ RotateAfterStream: 'true', ReconnectWindow: '120' });
    const { arn } = handler.channels.keyOf(live.channel)!;
    await handler.encoder.publish(live);
    return async () => {
      await handler.encoder.disconnect(live);
      expect(handler.channels.keyOf(live.channel)!.arn).not.toBe(arn);
      expect(handler.aws.sqs.messagesOf(handler.eventBridge.deadLetterQueueArn)).toEqual([]);
      return { stored: [[live.channel, live.secret]] };
    };
  },
  'the end of a broadcast': async () => {
    const live = await handler.live();
    return async () => {
      await handler.broadcast(live);
      return { stored: [[live.channel, live.secret]] };
    };
  },
};

/** Runs a sequence, with a fault at one of its calls, and returns its calls. */
async function run(name: string, fault?: Disturbance): Promise<string[]> {
  const sequence = await SEQUENCES[name]();
  handler.startAfresh();
  if (fault) handler.aws.endpoint.disturbances.add(fault);
  const { stored = [], empty = [] } = await sequence();
  await handler.aws.lambda.idle();
  const calls = handler.calls.take().map((call) => call.split('!')[0]);
  handler.startAfresh();
  for (const [channel, secret] of stored) {
    handler.expectKeyStored({ channel, secret });
    expect(secret.versions.size).toBeLessThanOrEqual(MOST_VERSIONS);
    expect(handler.aws.logs.text()).not.toContain(handler.channels.keyOf(channel)!.value);
  }
  expect(empty.map((channel) => handler.channels.keyOf(channel))).toEqual(empty.map(() => undefined));
  if (!name.includes('DISCONNECT')) expect(calls).not.toContain('ivs:StopStream');
  return calls;
}

test.each(Object.keys(SEQUENCES))('%s ends well despite a fault at any of its calls', async (name) => {
  await runWithFaults((fault) => run(name, fault));
});
