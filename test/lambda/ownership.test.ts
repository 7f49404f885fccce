import { DeployedHandler, Live, propertiesOf } from './deployed-handler';
import { KeyTag } from '../../src/contract/stream-key-contract';
import type { IvsChannel } from '../local-aws/services/ivs';

const OTHER_STACK = 'arn:aws:cloudformation:us-east-1:123456789012:stack/Other/0b3c';

let handler: DeployedHandler;
beforeAll(async () => { handler = await DeployedHandler.start(); });
afterAll(() => handler.stop());
beforeEach(() => handler.startAfresh());

const memoryOf = (more: Partial<Record<KeyTag, string>> = {}) => ({
  [KeyTag.STACK]: handler.stackId,
  [KeyTag.RESOURCE]: 'Live',
  [KeyTag.SERIAL]: '1',
  [KeyTag.ORIGIN]: 'created',
  ...more,
});

/** Nothing but what it takes to see whose key it is. */
const LOOKS = ['ivs:GetChannel', 'ivs:ListStreamKeys', 'secretsmanager:DescribeSecret'];
const LOOKS_BEFORE_A_ROTATION = [...LOOKS, 'ivs:GetStream!ChannelNotBroadcasting', 'secretsmanager:ListSecretVersionIds'].sort();

describe('a key that was there before', () => {
  test('keeps its value, which is stored', async () => {
    const channel = handler.newChannelWithKey();
    const key = handler.keyOf(channel)!;

    const { secret } = await handler.live({}, channel);

    expect(handler.keyOf(channel)).toBe(key);
    expect(handler.storedIn(secret)!.streamKey).toBe(key.value);
  });

  test('remembers that it was adopted, for the serial of the day', async () => {
    const { channel } = await handler.live({ Serial: '4' }, handler.newChannelWithKey({ team: 'theirs' }));

    expect(handler.keyOf(channel)!.tags).toEqual({ ...memoryOf({ [KeyTag.SERIAL]: '4', [KeyTag.ORIGIN]: 'adopted' }), team: 'theirs' });
  });

  test('stays on Delete', async () => {
    const { channel, properties } = await handler.live({}, handler.newChannelWithKey());
    const key = handler.keyOf(channel);

    const answer = await handler.delete(properties);

    expect(answer.Status).toBe('SUCCESS');
    expect(handler.keyOf(channel)).toBe(key);
  });

  test('has the customer\'s tags and none of ours after Delete', async () => {
    const { channel, properties } = await handler.live({ Tags: [{ Key: 'stage', Value: 'prod' }] }, handler.newChannelWithKey({ team: 'theirs' }));

    await handler.delete(properties);

    expect(handler.keyOf(channel)!.tags).toEqual({ team: 'theirs' });
  });

  test('stays on Delete until it has been rotated', async () => {
    const { channel, properties } = await handler.live({}, handler.newChannelWithKey());
    const rotated = { ...properties, Serial: '2' };
    await handler.update(properties, rotated);

    await handler.delete(rotated);

    expect(handler.keyOf(channel)).toBeUndefined();
  });

  test.each([
    ['before', 'ivs:TagResource'], ['after', 'ivs:TagResource'],
    ['before', 'ivs:GetStreamKey'], ['after', 'ivs:GetStreamKey'],
  ] as const)('is adopted and not rotated after a crash %s %s', async (when, operation) => {
    const [channel, secret] = [handler.newChannelWithKey(), handler.newSecret()];
    const key = handler.keyOf(channel)!;
    handler.aws.endpoint.disturbances.add({ operation, when, effect: 'crash' });

    const answer = await handler.create(propertiesOf(channel, secret));

    expect(handler.aws.endpoint.disturbances.met(operation)).toBe(1);
    expect(answer.Status).toBe('SUCCESS');
    expect(handler.storedIn(secret)!.streamKey).toBe(key.value);
    expect(key.tags[KeyTag.ORIGIN]).toBe('adopted');
  });

  test.each([['before'], ['after']] as const)('is given back on Delete after a crash %s UntagResource', async (when) => {
    const { channel, properties } = await handler.live({}, handler.newChannelWithKey({ team: 'theirs' }));
    handler.aws.endpoint.disturbances.add({ operation: 'ivs:UntagResource', when, effect: 'crash' });

    const answer = await handler.delete(properties);

    expect(answer.Status).toBe('SUCCESS');
    expect(handler.keyOf(channel)!.tags).toEqual({ team: 'theirs' });
  });
});

describe('a key of another stack', () => {
  const theirs = () => ({ ...memoryOf({ [KeyTag.STACK]: OTHER_STACK, [KeyTag.RESOURCE]: 'Theirs' }) });
  const refusal = (channel: IvsChannel) => `The channel ${channel.arn} has a stream key that Theirs of the stack ${OTHER_STACK} manages (${handler.keyOf(channel)!.arn}), `
    + 'and IVS allows one stream key per channel. Use that stack\'s secret, or take the ManagedStreamKey out of one of the two stacks. '
    + `If that stack is gone, delete the key with "aws ivs delete-stream-key --arn ${handler.keyOf(channel)!.arn}".`;

  test('is refused on Create, with its owner named', async () => {
    const channel = handler.newChannelWithKey(theirs());

    const answer = await handler.create(propertiesOf(channel, handler.newSecret()));

    expect(answer).toMatchObject({ Status: 'FAILED', PhysicalResourceId: channel.arn, Reason: refusal(channel) });
  });

  test('is not touched on Create', async () => {
    const [channel, secret] = [handler.newChannelWithKey(theirs()), handler.newSecret()];
    const key = handler.keyOf(channel)!;

    await handler.create(propertiesOf(channel, secret));

    expect(handler.keyOf(channel)).toBe(key);
    expect(key.tags).toEqual(theirs());
    expect(secret.versions.size).toBe(0);
    expect(handler.takeCalls().sort()).toEqual(LOOKS);
  });

  /** A resource whose key was deleted by hand, and made again by another stack. */
  async function conquered(): Promise<Live> {
    const live = await handler.live();
    handler.aws.ivs.deleteStreamKey(handler.keyOf(live.channel)!.arn);
    handler.aws.ivs.createStreamKey(live.channel.arn, theirs());
    return live;
  }

  test('is refused on Update, with its owner named', async () => {
    const { channel, properties } = await conquered();

    const answer = await handler.update(properties, { ...properties, Serial: '2' });

    expect(answer).toMatchObject({ Status: 'FAILED', PhysicalResourceId: channel.arn, Reason: refusal(channel) });
  });

  test('is not touched on Update', async () => {
    const { channel, properties, secret } = await conquered();
    const [key, stored] = [handler.keyOf(channel)!, handler.storedIn(secret)];

    await handler.update(properties, { ...properties, Serial: '2' });

    expect(handler.keyOf(channel)).toBe(key);
    expect(key.tags).toEqual(theirs());
    expect(handler.storedIn(secret)).toEqual(stored);
    expect(handler.takeCalls().sort()).toEqual(LOOKS_BEFORE_A_ROTATION);
  });
});
