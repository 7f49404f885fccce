import { setTimeout as sleep } from 'node:timers/promises';
import { DeployedHandler } from './support/deployed-handler';
import { AT_ONCE_AFTER_STREAM, Live, propertiesOf } from './support/live';
import { AwsError } from '../../local-aws/core/aws-error';
import { KeyTag, SecretTag } from '../../src/contract/tags';
import { WhileLive } from '../../src/contract/while-live';

/** How many times as fast the time passes: the handler waits for seconds where something may still come. */
const SPEED = 10;

let handler: DeployedHandler;
beforeAll(async () => {
  handler = await DeployedHandler.start();
  handler.aws.clock.speedUp(SPEED);
});
afterAll(() => handler.stop());
beforeEach(() => handler.startAfresh());

describe('a deployment while the handler asks when a broadcast has ended', () => {
  const meanwhile = (effect: () => unknown) => handler.aws.endpoint.disturbances.add({ operation: 'ivs:GetStreamSession', when: 'after', effect });

  test('to another channel leaves that channel\'s key in the secret', async () => {
    const live = await handler.live(AT_ONCE_AFTER_STREAM);
    const other = handler.channels.create();
    await handler.encoder.publish(live);
    meanwhile(() => {
      live.secret.tags[SecretTag.CHANNEL] = other.arn;
      return handler.cloudFormation.update(live.properties, { ...live.properties, ChannelArn: other.arn });
    });

    await handler.encoder.disconnect(live);
    const cleanUp = await handler.cloudFormation.delete(live.properties);

    expect(cleanUp.Status).toBe('SUCCESS');
    expect(handler.channels.keyOf(live.channel)).toBeUndefined();
    expect(handler.encoder.read(live.secret)!.streamKey).toBe(handler.channels.keyOf(other)!.value);
  });

  test('with a higher serial under DEFER is carried out at that end', async () => {
    const live = await handler.live({ WhileLive: WhileLive.DEFER, ReconnectWindow: '0' });
    await handler.encoder.publish(live);
    meanwhile(() => {
      live.secret.tags[KeyTag.SERIAL] = '2';
      return handler.cloudFormation.update(live.properties, { ...live.properties, Serial: '2' });
    });

    await handler.encoder.disconnect(live);

    expect(handler.channels.keyOf(live.channel)!.tags[KeyTag.SERIAL]).toBe('2');
    expect(handler.encoder.read(live.secret)!.streamKey).toBe(handler.channels.keyOf(live.channel)!.value);
  });
});

test('the end of a broadcast on the old channel leaves the key of the new one alone', async () => {
  const live = await handler.live(AT_ONCE_AFTER_STREAM);
  await handler.encoder.publish(live);
  const other = handler.channels.create();
  live.secret.tags[SecretTag.CHANNEL] = other.arn;
  await handler.cloudFormation.update(live.properties, { ...live.properties, ChannelArn: other.arn });
  const made = handler.channels.keyOf(other)!.arn;
  await handler.aws.clock.advance(5_000);

  await handler.encoder.disconnect(live);

  expect(handler.channels.keyOf(other)!.arn).toBe(made);
  expect(handler.logged('rotation failed', live.channel)).toHaveLength(0);
});

describe('a deployment while RotateSecret prepares the rotation', () => {
  /** Lets something happen once RotateSecret has seen the key, and before it deletes it. */
  const meanwhile = (live: Live, effect: () => unknown) => {
    // A secret with a KMS key is stored once more before the key is deleted.
    live.secret.kmsKeyId = handler.aws.kms.createKey(live.secret.arn.split(':')[3], {
      Version: '2012-10-17',
      Statement: [{
        Effect: 'Allow', Principal: { AWS: `arn:aws:iam::123456789012:role/${handler.role.name}` }, Action: ['kms:GenerateDataKey', 'kms:Decrypt'], Resource: '*',
      }],
    }).arn;
    handler.aws.endpoint.disturbances.add({ operation: 'secretsmanager:PutSecretValue', when: 'after', effect });
  };
  beforeEach(() => { handler.aws.secretsManager.rotations.retries = 0; });

  test('that renames the resource leaves the key to the new name, in its secret', async () => {
    const live = await handler.live();
    const { arn } = handler.channels.keyOf(live.channel)!;
    const secret = handler.secretsManager.createSecret();
    meanwhile(live, () => handler.cloudFormation.create(propertiesOf(live.channel, secret), { LogicalResourceId: 'Renamed' }));

    await handler.secretsManager.rotateSecret(live.secret);
    await handler.cloudFormation.delete(live.properties);

    expect(handler.channels.keyOf(live.channel)!.arn).toBe(arn);
    expect(handler.channels.keyOf(live.channel)!.tags[KeyTag.RESOURCE]).toBe('Renamed');
    expect(handler.encoder.read(secret)!.streamKey).toBe(handler.channels.keyOf(live.channel)!.value);
  });

  test('that moves the key to another secret leaves it there', async () => {
    const live = await handler.live();
    const { arn } = handler.channels.keyOf(live.channel)!;
    const secret = handler.secretsManager.createSecret();
    meanwhile(live, () => handler.cloudFormation.update(live.properties, { ...live.properties, SecretArn: secret.arn }));

    await handler.secretsManager.rotateSecret(live.secret);

    expect(handler.channels.keyOf(live.channel)!.arn).toBe(arn);
    expect(handler.encoder.read(secret)!.streamKey).toBe(handler.channels.keyOf(live.channel)!.value);
  });

  test('that moves the resource to another channel rotates nothing on the old one', async () => {
    const live = await handler.live();
    const { arn } = handler.channels.keyOf(live.channel)!;
    const other = handler.channels.create();
    meanwhile(live, () => {
      live.secret.tags[SecretTag.CHANNEL] = other.arn;
      return handler.cloudFormation.update(live.properties, { ...live.properties, ChannelArn: other.arn });
    });

    await handler.secretsManager.rotateSecret(live.secret);

    expect(handler.channels.keyOf(live.channel)!.arn).toBe(arn);
    expect(handler.encoder.read(live.secret)!.streamKey).toBe(handler.channels.keyOf(other)!.value);
  });

  test.each([['at once', 0], ['a few seconds later', 3000]])('that deletes the key, and the secret %s, leaves no key behind', async (_, later) => {
    const live = await handler.live();
    meanwhile(live, async () => {
      await handler.cloudFormation.delete(live.properties);
      setTimeout(() => handler.aws.secretsManager.deleteSecret(live.secret.arn), later / SPEED);
    });

    await handler.secretsManager.rotateSecret(live.secret);

    expect(handler.channels.keyOf(live.channel)).toBeUndefined();
  });

  test('that deletes the key but not the secret has the key replaced', async () => {
    const live = await handler.live();
    meanwhile(live, () => handler.aws.ivs.deleteStreamKey(handler.channels.keyOf(live.channel)!.arn));

    await handler.secretsManager.rotateSecret(live.secret);

    expect(handler.encoder.read(live.secret)!.streamKey).toBe(handler.channels.keyOf(live.channel)!.value);
  });
});

test('a rotation whose look takes longer than a second looks again before it deletes the key', async () => {
  handler.aws.secretsManager.rotations.retries = 0;
  const live = await handler.live();
  const { arn } = handler.channels.keyOf(live.channel)!;
  const secret = handler.secretsManager.createSecret();
  handler.aws.endpoint.disturbances.add({
    operation: 'ivs:GetChannel',
    effect: async () => {
      await sleep(3_000 / SPEED);
      await handler.cloudFormation.update(live.properties, { ...live.properties, SecretArn: secret.arn });
    },
  });

  await handler.secretsManager.rotateSecret(live.secret);

  expect(handler.channels.keyOf(live.channel)!.arn).toBe(arn);
  expect(handler.encoder.read(secret)!.streamKey).toBe(handler.channels.keyOf(live.channel)!.value);
});

test('a rotation whose DeleteStreamKey is throttled looks again before it repeats the call', async () => {
  handler.aws.secretsManager.rotations.retries = 0;
  const live = await handler.live();
  const { arn } = handler.channels.keyOf(live.channel)!;
  const secret = handler.secretsManager.createSecret();
  handler.aws.endpoint.disturbances.add({
    operation: 'ivs:DeleteStreamKey',
    effect: async () => {
      await handler.cloudFormation.create(propertiesOf(live.channel, secret), { LogicalResourceId: 'Renamed' });
      throw new AwsError('ThrottlingException', 'Rate exceeded', 429);
    },
  });

  await handler.secretsManager.rotateSecret(live.secret);

  expect(handler.channels.keyOf(live.channel)!.arn).toBe(arn);
  expect(handler.encoder.read(secret)!.streamKey).toBe(handler.channels.keyOf(live.channel)!.value);
});
