import { DeployedHandler } from './deployed-handler';
import { KeyTag, SecretTag } from '../../src/contract/tags';
import { WhileLive } from '../../src/contract/while-live';

let handler: DeployedHandler;
beforeAll(async () => { handler = await DeployedHandler.start(); });
afterAll(() => handler.stop());
beforeEach(() => handler.startAfresh());

describe('a deployment while the end of a broadcast is waited for', () => {
  test('to another channel leaves the secret with the key of that one', async () => {
    const live = await handler.live();
    const other = handler.newChannel();
    const stream = await handler.broadcast(live);
    const ended = handler.streamEnded(live, stream);

    await handler.called('ivs:GetStream');
    live.secret.tags[SecretTag.CHANNEL] = other.arn;
    await handler.update(live.properties, { ...live.properties, ChannelArn: other.arn });
    handler.aws.ivs.endStream(live.channel.arn);
    await ended;
    const cleanUp = await handler.delete(live.properties);

    expect(cleanUp.Status).toBe('SUCCESS');
    expect(handler.keyOf(live.channel)).toBeUndefined();
    expect(handler.storedIn(live.secret)!.streamKey).toBe(handler.keyOf(other)!.value);
  });

  test('with a higher serial under DEFER is carried out by that very end', async () => {
    const live = await handler.live({ WhileLive: WhileLive.DEFER });
    const stream = await handler.broadcast(live);

    const ended = handler.streamEnded(live, stream, { Rotate: false });

    await handler.called('ivs:GetStream');
    live.secret.tags[KeyTag.SERIAL] = '2';
    const { Status } = await handler.update(live.properties, { ...live.properties, Serial: '2' });
    handler.aws.ivs.endStream(live.channel.arn);
    await ended;

    expect(Status).toBe('SUCCESS');

    expect(handler.keyOf(live.channel)!.tags[KeyTag.SERIAL]).toBe('2');
    expect(handler.storedIn(live.secret)!.streamKey).toBe(handler.keyOf(live.channel)!.value);
  });
});

test('the end of a broadcast on the old channel leaves the key of the new one alone', async () => {
  const live = await handler.live();
  const stream = await handler.broadcast(live);
  const other = handler.newChannel();
  live.secret.tags[SecretTag.CHANNEL] = other.arn;
  await handler.update(live.properties, { ...live.properties, ChannelArn: other.arn });
  const made = handler.keyOf(other)!.arn;
  await handler.aws.clock.advance(5_000);
  handler.aws.ivs.endStream(live.channel.arn);

  await handler.streamEnded(live, stream);

  expect(handler.keyOf(other)!.arn).toBe(made);
  expect(handler.logged('stream end outdated', live.channel)).toHaveLength(1);
  expect(handler.logged('rotation failed', live.channel)).toHaveLength(0);
});
