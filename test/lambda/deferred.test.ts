import { DeployedHandler, Live } from './deployed-handler';
import { KeyTag } from '../../src/contract/stream-key-contract';
import { WhileLive } from '../../src/contract/while-live';
import type { IvsStreamKey } from '../local-aws/services/ivs';

let handler: DeployedHandler;
beforeAll(async () => { handler = await DeployedHandler.start(); });
afterAll(() => handler.stop());
beforeEach(() => handler.startAfresh());

/** A resource under DEFER, whose channel is live, and the key it has. No rule tells of the end, as if the event were lost. */
async function broadcasting(): Promise<Live & { key: IvsStreamKey }> {
  const live = await handler.live({ WhileLive: WhileLive.DEFER });
  await handler.broadcast(live);
  return { ...live, key: handler.keyOf(live.channel)! };
}

const deploy = (live: Live, Serial = '2') => handler.deploy(live, { Serial });
const changeTags = (live: Live) => handler.deploy(live, { Tags: [{ Key: 'team', Value: 'sports' }] });
const rotateSecret = ({ secret }: Live) => handler.rotateSecret(secret);
const expectTheKeyInTheSecret = ({ channel, secret }: Live) =>
  expect(handler.storedIn(secret)).toMatchObject({ streamKey: handler.keyOf(channel)!.value, streamKeyArn: handler.keyOf(channel)!.arn });
const created = () => handler.takeCalls().filter((call) => call === 'ivs:CreateStreamKey').length;
/** Lets everything come that might carry out a rotation, and none that asks for one. */
const letAllCome = async (live: Live) => {
  await handler.broadcast(live);
  await handler.endBroadcast(live);
  await handler.streamEnded(live, 'st-later', { Rotate: false });
  await handler.deploy(live, { Tags: [{ Key: 'team', Value: 'news' }] });
};

const DEFERRED = 'The rotation is due, and waits, because the channel is live. It is carried out when the broadcast ends, '
  + 'or by the next scheduled rotation or change of the construct\'s props that finds the channel offline.';

const ROTATIONS: [string, (live: Live) => Promise<unknown>][] = [['a deployment', deploy], ['RotateSecret', rotateSecret]];

describe.each(ROTATIONS)('%s that finds the channel live', (_, rotate) => {
  test('leaves the key alone', async () => {
    const live = await broadcasting();

    await rotate(live);

    expect(handler.keyOf(live.channel)).toBe(live.key);
    expectTheKeyInTheSecret(live);
  });

  test.each<[string, (live: Live) => Promise<unknown>]>([
    ['the end of the broadcast', (live) => handler.streamEnded(live, 'st-1', { Rotate: false })],
    ['the next change', changeTags],
    ['the next RotateSecret', rotateSecret],
  ])('is carried out by %s, once', async (__, next) => {
    const live = await broadcasting();
    await rotate(live);
    await handler.endBroadcast(live);

    await next(live);
    const key = handler.keyOf(live.channel)!;
    await letAllCome(live);

    expect(key.arn).not.toBe(live.key.arn);
    expect(created()).toBe(1);
    expectTheKeyInTheSecret(live);
  });

  test('is carried out by the rule of the construct', async () => {
    const live = await broadcasting();
    handler.addStreamEndRule(live, false);
    await rotate(live);

    await handler.endBroadcast(live);

    expect(handler.keyOf(live.channel)!.arn).not.toBe(live.key.arn);
    expectTheKeyInTheSecret(live);
  });

  test('is not carried out by a mere change of tags during the broadcast', async () => {
    const live = await broadcasting();
    await rotate(live);

    await changeTags(live);

    expect(handler.keyOf(live.channel)).toBe(live.key);
  });

  test('is done with if the key is made anew meanwhile, because somebody has deleted it', async () => {
    const live = await broadcasting();
    await rotate(live);
    handler.aws.ivs.deleteStreamKey(live.key.arn);
    await rotate(live);
    await handler.endBroadcast(live);
    const key = handler.keyOf(live.channel);

    await letAllCome(live);

    expect(handler.keyOf(live.channel)).toBe(key);
  });
});

test('a rotation that is due is carried out by the deployment that turns to KEEP, and the broadcast goes on', async () => {
  const live = await broadcasting();
  await rotateSecret(live);

  await handler.deploy(live, { WhileLive: WhileLive.KEEP });

  expect(handler.keyOf(live.channel)!.arn).not.toBe(live.key.arn);
  expect(handler.aws.ivs.streamOf(live.channel.arn)).toBeDefined();
  expectTheKeyInTheSecret(live);
});

test('a rotation that is due cuts nobody off by the deployment that turns to DISCONNECT, which says what it waits for', async () => {
  const live = await broadcasting();
  await rotateSecret(live);

  const { Reason } = await handler.deploy(live, { WhileLive: WhileLive.DISCONNECT });

  expect(handler.keyOf(live.channel)).toBe(live.key);
  expect(handler.aws.ivs.streamOf(live.channel.arn)).toBeDefined();
  expect(Reason).toBe('The rotation is due, and waits, because the channel is live. It is carried out '
    + 'by the next scheduled rotation or change of the construct\'s props that finds the channel offline.');
});

test('a deployment that waits says so', async () => {
  const live = await broadcasting();

  const { Status, Reason } = await deploy(live);

  expect({ Status, Reason }).toEqual({ Status: 'SUCCESS', Reason: DEFERRED });
});

test('a deployment and RotateSecret that both wait are one rotation', async () => {
  const live = await broadcasting();
  await deploy(live);
  await rotateSecret(live);
  await handler.endBroadcast(live);

  await handler.streamEnded(live, 'st-1', { Rotate: false });
  await letAllCome(live);

  expect(created()).toBe(1);
});

test('a deployment that waits and is rolled back rotates nothing afterwards', async () => {
  const live = await broadcasting();
  await deploy(live, '2');
  await deploy(live, '1');
  await handler.endBroadcast(live);

  await letAllCome(live);

  expect(handler.keyOf(live.channel)).toBe(live.key);
});

test('a RotateSecret that waits succeeds, and the next one is not blocked', async () => {
  const live = await broadcasting();

  const attempts = [...await rotateSecret(live), ...await rotateSecret(live)];

  expect(attempts.map(({ error }) => error)).toEqual([undefined, undefined]);
  expect(handler.versionWith(live.secret, 'AWSPENDING')).toBeUndefined();
});

test('a broadcast that ends between createSecret and finishSecret does not leave the rotation undone', async () => {
  const live = await broadcasting();
  const token = handler.stage(live.secret);
  await handler.step(live.secret, 'createSecret', token);
  await handler.endBroadcast(live);

  await handler.step(live.secret, 'finishSecret', token);

  expect(handler.keyOf(live.channel)!.arn).not.toBe(live.key.arn);
  expect([undefined, handler.versionWith(live.secret, 'AWSCURRENT')]).toContain(handler.versionWith(live.secret, 'AWSPENDING'));
  expectTheKeyInTheSecret(live);
});

test.each(['before', 'after'] as const)('a crash %s the key is marked as due does not forget the rotation', async (when) => {
  const live = await broadcasting();
  handler.aws.endpoint.disturbances.add({ operation: 'ivs:TagResource', when, effect: 'crash' });
  await rotateSecret(live);
  await handler.endBroadcast(live);

  await handler.streamEnded(live, 'st-1', { Rotate: false });

  expect(handler.keyOf(live.channel)!.arn).not.toBe(live.key.arn);
  expect(handler.keyOf(live.channel)!.tags).not.toHaveProperty([KeyTag.DUE]);
  expectTheKeyInTheSecret(live);
});

test('an end that itself asks for a rotation, and one that is due, are one', async () => {
  const live = await broadcasting();
  await rotateSecret(live);
  await handler.endBroadcast(live);

  await handler.streamEnded(live, 'st-1', { Rotate: true });
  await handler.streamEnded(live, 'st-1', { Rotate: true });

  expect(created()).toBe(1);
  expectTheKeyInTheSecret(live);
});
