import { RotateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { Duration, Stack } from 'aws-cdk-lib';
import { Stage } from './stage';
import type { IvsStreamKey } from '../../local-aws/ivs/ivs';
import { REGION } from '../../local-aws/local-aws';
import { ManagedStreamKey, ManagedStreamKeyProps, WhileLive } from '../../src';

const live = (props: ManagedStreamKeyProps) => (stack: Stack) => {
  new ManagedStreamKey(stack, 'Live', { rotationSchedule: { automaticallyAfter: Duration.hours(4) }, ...props });
};
const HOUR = 3_600_000;

let stage: Stage;
let secretsManager: SecretsManagerClient;
let first: IvsStreamKey;

/** A channel that is live, with a key and a schedule. */
async function broadcasting(whileLive: WhileLive): Promise<void> {
  stage = await Stage.start();
  secretsManager = new SecretsManagerClient({ endpoint: stage.aws.url, region: REGION, credentials: stage.aws.identities.administrator });
  await stage.deploy(live({ whileLive, serial: 1 }));
  first = stage.onlyKey();
  stage.aws.ivs.startStream(first.value);
}
afterEach(async () => {
  secretsManager.destroy();
  await stage.stop();
});

/** The ways to rotate, besides the end of a broadcast. */
const ROTATIONS: [string, (whileLive: WhileLive) => Promise<unknown>][] = [
  ['a deployment', (whileLive) => stage.deploy(live({ whileLive, serial: 2 }))],
  ['rotate-secret', async () => {
    await secretsManager.send(new RotateSecretCommand({ SecretId: stage.onlySecret().arn }));
    await stage.aws.secretsManager.rotations.done();
  }],
  ['the schedule', () => stage.aws.clock.advance(25 * HOUR)],
];

const isLive = () => stage.aws.ivs.streamOf(first.channelArn) !== undefined;
const endStream = async () => {
  stage.aws.ivs.endStream(first.channelArn);
  await stage.aws.eventBridge.idle();
  // The window in which the encoder may come back.
  await stage.aws.clock.advance(150_000);
  await stage.aws.eventBridge.idle();
};

describe.each(ROTATIONS)('%s on a live channel', (_, rotate) => {
  test('rotates under KEEP and leaves the broadcast alone', async () => {
    await broadcasting(WhileLive.KEEP);

    await rotate(WhileLive.KEEP);

    expect({ rotated: stage.onlyKey() !== first, isLive: isLive() }).toEqual({ rotated: true, isLive: true });
    expect(stage.storedKey()).toBe(stage.onlyKey().value);
  });

  test('rotates under DISCONNECT and stops the broadcast', async () => {
    await broadcasting(WhileLive.DISCONNECT);

    await rotate(WhileLive.DISCONNECT);

    expect({ rotated: stage.onlyKey() !== first, isLive: isLive() }).toEqual({ rotated: true, isLive: false });
    expect(stage.storedKey()).toBe(stage.onlyKey().value);
  });

  test('waits under DEFER until the broadcast has ended', async () => {
    await broadcasting(WhileLive.DEFER);
    await rotate(WhileLive.DEFER);
    const meanwhile = { key: stage.onlyKey(), isLive: isLive() };

    await endStream();

    expect(meanwhile).toEqual({ key: first, isLive: true });
    expect(stage.onlyKey()).not.toBe(first);
    expect(stage.storedKey()).toBe(stage.onlyKey().value);
  });
});

test('under DEFER, log and metric show that a rotation is due', async () => {
  await broadcasting(WhileLive.DEFER);

  await stage.deploy(live({ whileLive: WhileLive.DEFER, serial: 2 }));

  expect(stage.aws.logs.text()).toMatch(/"message":"rotation deferred".*The rotation is due, and waits, because the channel is live\..*"RotationsDeferred":1/);
});

test('under DEFER, the end of a broadcast rotates only if a rotation is due', async () => {
  await broadcasting(WhileLive.DEFER);

  await endStream();

  expect(stage.onlyKey()).toBe(first);
});

describe.each([WhileLive.KEEP, WhileLive.DEFER])('destroying a live channel under %s', (whileLive) => {
  let output: string;
  beforeEach(async () => {
    await broadcasting(whileLive);
    output = (await stage.tryDestroy(live({ whileLive, serial: 1 }))).output;
  });

  test('is refused, and the reason says how to go on', () => {
    expect(stage.failures()).toContainEqual(expect.stringMatching(
      /^Live\w{8}: .*The channel arn:\S+ is live \(st-1\w+\), and whileLive is (KEEP|DEFER): its stream key is not deleted\. End the broadcast, /,
    ));
    expect(output).toContain('is live');
  });

  test('leaves channel, key, secret and broadcast as they are', () => {
    expect({ key: stage.onlyKey(), stored: stage.storedKey(), isLive: isLive() }).toEqual({ key: first, stored: first.value, isLive: true });
  });

  test('succeeds when the broadcast has ended', async () => {
    await endStream();

    await stage.destroy(live({ whileLive, serial: 1 }));

    expect(stage.inventory()).toEqual([]);
  });
});

/** One construct is taken out and another one stays, while both channels are live. Returns the keys that there were. */
async function takeOut(whileLive: WhileLive): Promise<IvsStreamKey[]> {
  stage = await Stage.start();
  secretsManager = new SecretsManagerClient({ endpoint: stage.aws.url, region: REGION, credentials: stage.aws.identities.administrator });
  const stays = (stack: Stack) => void new ManagedStreamKey(stack, 'Stays');
  await stage.deploy((stack) => {
    stays(stack);
    live({ whileLive })(stack);
  });
  const keys = stage.aws.ivs.allStreamKeys;
  for (const { value } of keys) stage.aws.ivs.startStream(value);
  await stage.deploy(stays);
  return keys;
}

test('removing one of two constructs under KEEP leaves its broadcast and key alone, and the event says why', async () => {
  const keys = await takeOut(WhileLive.KEEP);

  expect(stage.failures()).toContainEqual(expect.stringMatching(/^Live\w{8}: .* is live \(st-1\w+\), and whileLive is KEEP: its stream key is not deleted\./));
  expect(stage.aws.ivs.allStreamKeys).toEqual(keys);
  expect(stage.aws.ivs.allChannels.every(({ arn }) => stage.aws.ivs.streamOf(arn))).toBe(true);
});

test('removing one of two constructs under DISCONNECT stops its broadcast, and leaves nothing behind', async () => {
  await takeOut(WhileLive.DISCONNECT);

  expect(stage.failures()).toEqual([]);
  expect(stage.aws.ivs.allChannels.map(({ arn }) => stage.aws.ivs.streamOf(arn) !== undefined)).toEqual([true]);
  expect(stage.storedKey()).toBe(stage.onlyKey().value);
});

test('destroying a live channel under DISCONNECT stops the broadcast, and leaves nothing behind', async () => {
  await broadcasting(WhileLive.DISCONNECT);

  await stage.destroy(live({ whileLive: WhileLive.DISCONNECT, serial: 1 }));

  expect(stage.inventory()).toEqual([]);
});
