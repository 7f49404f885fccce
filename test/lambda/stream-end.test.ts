import { DeployedHandler } from './support/deployed-handler';
import { AT_ONCE_AFTER_STREAM, Live } from './support/live';
import type { IvsChannel } from '../../local-aws/ivs/ivs';
import type { StreamKeyProperties } from '../../src/contract/resource';
import { KeyTag } from '../../src/contract/tags';
import { WhileLive } from '../../src/contract/while-live';

let handler: DeployedHandler;
beforeAll(async () => { handler = await DeployedHandler.start(); });
afterAll(() => handler.stop());
beforeEach(() => handler.startAfresh());

/** A resource whose key is good for one broadcast. */
async function rotatedAfterStreams(more: Partial<StreamKeyProperties> = {}, channel?: IvsChannel): Promise<Live> {
  return handler.live({ ...AT_ONCE_AFTER_STREAM, ...more }, channel);
}

/** The same, and the events of the ends get lost: the test delivers them. */
async function rotatedAfterLostEnds(more: Partial<StreamKeyProperties> = {}): Promise<Live> {
  handler.eventBridge.lose();
  return rotatedAfterStreams(more);
}

/** A whole broadcast. Returns the stream's id, and when it ended. */
async function broadcastToTheEnd(live: Live): Promise<{ streamId: string; time: Date }> {
  const streamId = await handler.encoder.publish(live);
  const time = handler.aws.clock.date();
  await handler.encoder.disconnect(live);
  return { streamId, time };
}

const created = () => handler.calls.take().filter((call) => call === 'ivs:CreateStreamKey').length;

test('creates another key at the end of a broadcast, and stores it', async () => {
  const live = await rotatedAfterStreams();
  const before = handler.channels.keyOf(live.channel)!;

  await broadcastToTheEnd(live);

  expect(handler.channels.keyOf(live.channel)!.value).not.toBe(before.value);
  expect(handler.aws.ivs.accepts(before.value)).toBe(false);
  handler.expectKeyStored(live);
});

test('calls only CreateStreamKey between DeleteStreamKey and PutSecretValue', async () => {
  const live = await rotatedAfterStreams();

  await broadcastToTheEnd(live);

  const calls = handler.calls.take();
  expect(calls.slice(calls.indexOf('ivs:DeleteStreamKey'))).toEqual([
    'ivs:DeleteStreamKey', 'ivs:CreateStreamKey', 'secretsmanager:PutSecretValue', 'ivs:ListStreamKeys', 'ivs:UntagResource',
  ]);
});

test('two broadcasts in a row use a key each', async () => {
  const live = await rotatedAfterStreams();
  await broadcastToTheEnd(live);
  const second = handler.channels.keyOf(live.channel)!;

  await broadcastToTheEnd(live);

  expect(handler.channels.keyOf(live.channel)!.arn).not.toBe(second.arn);
  expect(created()).toBe(2);
});

test('an adopted key is rotated, and then deleted with the resource', async () => {
  const live = await rotatedAfterStreams({}, handler.channels.createWithKey());
  await broadcastToTheEnd(live);

  await handler.cloudFormation.delete(live.properties);

  expect(handler.channels.keyOf(live.channel)).toBeUndefined();
});

test('a key deleted during the broadcast is created again, once', async () => {
  const live = await rotatedAfterStreams();
  await handler.encoder.publish(live);
  handler.aws.ivs.deleteStreamKey(handler.channels.keyOf(live.channel)!.arn);

  await handler.encoder.disconnect(live);

  expect(created()).toBe(1);
  handler.expectKeyStored(live);
});

test('the end of a broadcast by itself rotates nothing under DEFER', async () => {
  const live = await handler.live({ WhileLive: WhileLive.DEFER, ReconnectWindow: '0' });
  const key = handler.channels.keyOf(live.channel);

  await broadcastToTheEnd(live);

  expect(handler.channels.keyOf(live.channel)).toBe(key);
});

describe('the same event', () => {
  test.each([2, 3])('%d times, one after the other, rotates once', async (times) => {
    const live = await rotatedAfterLostEnds();
    const { streamId, time } = await broadcastToTheEnd(live);

    for (let count = 0; count < times; count++) await handler.eventBridge.endStream(live, streamId, time);

    expect(created()).toBe(1);
    handler.expectKeyStored(live);
  });

  test('three times simultaneously rotates once', async () => {
    const live = await rotatedAfterLostEnds();
    const { streamId } = await broadcastToTheEnd(live);

    await Promise.all([1, 2, 3].map(() => handler.eventBridge.endStream(live, streamId)));

    expect(created()).toBe(1);
    handler.expectKeyStored(live);
  });

  test('again, after the rotation of a newer broadcast, rotates nothing', async () => {
    const live = await rotatedAfterStreams();
    const first = await broadcastToTheEnd(live);
    await broadcastToTheEnd(live);
    const key = handler.channels.keyOf(live.channel);

    await handler.eventBridge.endStream(live, first.streamId, first.time);

    expect(handler.channels.keyOf(live.channel)).toBe(key);
  });
});

test.each([
  ['a deployment', (live: Live) => handler.cloudFormation.deploy(live, { Serial: '2' })],
  ['RotateSecret', (live: Live) => handler.secretsManager.rotateSecret(live.secret)],
])('an event that comes after %s has made the key anew rotates nothing', async (_, rotate) => {
  const live = await rotatedAfterLostEnds();
  const { streamId, time } = await broadcastToTheEnd(live);
  await handler.aws.clock.advance(60_000);
  await rotate(live);
  const key = handler.channels.keyOf(live.channel);

  await handler.eventBridge.endStream(live, streamId, time);

  expect(handler.channels.keyOf(live.channel)).toBe(key);
});

test('events in the wrong order rotate once', async () => {
  const live = await rotatedAfterLostEnds();
  const ends = [await broadcastToTheEnd(live), await broadcastToTheEnd(live)];

  for (const { streamId, time } of ends.reverse()) await handler.eventBridge.endStream(live, streamId, time);

  expect(created()).toBe(1);
  handler.expectKeyStored(live);
});

describe.each([WhileLive.KEEP, WhileLive.DISCONNECT, WhileLive.DEFER])('a newer broadcast, under %s,', (whileLive) => {
  const overtaken = async () => {
    const live = await rotatedAfterLostEnds({ WhileLive: whileLive });
    const { streamId, time } = await broadcastToTheEnd(live);
    await handler.encoder.publish(live);
    const key = handler.channels.keyOf(live.channel)!;
    handler.calls.take();
    await handler.eventBridge.endStream(live, streamId, time);
    return { live, key };
  };

  test('is left alone, as is its key', async () => {
    const { live, key } = await overtaken();

    expect(handler.channels.keyOf(live.channel)).toBe(key);
    expect(handler.aws.ivs.streamOf(live.channel.arn)).toBeDefined();
  });

  test('has one rotation at its end', async () => {
    const { live, key } = await overtaken();
    handler.eventBridge.loseNothing();

    await handler.encoder.disconnect(live);

    expect(handler.channels.keyOf(live.channel)!.arn).not.toBe(key.arn);
    expect(created()).toBe(1);
    expect(handler.channels.keyOf(live.channel)!.tags).not.toHaveProperty([KeyTag.DUE]);
  });
});

test.each([
  ['a deployment', (live: Live) => handler.cloudFormation.deploy(live, { Serial: '2' })],
  ['RotateSecret', (live: Live) => handler.secretsManager.rotateSecret(live.secret)],
])('a broadcast that %s has cut off is not followed by another rotation', async (_, rotate) => {
  const live = await rotatedAfterStreams({ WhileLive: WhileLive.DISCONNECT });
  await handler.encoder.publish(live);

  await rotate(live);
  await handler.aws.eventBridge.idle();

  expect(created()).toBe(1);
  handler.expectKeyStored(live);
});

test('looks again until IVS shows the end of the broadcast', async () => {
  const live = await rotatedAfterStreams();
  const before = handler.channels.keyOf(live.channel)!;
  handler.aws.variants.streamEndLag = 1000;

  await broadcastToTheEnd(live);

  expect(handler.calls.take().filter((call) => call === 'ivs:GetStreamSession')).toHaveLength(2);
  expect(handler.channels.keyOf(live.channel)!.arn).not.toBe(before.arn);
  expect(handler.logged('rotation deferred', live.channel)).toEqual([]);
});

test.each([
  ['secretsmanager:DescribeSecret', 0], ['ivs:GetStream', 0], ['secretsmanager:DescribeSecret', 1], ['ivs:DeleteStreamKey', 0],
  ['ivs:CreateStreamKey', 0], ['secretsmanager:PutSecretValue', 0], ['ivs:ListStreamKeys', 1], ['ivs:UntagResource', 0],
].flatMap(([operation, skip]) => [['before', operation, skip], ['after', operation, skip]] as ['before' | 'after', string, number][]))(
  'the retry completes a rotation that crashed %s %s (after %d of them)', async (when, operation, skip) => {
    const live = await rotatedAfterStreams();
    const before = handler.channels.keyOf(live.channel)!;
    handler.aws.endpoint.disturbances.add({ operation, when, skip, effect: 'crash' });

    await broadcastToTheEnd(live);

    // Where GetStream answers with an error, there is no answer to crash after.
    expect(handler.aws.endpoint.disturbances.met(operation)).toBe(when === 'after' && operation === 'ivs:GetStream' ? 0 : 1);
    expect(handler.channels.keyOf(live.channel)!.arn).not.toBe(before.arn);
    handler.expectKeyStored(live);
  });

test('a crash after CreateStreamKey causes no second rotation', async () => {
  const live = await rotatedAfterStreams();
  handler.aws.endpoint.disturbances.add({ operation: 'ivs:CreateStreamKey', when: 'after', effect: 'crash' });

  await broadcastToTheEnd(live);

  expect(created()).toBe(1);
  handler.expectKeyStored(live);
});

test('a key of a resource that the stack does not have is left alone', async () => {
  const live = await rotatedAfterStreams();
  const key = handler.channels.keyOf(live.channel)!;
  key.tags[KeyTag.RESOURCE] = 'Renamed';

  await broadcastToTheEnd(live);

  expect(handler.channels.keyOf(live.channel)).toBe(key);
});
