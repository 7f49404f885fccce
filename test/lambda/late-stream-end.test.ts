import { DeployedHandler, Live } from './deployed-handler';

let handler: DeployedHandler;
beforeAll(async () => { handler = await DeployedHandler.start(); });
afterAll(() => handler.stop());
beforeEach(() => handler.startAfresh());

/** The encoder of a broadcast that has ended is back with the same key before the handler hears of the end. */
async function reconnected(): Promise<Live> {
  const live = await handler.live();
  const first = await handler.broadcast(live);
  handler.aws.ivs.endStream(live.channel.arn);
  await handler.broadcast(live);
  await handler.streamEnded(live, first);
  return live;
}

test('a rotation due since an earlier broadcast is not carried out during a newer one, whatever is deployed', async () => {
  const live = await reconnected();
  const before = handler.keyOf(live.channel)!.arn;

  await handler.deploy(live, { Tags: [{ Key: 'team', Value: 'sports' }] });

  expect(handler.keyOf(live.channel)!.arn).toBe(before);
});

test('it is carried out when the newer one has ended', async () => {
  const live = await reconnected();
  const before = handler.keyOf(live.channel)!.arn;
  const { streamId } = handler.aws.ivs.streamOf(live.channel.arn)!;
  handler.aws.ivs.endStream(live.channel.arn);

  await handler.streamEnded(live, streamId);

  expect(handler.keyOf(live.channel)!.arn).not.toBe(before);
  expect(handler.storedIn(live.secret)!.streamKey).toBe(handler.keyOf(live.channel)!.value);
});

test('a briefly unwritable secret does not keep the key of an ended broadcast', async () => {
  const live = await handler.live();
  const before = handler.keyOf(live.channel)!.arn;
  const stream = await handler.broadcast(live);
  const { arn } = handler.aws.kms.createKey('us-east-1', {
    Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'kms:*', Resource: '*' }],
  });
  live.secret.kmsKeyId = arn;
  handler.aws.kms.disableKey(arn);
  handler.aws.ivs.endStream(live.channel.arn);

  const ended = handler.streamEnded(live, stream);
  while (!handler.logged('rotation failed', live.channel).length) await new Promise((resolve) => setTimeout(resolve, 20));
  live.secret.kmsKeyId = undefined;
  await ended;

  expect(handler.keyOf(live.channel)!.arn).not.toBe(before);
  expect(handler.storedIn(live.secret)!.streamKey).toBe(handler.keyOf(live.channel)!.value);
});
