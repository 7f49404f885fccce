import { DeployedHandler } from './support/deployed-handler';
import { Live } from './support/live';
import { LOOK } from './support/look';
import type { StreamKeyProperties } from '../../src/contract/resource';
import { KeyTag } from '../../src/contract/tags';

let handler: DeployedHandler;
beforeAll(async () => { handler = await DeployedHandler.start(); });
afterAll(() => handler.stop());
beforeEach(() => handler.startAfresh());

type Tags = Record<string, string>;

const tagged = (tags: Tags): Pick<StreamKeyProperties, 'Tags'> => ({ Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) });

/** Changes the tags that the resource wants, and its serial if that is given. */
const retag = ({ properties }: Live, tags: Tags, Serial = properties.Serial) =>
  handler.cloudFormation.update(properties, { ...properties, ...tagged(tags), Serial });

const memoryOf = (serial: string) => ({
  [KeyTag.STACK]: handler.stackId,
  [KeyTag.RESOURCE]: 'Live',
  [KeyTag.SERIAL]: serial,
  [KeyTag.SECRET]: expect.any(String),
  [KeyTag.ORIGIN]: 'created',
  [KeyTag.CREATED]: expect.any(String),
});

test('puts the wanted tags on the key', async () => {
  const { channel } = await handler.live(tagged({ team: 'sports', stage: 'prod' }));

  expect(handler.channels.keyOf(channel)!.tags).toEqual({ ...memoryOf('1'), team: 'sports', stage: 'prod' });
});

test.each([
  ['changed', { team: 'news' }],
  ['added', { team: 'sports', stage: 'prod' }],
  ['removed', {}],
] as const)('tags that were %s reach the key', async (_what, tags) => {
  const live = await handler.live(tagged({ team: 'sports' }));

  const answer = await retag(live, tags);

  expect(answer.Status).toBe('SUCCESS');
  expect(handler.channels.keyOf(live.channel)!.tags).toEqual({ ...memoryOf('1'), ...tags });
});

test.each([
  ['changed', { team: 'news' }],
  ['added', { team: 'sports', stage: 'prod' }],
  ['removed', {}],
] as const)('tags that were %s rotate nothing', async (_what, tags) => {
  const live = await handler.live(tagged({ team: 'sports' }));
  const key = handler.channels.keyOf(live.channel);

  await retag(live, tags);

  expect(handler.channels.keyOf(live.channel)).toBe(key);
  expect(handler.calls.take()).not.toContain('secretsmanager:PutSecretValue');
});

test('does not write unchanged tags again', async () => {
  const live = await handler.live(tagged({ team: 'sports' }));

  await retag(live, { team: 'sports' });

  expect(handler.calls.take().sort()).toEqual(LOOK);
});

test('a tag of somebody else survives a change of the wanted tags', async () => {
  const live = await handler.live(tagged({ team: 'sports' }));
  handler.channels.keyOf(live.channel)!.tags.audited = 'yes';

  await retag(live, { stage: 'prod' });

  expect(handler.channels.keyOf(live.channel)!.tags).toEqual({ ...memoryOf('1'), stage: 'prod', audited: 'yes' });
});

test('a tag of somebody else survives a rotation', async () => {
  const live = await handler.live(tagged({ team: 'sports' }));
  handler.channels.keyOf(live.channel)!.tags.audited = 'yes';

  await retag(live, { team: 'sports' }, '2');

  expect(handler.channels.keyOf(live.channel)!.tags).toEqual({ ...memoryOf('2'), team: 'sports', audited: 'yes' });
});

test('an unwanted tag does not survive a rotation', async () => {
  const live = await handler.live(tagged({ team: 'sports' }));

  await retag(live, {}, '2');

  expect(handler.channels.keyOf(live.channel)!.tags).toEqual(memoryOf('2'));
});

test('a tag unwanted on one channel stays on the key of another', async () => {
  const live = await handler.live(tagged({ team: 'sports' }));
  const other = handler.channels.createWithKey({ team: 'theirs' });

  const answer = await handler.cloudFormation.update(live.properties, { ...live.properties, ...tagged({}), ChannelArn: other.arn });

  expect(answer.Status).toBe('SUCCESS');
  expect(handler.channels.keyOf(other)!.tags.team).toBe('theirs');
});

test('an unwanted tag does not block the adoption of a key', async () => {
  const live = await handler.live(tagged({ team: 'sports' }));
  handler.aws.ivs.deleteStreamKey(handler.channels.keyOf(live.channel)!.arn);
  handler.aws.ivs.createStreamKey(live.channel.arn, { team: 'theirs' });

  const answer = await retag(live, {});

  expect(answer.Status).toBe('SUCCESS');
  expect(handler.encoder.read(live.secret)!.streamKey).toBe(handler.channels.keyOf(live.channel)!.value);
});

test('a tag that IVS refuses does not lose the key, even if a rotation is due', async () => {
  const live = await handler.live();
  const key = handler.channels.keyOf(live.channel);

  const answer = await retag(live, { team: '*' }, '2');

  expect(answer).toMatchObject({ Status: 'FAILED', PhysicalResourceId: live.channel.arn });
  expect(handler.channels.keyOf(live.channel)).toBe(key);
  expect(handler.encoder.read(live.secret)!.streamKey).toBe(key!.value);
});

test('a tag that IVS refuses is named in the reason', async () => {
  const live = await handler.live();

  const { Reason } = await retag(live, { team: '*' });

  expect(Reason).toMatch(new RegExp(`^Update of the stream key of ${live.channel.arn} failed at ivs:TagResource: ValidationException: `
    + '1 validation error detected: Value \'{.*, team=\\*}\' at \'tags\' failed to satisfy constraint: Map value must satisfy constraint: '
    + '\\[.*\\]\\. Correct the property that it names\\.$'));
});

test('rolling back a tag that IVS refused succeeds', async () => {
  const live = await handler.live(tagged({ team: 'sports' }));
  await retag(live, { team: '*' });

  const answer = await handler.cloudFormation.update({ ...live.properties, ...tagged({ team: '*' }) }, live.properties);

  expect(answer.Status).toBe('SUCCESS');
  expect(handler.channels.keyOf(live.channel)!.tags).toEqual({ ...memoryOf('1'), team: 'sports' });
});

test.each(Object.values(KeyTag))('a wanted tag named %s does not change the memory of a new key', async (name) => {
  const { channel } = await handler.live(tagged({ [name]: 'theirs' }));

  expect(handler.channels.keyOf(channel)!.tags).toEqual(memoryOf('1'));
});

test.each(Object.values(KeyTag))('a wanted tag named %s does not change the memory of an existing key', async (name) => {
  const live = await handler.live();

  await retag(live, { [name]: 'theirs' });

  expect(handler.channels.keyOf(live.channel)!.tags).toEqual(memoryOf('1'));
});

test.each(Object.values(KeyTag))('an unwanted tag named %s does not remove the memory of a key', async (name) => {
  const live = await handler.live();
  await handler.cloudFormation.update({ ...live.properties, ...tagged({ [name]: 'theirs' }) }, live.properties);

  expect(handler.channels.keyOf(live.channel)!.tags).toEqual(memoryOf('1'));
});
