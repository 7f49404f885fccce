import { DeployedHandler } from './support/deployed-handler';
import { Live, propertiesOf } from './support/live';
import { AwsError } from '../../local-aws/core/aws-error';
import type { StreamKeyProperties } from '../../src/contract/resource';
import { SecretTag } from '../../src/contract/tags';

let handler: DeployedHandler;
beforeAll(async () => { handler = await DeployedHandler.start(); });
afterAll(() => handler.stop());
beforeEach(() => handler.startAfresh());

interface Moved extends Live {
  readonly newChannel: Live['channel'];
  readonly newProperties: StreamKeyProperties;
}

/** A resource that exists, and a channel that it is to move to. CloudFormation tags the secret with the channel whose key it is to hold. */
async function toBeMoved(more: Partial<StreamKeyProperties> = {}): Promise<Moved> {
  const channel = handler.channels.create();
  const live = await handler.live(more, channel, handler.secretsManager.createSecret({ [SecretTag.CHANNEL]: channel.arn }));
  const newChannel = handler.channels.create();
  return { ...live, newChannel, newProperties: { ...live.properties, ChannelArn: newChannel.arn } };
}

describe('a resource that moves to another channel', () => {
  test('gets another physical id, so that CloudFormation later deletes the old one', async () => {
    const { properties, newProperties, newChannel } = await toBeMoved();

    const answer = await handler.cloudFormation.update(properties, newProperties);

    expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: newChannel.arn });
  });

  test('stores that channel\'s key in the secret', async () => {
    const { properties, newProperties, newChannel, secret } = await toBeMoved();

    await handler.cloudFormation.update(properties, newProperties);

    expect(handler.encoder.read(secret)).toMatchObject({ channelArn: newChannel.arn, streamKey: handler.channels.keyOf(newChannel)!.value });
  });

  test('keeps the old key until CloudFormation deletes it', async () => {
    const { properties, newProperties, channel } = await toBeMoved();
    const key = handler.channels.keyOf(channel);

    await handler.cloudFormation.update(properties, newProperties);

    expect(handler.channels.keyOf(channel)).toBe(key);
  });

  test('loses the old key when CloudFormation deletes the old physical id', async () => {
    const { properties, newProperties, channel } = await toBeMoved();
    await handler.cloudFormation.update(properties, newProperties);

    await handler.cloudFormation.delete(properties);

    expect(handler.channels.keyOf(channel)).toBeUndefined();
  });

  test('keeps the new key when CloudFormation deletes the old physical id', async () => {
    const { properties, newProperties, newChannel, secret } = await toBeMoved();
    await handler.cloudFormation.update(properties, newProperties);
    const key = handler.channels.keyOf(newChannel)!;

    await handler.cloudFormation.delete(properties);

    expect(handler.channels.keyOf(newChannel)).toBe(key);
    expect(handler.encoder.read(secret)!.streamKey).toBe(key.value);
  });

  test('keeps the replicas of its secret when CloudFormation deletes the old physical id', async () => {
    const { properties, newProperties, newChannel, secret } = await toBeMoved({ ReplicaRegions: [{ Region: 'eu-west-1' }] });
    secret.tags[SecretTag.CHANNEL] = newChannel.arn;
    await handler.cloudFormation.update(properties, newProperties);

    await handler.cloudFormation.delete(properties);

    expect(secret.replicas.map(({ Region }) => Region)).toEqual(['eu-west-1']);
  });

  test('is not rotated by the move, even if the new channel already has its key', async () => {
    const { properties, newProperties, newChannel } = await toBeMoved();
    await handler.cloudFormation.update(properties, newProperties);
    const key = handler.channels.keyOf(newChannel);

    await handler.cloudFormation.update(properties, newProperties);

    expect(handler.channels.keyOf(newChannel)).toBe(key);
  });
});

describe('rolling back a move that succeeded', () => {
  test('puts the old channel\'s key back into the secret', async () => {
    const { properties, newProperties, newChannel, channel, secret } = await toBeMoved();
    const key = handler.channels.keyOf(channel)!;
    await handler.cloudFormation.update(properties, newProperties);

    const answer = await handler.cloudFormation.update(newProperties, properties, { PhysicalResourceId: newChannel.arn });

    expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: channel.arn });
    expect(handler.channels.keyOf(channel)).toBe(key);
    expect(handler.encoder.read(secret)!.streamKey).toBe(key.value);
  });

  test('leaves the new key for CloudFormation\'s Delete of the new physical id', async () => {
    const { properties, newProperties, newChannel, channel, secret } = await toBeMoved();
    await handler.cloudFormation.update(properties, newProperties);
    await handler.cloudFormation.update(newProperties, properties, { PhysicalResourceId: newChannel.arn });

    await handler.cloudFormation.delete(newProperties);

    expect(handler.channels.keyOf(newChannel)).toBeUndefined();
    expect(handler.encoder.read(secret)!.streamKey).toBe(handler.channels.keyOf(channel)!.value);
  });

  test('keeps the replicas of the secret when CloudFormation deletes the new physical id', async () => {
    const { properties, newProperties, newChannel, channel, secret } = await toBeMoved({ ReplicaRegions: [{ Region: 'eu-west-1' }] });
    secret.tags[SecretTag.CHANNEL] = newChannel.arn;
    await handler.cloudFormation.update(properties, newProperties);
    secret.tags[SecretTag.CHANNEL] = channel.arn;
    await handler.cloudFormation.update(newProperties, properties, { PhysicalResourceId: newChannel.arn });

    await handler.cloudFormation.delete(newProperties);

    expect(secret.replicas.map(({ Region }) => Region)).toEqual(['eu-west-1']);
  });
});

describe('rolling back a move that failed', () => {
  /** A move that fails when the new channel has its key. */
  async function failedMove(): Promise<Moved> {
    const moved = await toBeMoved();
    const { properties, newProperties } = moved;
    handler.aws.endpoint.disturbances.add({ operation: 'secretsmanager:ReplicateSecretToRegions', effect: new AwsError('InvalidParameterException', 'No.') });
    const newAndReplicated = { ...newProperties, ReplicaRegions: [{ Region: 'eu-west-1' }] };
    const answer = await handler.cloudFormation.update(properties, newAndReplicated);
    expect(answer).toMatchObject({ Status: 'FAILED', PhysicalResourceId: moved.channel.arn });
    return { ...moved, newProperties: newAndReplicated };
  }

  test('deletes the new channel\'s key, which CloudFormation does not know', async () => {
    const { properties, newProperties, newChannel } = await failedMove();
    expect(handler.channels.keyOf(newChannel)).toBeDefined();

    await handler.cloudFormation.update(newProperties, properties, { PhysicalResourceId: properties.ChannelArn });

    expect(handler.channels.keyOf(newChannel)).toBeUndefined();
  });

  test('leaves the key of the old channel the resource\'s own when it is rolled back, however old it is', async () => {
    const { properties, newProperties, channel } = await toBeMoved();
    await handler.aws.clock.advance(60_000);

    await handler.cloudFormation.update(newProperties, properties, { PhysicalResourceId: channel.arn });
    await handler.cloudFormation.delete(properties);

    expect(handler.channels.keyOf(channel)).toBeUndefined();
  });

  test('deletes it even if a move to a third channel comes instead of the roll-back', async () => {
    const { properties, newProperties, newChannel } = await failedMove();
    const third = { ...newProperties, ChannelArn: handler.channels.create().arn };

    const answer = await handler.cloudFormation.update(newProperties, third, { PhysicalResourceId: properties.ChannelArn });

    expect(answer.Status).toBe('SUCCESS');
    expect(handler.channels.keyOf(newChannel)).toBeUndefined();
  });

  test('puts the old channel\'s key back into the secret', async () => {
    const { properties, newProperties, channel, secret } = await failedMove();

    const answer = await handler.cloudFormation.update(newProperties, properties, { PhysicalResourceId: properties.ChannelArn });

    expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: channel.arn });
    expect(handler.encoder.read(secret)!.streamKey).toBe(handler.channels.keyOf(channel)!.value);
  });

  test('succeeds if the new channel is already gone', async () => {
    const { properties, newProperties, newChannel } = await failedMove();
    handler.aws.ivs.deleteChannel(newChannel.arn);

    const answer = await handler.cloudFormation.update(newProperties, properties, { PhysicalResourceId: properties.ChannelArn });

    expect(answer.Status).toBe('SUCCESS');
  });

  test('succeeds if the new channel\'s ARN was invalid', async () => {
    const { properties } = await handler.live();
    const wrong = { ...properties, ChannelArn: 'not-an-arn' };
    await handler.cloudFormation.update(properties, wrong);

    const answer = await handler.cloudFormation.update(wrong, properties, { PhysicalResourceId: properties.ChannelArn });

    expect(answer.Status).toBe('SUCCESS');
  });
});

test('a key deleted by hand is created again by the next update', async () => {
  const { properties, channel, secret } = await handler.live();
  handler.aws.ivs.deleteStreamKey(handler.channels.keyOf(channel)!.arn);

  const answer = await handler.cloudFormation.update(properties, properties);

  expect(answer.Status).toBe('SUCCESS');
  expect(handler.encoder.read(secret)!.streamKey).toBe(handler.channels.keyOf(channel)!.value);
});

test('an update fails and keeps the physical id if the channel is gone', async () => {
  const { properties, channel } = await handler.live();
  handler.aws.ivs.deleteChannel(channel.arn);

  const answer = await handler.cloudFormation.update(properties, properties);

  expect(answer).toMatchObject({ Status: 'FAILED', PhysicalResourceId: channel.arn });
  expect(answer.Reason).toContain(`The channel ${channel.arn} does not exist`);
});

test('a Delete succeeds if the channel is gone', async () => {
  const { properties, channel } = await handler.live();
  handler.aws.ivs.deleteChannel(channel.arn);

  const answer = await handler.cloudFormation.delete(properties);

  expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: channel.arn });
});

describe('a channel in another region', () => {
  const far = () => handler.aws.ivs.createChannel('eu-west-1', {});

  test('gets its key created', async () => {
    const { channel, secret } = await handler.live({}, far());

    expect(handler.encoder.read(secret)).toMatchObject({ channelArn: channel.arn, streamKey: handler.channels.keyOf(channel)!.value });
  });

  test('gets its key rotated', async () => {
    const { channel, secret, properties } = await handler.live({}, far());
    const before = handler.channels.keyOf(channel);

    await handler.cloudFormation.update(properties, { ...properties, Serial: '2' });

    expect(handler.channels.keyOf(channel)).not.toBe(before);
    expect(handler.encoder.read(secret)!.streamKey).toBe(handler.channels.keyOf(channel)!.value);
  });

  test('gets its key deleted', async () => {
    const { channel, properties } = await handler.live({}, far());

    await handler.cloudFormation.delete(properties);

    expect(handler.channels.keyOf(channel)).toBeUndefined();
  });
});

test('a failed Create has the same physical id as a successful one: the channel', async () => {
  const channel = handler.channels.create();
  handler.aws.ivs.deleteChannel(channel.arn);

  const answer = await handler.cloudFormation.create(propertiesOf(channel, handler.secretsManager.createSecret()));

  expect(answer).toMatchObject({ Status: 'FAILED', PhysicalResourceId: channel.arn });
});
