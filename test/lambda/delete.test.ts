import { DeployedHandler } from './support/deployed-handler';
import { propertiesOf } from './support/live';
import { REGION } from '../../local-aws/local-aws';
import { KeyTag } from '../../src/contract/tags';

let handler: DeployedHandler;
beforeAll(async () => { handler = await DeployedHandler.start(); });
afterAll(() => handler.stop());
beforeEach(() => handler.startAfresh());

test('deletes its own key', async () => {
  const { channel, properties } = await handler.live();

  const answer = await handler.cloudFormation.delete(properties);

  expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: channel.arn });
  expect(handler.channels.keyOf(channel)).toBeUndefined();
});

test('takes two steps', async () => {
  const { properties } = await handler.live();

  await handler.cloudFormation.delete(properties);

  const calls = handler.calls.take();
  expect(calls.slice(0, 2).sort()).toEqual(['ivs:GetStream!ChannelNotBroadcasting', 'ivs:ListStreamKeys']);
  expect(calls.slice(2)).toEqual(['ivs:DeleteStreamKey']);
});

test('deletes its own key after a rotation', async () => {
  const { channel, properties } = await handler.live();
  const rotated = { ...properties, Serial: '2' };
  await handler.cloudFormation.update(properties, rotated);

  await handler.cloudFormation.delete(rotated);

  expect(handler.channels.keyOf(channel)).toBeUndefined();
});

test('succeeds on a channel that never had a key', async () => {
  const answer = await handler.cloudFormation.delete(propertiesOf(handler.channels.create(), handler.secretsManager.createSecret()));

  expect(answer.Status).toBe('SUCCESS');
});

test('succeeds if the key is gone', async () => {
  const { channel, properties } = await handler.live();
  handler.aws.ivs.deleteStreamKey(handler.channels.keyOf(channel)!.arn);

  const answer = await handler.cloudFormation.delete(properties);

  expect(answer.Status).toBe('SUCCESS');
});

test('a repeated request gets the same answer and changes nothing', async () => {
  const { properties } = await handler.live();
  const first = await handler.cloudFormation.delete(properties);
  handler.calls.take();

  const second = await handler.cloudFormation.delete(properties);

  expect({ ...second, RequestId: '' }).toEqual({ ...first, RequestId: '' });
  expect(new Set(handler.calls.take())).toEqual(new Set(['ivs:GetStream!ChannelNotBroadcasting', 'ivs:ListStreamKeys']));
});

test('returns a physical id that CloudFormation made up unchanged', async () => {
  const { properties } = await handler.live();

  const answer = await handler.cloudFormation.delete(properties, { PhysicalResourceId: 'Handler-Live-1A2B3C4D' });

  expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'Handler-Live-1A2B3C4D' });
});

test('deletes the key even if CloudFormation made up the physical id', async () => {
  const { channel, properties } = await handler.live();

  await handler.cloudFormation.delete(properties, { PhysicalResourceId: 'Handler-Live-1A2B3C4D' });

  expect(handler.channels.keyOf(channel)).toBeUndefined();
});

test.each([['not-an-arn'], [''], [`arn:aws:ivs:${REGION}:123456789012:recording-configuration/abc`]])(
  'succeeds with the invalid ChannelArn "%s" that Create refused', async (ChannelArn) => {
    const properties = propertiesOf({ arn: ChannelArn }, handler.secretsManager.createSecret());
    const { PhysicalResourceId } = await handler.cloudFormation.create(properties);
    handler.calls.take();

    const answer = await handler.cloudFormation.delete(properties, { PhysicalResourceId });

    expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId });
    expect(handler.calls.take()).toEqual([]);
  });

test('succeeds with an invalid serial that Create refused', async () => {
  const answer = await handler.cloudFormation.delete(propertiesOf(handler.channels.create(), handler.secretsManager.createSecret(), { Serial: 'x' }));

  expect(answer.Status).toBe('SUCCESS');
});

test.each([
  ['before', 'ivs:ListStreamKeys'], ['after', 'ivs:ListStreamKeys'],
  ['before', 'ivs:DeleteStreamKey'], ['after', 'ivs:DeleteStreamKey'],
] as const)('a crash %s %s leaves nothing that the next attempt does not put right', async (when, operation) => {
  const { channel, properties } = await handler.live();
  handler.aws.endpoint.disturbances.add({ operation, when, effect: 'crash' });

  const answer = await handler.cloudFormation.delete(properties);

  expect(handler.aws.endpoint.disturbances.met(operation)).toBe(1);
  expect(answer.Status).toBe('SUCCESS');
  expect(handler.channels.keyOf(channel)).toBeUndefined();
});

test('a lost answer of DeleteStreamKey does not fail the request', async () => {
  const { channel, properties } = await handler.live();
  handler.aws.endpoint.disturbances.add({ operation: 'ivs:DeleteStreamKey', when: 'after', effect: 'disconnect' });

  const answer = await handler.cloudFormation.delete(properties);

  expect(handler.calls.take()).toContain('ivs:DeleteStreamKey!AccessDeniedException');
  expect(answer.Status).toBe('SUCCESS');
  expect(handler.channels.keyOf(channel)).toBeUndefined();
});

test('also deletes a key that a rotation put in place of the one it found', async () => {
  const { channel, properties } = await handler.live();
  handler.aws.endpoint.disturbances.slowDown(300, 'ivs:DeleteStreamKey');

  const answer = handler.cloudFormation.delete(properties);
  await handler.calls.until('ivs:DeleteStreamKey');
  const { arn, tags } = handler.channels.keyOf(channel)!;
  handler.aws.ivs.deleteStreamKey(arn);
  handler.aws.ivs.createStreamKey(channel.arn, tags);

  expect((await answer).Status).toBe('SUCCESS');
  expect(handler.channels.keyOf(channel)).toBeUndefined();
});

test('a key without an owner is left alone', async () => {
  const channel = handler.channels.createWithKey({ team: 'theirs' });
  const key = handler.channels.keyOf(channel)!;

  const answer = await handler.cloudFormation.delete(propertiesOf(channel, handler.secretsManager.createSecret()));

  expect(answer.Status).toBe('SUCCESS');
  expect(handler.channels.keyOf(channel)).toBe(key);
  expect(key.tags).toEqual({ team: 'theirs' });
});

test('the key of another stack is left alone', async () => {
  const tags = { [KeyTag.STACK]: 'another stack', [KeyTag.RESOURCE]: 'Live', [KeyTag.SERIAL]: '1', [KeyTag.ORIGIN]: 'created' };
  const channel = handler.channels.createWithKey(tags);
  const key = handler.channels.keyOf(channel)!;

  const answer = await handler.cloudFormation.delete(propertiesOf(channel, handler.secretsManager.createSecret()));

  expect(answer.Status).toBe('SUCCESS');
  expect(handler.channels.keyOf(channel)).toBe(key);
  expect(key.tags).toEqual(tags);
});

test('the key of another stack is left alone, even if it was renamed from the same name', async () => {
  const tags = { [KeyTag.STACK]: 'another stack', [KeyTag.RESOURCE]: 'Renamed', [KeyTag.PREDECESSOR]: 'Live' };
  const channel = handler.channels.createWithKey(tags);

  const answer = await handler.cloudFormation.delete(propertiesOf(channel, handler.secretsManager.createSecret()));

  expect(answer.Status).toBe('SUCCESS');
  expect(handler.channels.keyOf(channel)!.tags).toEqual(tags);
});

test('the key of another resource of the same stack is left alone', async () => {
  const { channel, properties } = await handler.live();
  const key = handler.channels.keyOf(channel)!;
  const tags = { ...key.tags };

  const answer = await handler.cloudFormation.delete(properties, { LogicalResourceId: 'Another' });

  expect(answer.Status).toBe('SUCCESS');
  expect(handler.channels.keyOf(channel)).toBe(key);
  expect(key.tags).toEqual(tags);
});
