import { DeployedHandler } from './support/deployed-handler';
import { Live } from './support/live';
import type { StreamKeyProperties } from '../../src/contract/resource';
import { WhileLive } from '../../src/contract/while-live';

let handler: DeployedHandler;
beforeAll(async () => { handler = await DeployedHandler.start(); });
afterAll(() => handler.stop());
beforeEach(() => handler.startAfresh());

const SECOND = 1000;
const WINDOW = 120;

async function rotatedAfterWindow(more: Partial<StreamKeyProperties> = {}): Promise<Live> {
  return handler.live({ RotateAfterStream: 'true', ReconnectWindow: String(WINDOW), ...more });
}

/** A broadcast that ends now; the window begins. */
async function broadcast(live: Live): Promise<string> {
  const streamId = await handler.encoder.publish(live);
  await end(live);
  return streamId;
}

async function end({ channel }: Live): Promise<void> {
  handler.aws.ivs.endStream(channel.arn);
  await handler.aws.eventBridge.idle();
}

const keyOf = ({ channel }: Live) => handler.channels.keyOf(channel)!;
const created = () => handler.calls.take().filter((call) => call === 'ivs:CreateStreamKey').length;

test('a broadcast that has ended leaves its key valid until the window is over', async () => {
  const live = await rotatedAfterWindow();
  const key = keyOf(live);

  await broadcast(live);
  await handler.pass((WINDOW - 1) * SECOND);

  expect(keyOf(live)).toBe(key);
});

test('rotates within 60 seconds after the window, once', async () => {
  const live = await rotatedAfterWindow();
  const key = keyOf(live);

  await broadcast(live);
  await handler.pass((WINDOW + 60) * SECOND);

  expect(keyOf(live).arn).not.toBe(key.arn);
  expect(created()).toBe(1);
  handler.expectKeyStored(live);
});

test('an encoder that is back within the window is let in with the same key, and nothing rotates', async () => {
  const live = await rotatedAfterWindow();
  const key = keyOf(live);

  await broadcast(live);
  await handler.pass(30 * SECOND);
  handler.aws.ivs.startStream(key.value);
  await handler.pass(10 * WINDOW * SECOND);

  expect(keyOf(live)).toBe(key);
  expect(handler.aws.ivs.streamOf(live.channel.arn)).toBeDefined();
});

test('an encoder that comes back twice, and then stays away, brings one rotation', async () => {
  const live = await rotatedAfterWindow();
  const { value } = keyOf(live);
  await broadcast(live);
  for (let time = 0; time < 2; time++) {
    await handler.pass(60 * SECOND);
    handler.aws.ivs.startStream(value);
    await handler.pass(60 * SECOND);
    await end(live);
  }

  await handler.pass((WINDOW + 60) * SECOND);

  expect(keyOf(live).value).not.toBe(value);
  expect(created()).toBe(1);
});

test('counts the window from the end of the broadcast, not from a late event', async () => {
  handler.eventBridge.lose();
  const live = await rotatedAfterWindow();
  const key = keyOf(live);
  await broadcast(live);
  await handler.pass(WINDOW * SECOND);

  await handler.eventBridge.endStream(live);

  expect(keyOf(live).arn).not.toBe(key.arn);
});

test('repeated events rotate once', async () => {
  const live = await rotatedAfterWindow();
  const streamId = await broadcast(live);
  const { time, ...event } = handler.aws.eventBridge.events.filter(({ detail }) => detail.event_name === 'Stream End').pop()!;
  for (let count = 0; count < 5; count++) handler.aws.eventBridge.publish({ ...event, time: new Date(time) });
  await handler.aws.eventBridge.idle();

  await handler.pass((WINDOW + 60) * SECOND);
  await handler.eventBridge.endStream(live, streamId, new Date(time));

  expect(created()).toBe(1);
});

test('a key that was rotated within the window is not rotated again', async () => {
  const live = await rotatedAfterWindow();
  await broadcast(live);
  await handler.pass(30 * SECOND);
  await handler.cloudFormation.rotate(live);
  const key = keyOf(live);

  await handler.pass((WINDOW + 60) * SECOND);

  expect(keyOf(live)).toBe(key);
});

test('a shorter window that is deployed within the window counts', async () => {
  const live = await rotatedAfterWindow({ ReconnectWindow: '900' });
  const key = keyOf(live);
  await broadcast(live);

  await handler.cloudFormation.deploy(live, { ReconnectWindow: '60' });
  await handler.eventBridge.endStream(live);

  expect(keyOf(live).arn).not.toBe(key.arn);
});

test('a rotation that DEFER has deferred waits for the window, too', async () => {
  const live = await handler.live({ WhileLive: WhileLive.DEFER, ReconnectWindow: String(WINDOW) });
  const key = keyOf(live);
  await handler.encoder.publish(live);
  await handler.cloudFormation.rotate(live);
  await end(live);
  await handler.pass((WINDOW - 1) * SECOND);
  const meanwhile = keyOf(live);

  await handler.pass(61 * SECOND);

  expect(meanwhile).toBe(key);
  expect(keyOf(live).arn).not.toBe(key.arn);
});

test('a broadcast that begins after the last look but one keeps its key', async () => {
  const live = await rotatedAfterWindow();
  const key = keyOf(live);
  await broadcast(live);
  handler.calls.take();
  // The stream begins while everything is looked at: after GetStream has been answered.
  handler.aws.endpoint.disturbances.add({
    operation: 'secretsmanager:ListSecretVersionIds',
    effect: async () => { await new Promise((resolve) => setTimeout(resolve, 200)); handler.aws.ivs.startStream(key.value); },
  });

  await handler.pass((WINDOW + 60) * SECOND);

  expect(handler.aws.ivs.streamOf(live.channel.arn)).toBeDefined();
  expect(keyOf(live)).toBe(key);
});

test('GetStream is the last call before DeleteStreamKey', async () => {
  const live = await rotatedAfterWindow();
  await broadcast(live);
  handler.calls.take();

  await handler.pass((WINDOW + 60) * SECOND);

  const calls = handler.calls.take();
  expect(calls[calls.indexOf('ivs:DeleteStreamKey') - 1]).toBe('ivs:GetStream!ChannelNotBroadcasting');
});

test('survives a crash of the function at the end of the window', async () => {
  const live = await rotatedAfterWindow();
  const key = keyOf(live);
  await broadcast(live);
  handler.aws.endpoint.disturbances.add({ operation: 'ivs:GetStreamSession', effect: 'crash' });

  await handler.pass((WINDOW + 400) * SECOND);

  expect(keyOf(live).arn).not.toBe(key.arn);
  handler.expectKeyStored(live);
});

test('an event that cannot be handled becomes a dead letter', async () => {
  const live = await rotatedAfterWindow();
  const key = keyOf(live);
  handler.aws.endpoint.disturbances.add({ operation: 'ivs:GetStreamSession', effect: 'crash', times: Infinity });

  await broadcast(live);
  for (let attempt = 0; attempt < 6; attempt++) await handler.pass(400 * SECOND);

  expect(handler.aws.sqs.messagesOf(handler.eventBridge.deadLetterQueueArn)).toHaveLength(1);
  expect(keyOf(live)).toBe(key);
});

test('a channel of another stack costs one read', async () => {
  const channel = handler.channels.createWithKey();
  handler.aws.ivs.startStream(handler.channels.keyOf(channel)!.value);
  handler.calls.take();

  handler.aws.ivs.endStream(channel.arn);
  await handler.aws.eventBridge.idle();

  expect(handler.calls.take()).toEqual(['ivs:ListStreamKeys']);
});
