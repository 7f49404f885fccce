import { DeployedHandler } from './support/deployed-handler';
import { AT_ONCE_AFTER_STREAM, Live } from './support/live';

let handler: DeployedHandler;
beforeAll(async () => { handler = await DeployedHandler.start(); });
afterAll(() => handler.stop());
beforeEach(() => handler.startAfresh());

/** The encoder of a broadcast that has ended is back with the same key before the handler hears of the end. */
async function reconnected(): Promise<Live> {
  handler.eventBridge.lose();
  const live = await handler.live(AT_ONCE_AFTER_STREAM);
  const first = await handler.encoder.publish(live);
  handler.aws.ivs.endStream(live.channel.arn);
  await handler.encoder.publish(live);
  await handler.eventBridge.endStream(live, first);
  return live;
}

test('a rotation due since an earlier broadcast is not carried out during a newer one, whatever is deployed', async () => {
  const live = await reconnected();
  const before = handler.channels.keyOf(live.channel)!.arn;

  await handler.cloudFormation.deploy(live, { Tags: [{ Key: 'team', Value: 'sports' }] });

  expect(handler.channels.keyOf(live.channel)!.arn).toBe(before);
});

test('it is carried out when the newer one has ended', async () => {
  const live = await reconnected();
  const before = handler.channels.keyOf(live.channel)!.arn;
  handler.aws.ivs.endStream(live.channel.arn);

  await handler.eventBridge.endStream(live);

  expect(handler.channels.keyOf(live.channel)!.arn).not.toBe(before);
  expect(handler.encoder.read(live.secret)!.streamKey).toBe(handler.channels.keyOf(live.channel)!.value);
});

test('a briefly unwritable secret does not keep the key of an ended broadcast', async () => {
  handler.eventBridge.lose();
  const live = await handler.live(AT_ONCE_AFTER_STREAM);
  const before = handler.channels.keyOf(live.channel)!.arn;
  const stream = await handler.encoder.publish(live);
  const { arn } = handler.aws.kms.createKey('us-east-1', {
    Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'kms:*', Resource: '*' }],
  });
  live.secret.kmsKeyId = arn;
  handler.aws.kms.disableKey(arn);
  handler.aws.ivs.endStream(live.channel.arn);

  const ended = handler.eventBridge.endStream(live, stream);
  while (!handler.logged('rotation failed', live.channel).length) await new Promise((resolve) => setTimeout(resolve, 20));
  live.secret.kmsKeyId = undefined;
  await ended;

  expect(handler.channels.keyOf(live.channel)!.arn).not.toBe(before);
  expect(handler.encoder.read(live.secret)!.streamKey).toBe(handler.channels.keyOf(live.channel)!.value);
});
