import { DeployedHandler } from './support/deployed-handler';
import { Live, propertiesOf } from './support/live';
import type { Secret } from '../../local-aws/secrets-manager/secrets-manager';
import { KeyTag, SecretTag } from '../../src/contract/tags';

let handler: DeployedHandler;
beforeAll(async () => {
  handler = await DeployedHandler.start();
  handler.aws.secretsManager.rotations.retryDelay = 5;
});
afterAll(() => handler.stop());
beforeEach(() => handler.startAfresh());

const keyIn = (secret: Secret) => handler.encoder.read(secret)?.streamKey;

/** Moves the key of a resource to another secret; the clean-up of the old one has not come yet. */
async function move(live: Live): Promise<Secret> {
  const tags = { [KeyTag.RESOURCE]: 'Live', [KeyTag.SERIAL]: '1', [SecretTag.CHANNEL]: live.channel.arn };
  const secret = handler.secretsManager.createSecret(tags);
  const { Status } = await handler.cloudFormation.update(live.properties, { ...live.properties, SecretArn: secret.arn });
  expect(Status).toBe('SUCCESS');
  return secret;
}

describe('the replaced secret of a stream key, before its clean-up', () => {
  test('does not rotate the key by RotateSecret', async () => {
    const live = await handler.live();
    const secret = await move(live);

    const attempts = await handler.secretsManager.rotateSecret(live.secret);

    expect(attempts[0].error).toContain(`is kept in another secret than ${live.secret.arn}. Rotate that one.`);
    expect(keyIn(secret)).toBe(handler.channels.keyOf(live.channel)!.value);
  });

  test('does not rotate the key at the end of a broadcast', async () => {
    const live = await handler.live();
    const secret = await move(live);
    await handler.aws.clock.advance(5_000);

    await handler.eventBridge.endStream(live, 'st-old');

    expect(keyIn(secret)).toBe(handler.channels.keyOf(live.channel)!.value);
  });

  test('holds the key again after a roll-back, and rotates it', async () => {
    const live = await handler.live();
    const secret = await move(live);
    await handler.cloudFormation.update({ ...live.properties, SecretArn: secret.arn }, live.properties);

    const attempts = await handler.secretsManager.rotateSecret(live.secret);

    expect(attempts[0].error).toBeUndefined();
    expect(keyIn(live.secret)).toBe(handler.channels.keyOf(live.channel)!.value);
  });
});

test('the new secret of a stream key rotates it', async () => {
  const live = await handler.live();
  const secret = await move(live);

  const attempts = await handler.secretsManager.rotateSecret(secret);

  expect(attempts[0].error).toBeUndefined();
  expect(keyIn(secret)).toBe(handler.channels.keyOf(live.channel)!.value);
});

test('a secret with forged tags does not get the key', async () => {
  const { channel } = await handler.live();
  const forged = handler.secretsManager.createSecret({ [KeyTag.RESOURCE]: 'Live', [KeyTag.SERIAL]: '1', [SecretTag.CHANNEL]: channel.arn });

  const attempts = await handler.secretsManager.rotateSecret(forged);

  expect(attempts[0].error).toContain('is kept in another secret');
  expect(keyIn(forged)).toBeUndefined();
});

test('a key tagged by an older version, without its secret, is rotated and then tagged with it', async () => {
  const live = await handler.live();
  delete handler.channels.keyOf(live.channel)!.tags[KeyTag.SECRET];

  await handler.secretsManager.rotateSecret(live.secret);

  expect(keyIn(live.secret)).toBe(handler.channels.keyOf(live.channel)!.value);
  expect(handler.channels.keyOf(live.channel)!.tags[KeyTag.SECRET]).toMatch(/^[0-9a-f]{64}$/);
});

test('a key created by hand in place of ours is rotated by a deployment with a higher serial', async () => {
  const live = await handler.live();
  handler.aws.ivs.deleteStreamKey(handler.channels.keyOf(live.channel)!.arn);
  const planted = handler.aws.ivs.createStreamKey(live.channel.arn, {});

  const { Status } = await handler.cloudFormation.update(live.properties, { ...live.properties, Serial: '2' });

  expect(Status).toBe('SUCCESS');
  expect(handler.channels.keyOf(live.channel)!.arn).not.toBe(planted.arn);
  expect(propertiesOf(live.channel, live.secret).ChannelArn).toBe(handler.encoder.read(live.secret)!.channelArn);
});
