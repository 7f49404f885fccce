import { DeployedHandler } from './support/deployed-handler';
import { Live, propertiesOf } from './support/live';
import { LOOK } from './support/look';
import type { IvsChannel } from '../../local-aws/ivs/ivs';
import { KeyTag } from '../../src/contract/tags';

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

describe('an unmanaged key', () => {
  test('keeps its value, which is stored in the secret', async () => {
    const channel = handler.channels.createWithKey();
    const key = handler.channels.keyOf(channel)!;

    const { secret } = await handler.live({}, channel);

    expect(handler.channels.keyOf(channel)).toBe(key);
    expect(handler.encoder.read(secret)!.streamKey).toBe(key.value);
  });

  test('is tagged as adopted, with the current serial', async () => {
    const { channel } = await handler.live({ Serial: '4' }, handler.channels.createWithKey({ team: 'theirs' }));

    expect(handler.channels.keyOf(channel)!.tags).toEqual({
      ...memoryOf({ [KeyTag.SERIAL]: '4', [KeyTag.ORIGIN]: 'adopted' }), [KeyTag.SECRET]: expect.any(String), team: 'theirs',
    });
  });

  test('stays on Delete', async () => {
    const { channel, properties } = await handler.live({}, handler.channels.createWithKey());
    const key = handler.channels.keyOf(channel);

    const answer = await handler.cloudFormation.delete(properties);

    expect(answer.Status).toBe('SUCCESS');
    expect(handler.channels.keyOf(channel)).toBe(key);
  });

  test('has the user\'s tags and none of ours after Delete', async () => {
    const { channel, properties } = await handler.live({ Tags: [{ Key: 'stage', Value: 'prod' }] }, handler.channels.createWithKey({ team: 'theirs' }));

    await handler.cloudFormation.delete(properties);

    expect(handler.channels.keyOf(channel)!.tags).toEqual({ team: 'theirs' });
  });

  test('stays on Delete until it has been rotated', async () => {
    const { channel, properties } = await handler.live({}, handler.channels.createWithKey());
    const rotated = { ...properties, Serial: '2' };
    await handler.cloudFormation.update(properties, rotated);

    await handler.cloudFormation.delete(rotated);

    expect(handler.channels.keyOf(channel)).toBeUndefined();
  });

  test.each([
    ['before', 'ivs:TagResource'], ['after', 'ivs:TagResource'],
    ['before', 'ivs:GetStreamKey'], ['after', 'ivs:GetStreamKey'],
  ] as const)('is adopted and not rotated after a crash %s %s', async (when, operation) => {
    const [channel, secret] = [handler.channels.createWithKey(), handler.secretsManager.createSecret()];
    const key = handler.channels.keyOf(channel)!;
    handler.aws.endpoint.disturbances.add({ operation, when, effect: 'crash' });

    const answer = await handler.cloudFormation.create(propertiesOf(channel, secret));

    expect(handler.aws.endpoint.disturbances.met(operation)).toBe(1);
    expect(answer.Status).toBe('SUCCESS');
    expect(handler.encoder.read(secret)!.streamKey).toBe(key.value);
    expect(key.tags[KeyTag.ORIGIN]).toBe('adopted');
  });

  test.each([['before'], ['after']] as const)('is released on Delete despite a crash %s UntagResource', async (when) => {
    const { channel, properties } = await handler.live({}, handler.channels.createWithKey({ team: 'theirs' }));
    handler.aws.endpoint.disturbances.add({ operation: 'ivs:UntagResource', when, effect: 'crash' });

    const answer = await handler.cloudFormation.delete(properties);

    expect(answer.Status).toBe('SUCCESS');
    expect(handler.channels.keyOf(channel)!.tags).toEqual({ team: 'theirs' });
  });
});

describe('a key of another stack', () => {
  const theirs = () => ({ ...memoryOf({ [KeyTag.STACK]: OTHER_STACK, [KeyTag.RESOURCE]: 'Theirs' }) });
  const refusal = (channel: IvsChannel) => `The channel ${channel.arn} has a stream key that Theirs of the stack ${OTHER_STACK} manages (${handler.channels.keyOf(channel)!.arn}), `
    + 'and IVS allows one stream key per channel. To take it over with its value: if that stack still manages it, deploy it with RemovalPolicy.RETAIN and then '
    + `without the ManagedStreamKey; once it is gone from there, "aws ivs untag-resource --resource-arn ${handler.channels.keyOf(channel)!.arn} --tag-keys managed-stream-key:stack", `
    + 'and deploy this stack again. To leave it there, use that stack\'s secret. '
    + `If nobody needs it: "aws ivs delete-stream-key --arn ${handler.channels.keyOf(channel)!.arn}".`;

  test('is refused on Create, and the reason names its owner', async () => {
    const channel = handler.channels.createWithKey(theirs());

    const answer = await handler.cloudFormation.create(propertiesOf(channel, handler.secretsManager.createSecret()));

    expect(answer).toMatchObject({ Status: 'FAILED', PhysicalResourceId: channel.arn, Reason: refusal(channel) });
  });

  test('is not touched on Create', async () => {
    const [channel, secret] = [handler.channels.createWithKey(theirs()), handler.secretsManager.createSecret()];
    const key = handler.channels.keyOf(channel)!;

    await handler.cloudFormation.create(propertiesOf(channel, secret));

    expect(handler.channels.keyOf(channel)).toBe(key);
    expect(key.tags).toEqual(theirs());
    expect(secret.versions.size).toBe(0);
    expect(handler.calls.take().sort()).toEqual(LOOK);
  });

  test('is adopted once its owner\'s tag is removed, without the owner\'s unfinished business', async () => {
    const leftOvers = {
      [KeyTag.CREATED]: '2026-01-02T03:04:05.678Z',
      [KeyTag.PREDECESSOR]: 'Old',
      [KeyTag.DUE]: 'RotateSecret',
      [KeyTag.UNFINISHED]: 'RotateSecret DISCONNECT',
      [KeyTag.ROTATION]: 'token',
      [KeyTag.CONTENT]: 'digest',
    };
    const { [KeyTag.STACK]: _, ...orphaned } = { ...theirs(), ...leftOvers };
    const channel = handler.channels.createWithKey(orphaned);
    const { arn } = handler.channels.keyOf(channel)!;

    const live = await handler.live({}, channel);
    await handler.cloudFormation.deploy(live, { Tags: [{ Key: 'team', Value: 'sports' }] });

    expect(handler.channels.keyOf(channel)!.arn).toBe(arn);
    expect(handler.logged('rotated', channel)).toEqual([]);
    await handler.cloudFormation.delete(live.properties);
    expect(handler.channels.keyOf(channel)!.tags).toEqual({});
  });

  /** A resource whose key was deleted by hand, and made again by another stack. */
  async function conquered(): Promise<Live> {
    const live = await handler.live();
    handler.aws.ivs.deleteStreamKey(handler.channels.keyOf(live.channel)!.arn);
    handler.aws.ivs.createStreamKey(live.channel.arn, theirs());
    return live;
  }

  test('is refused on Update, and the reason names its owner', async () => {
    const { channel, properties } = await conquered();

    const answer = await handler.cloudFormation.update(properties, { ...properties, Serial: '2' });

    expect(answer).toMatchObject({ Status: 'FAILED', PhysicalResourceId: channel.arn, Reason: refusal(channel) });
  });

  test('is not touched on Update', async () => {
    const { channel, properties, secret } = await conquered();
    const [key, stored] = [handler.channels.keyOf(channel)!, handler.encoder.read(secret)];

    await handler.cloudFormation.update(properties, { ...properties, Serial: '2' });

    expect(handler.channels.keyOf(channel)).toBe(key);
    expect(key.tags).toEqual(theirs());
    expect(handler.encoder.read(secret)).toEqual(stored);
    expect(handler.calls.take().sort()).toEqual(LOOK);
  });
});
