import { randomUUID } from 'node:crypto';
import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { DeployedHandler } from './support/deployed-handler';
import { Live } from './support/live';
import { LOOK } from './support/look';
import { REGION } from '../../local-aws/local-aws';
import type { Secret } from '../../local-aws/secrets-manager/secrets-manager';

let handler: DeployedHandler;
let administrator: SecretsManagerClient;
beforeAll(async () => {
  handler = await DeployedHandler.start();
  administrator = new SecretsManagerClient({ endpoint: handler.aws.url, region: REGION, credentials: handler.aws.identities.administrator });
});
afterAll(async () => {
  administrator.destroy();
  await handler.stop();
});
beforeEach(() => handler.startAfresh());

const overwriteNow = ({ arn }: Secret) => administrator.send(new PutSecretValueCommand({ SecretId: arn, SecretString: JSON.stringify({ by: 'hand', at: randomUUID() }) }));
/** So long ago that IVS would show another key, had a rotation stored the value. */
async function overwrite(secret: Secret): Promise<void> {
  await overwriteNow(secret);
  await handler.aws.clock.advance(60_000);
}

/** An update, as some change of a property that has nothing to do with the key brings it about. */
const updateAnyway = ({ properties }: Live) => handler.cloudFormation.update(properties, properties);

describe('a value overwritten by hand', () => {
  test.each([[1], [2], [3]])('%d times is corrected by the next update', async (times) => {
    const live = await handler.live();
    for (let time = 0; time < times; time++) await overwrite(live.secret);
    expect(handler.encoder.read(live.secret)).toMatchObject({ by: 'hand' });

    await updateAnyway(live);

    expect(handler.encoder.read(live.secret)!.streamKey).toBe(handler.channels.keyOf(live.channel)!.value);
  });

  test('is corrected right after it was overwritten, once IVS cannot be showing an old key', async () => {
    const live = await handler.live();
    await overwriteNow(live.secret);

    await updateAnyway(live);

    expect(handler.encoder.read(live.secret)!.streamKey).toBe(handler.channels.keyOf(live.channel)!.value);
  });

  test('is corrected even if Secrets Manager removed our version', async () => {
    const live = await handler.live();
    await overwrite(live.secret);
    await overwrite(live.secret);
    for (const [id, { labels }] of live.secret.versions) if (!labels.size) live.secret.versions.delete(id);

    await updateAnyway(live);

    expect(handler.encoder.read(live.secret)!.streamKey).toBe(handler.channels.keyOf(live.channel)!.value);
  });

  test('is corrected without a rotation', async () => {
    const live = await handler.live();
    const key = handler.channels.keyOf(live.channel);
    await overwrite(live.secret);

    await updateAnyway(live);

    expect(handler.channels.keyOf(live.channel)).toBe(key);
  });

  test.each([
    ['before', 'ivs:GetStreamKey'], ['after', 'ivs:GetStreamKey'],
    ['before', 'secretsmanager:PutSecretValue'], ['after', 'secretsmanager:PutSecretValue'],
    ['before', 'secretsmanager:UpdateSecretVersionStage'], ['after', 'secretsmanager:UpdateSecretVersionStage'],
  ] as const)('is put right after a crash %s %s', async (when, operation) => {
    const live = await handler.live();
    await overwrite(live.secret);
    handler.aws.endpoint.disturbances.add({ operation, when, effect: 'crash' });

    await updateAnyway(live);

    expect(handler.aws.endpoint.disturbances.met(operation)).toBe(1);
    expect(handler.encoder.read(live.secret)!.streamKey).toBe(handler.channels.keyOf(live.channel)!.value);
  });
});

test('an update stores nothing if the secret is up to date', async () => {
  const live = await handler.live();

  await updateAnyway(live);

  expect(handler.calls.take().sort()).toEqual(LOOK);
});

describe('replacing the secret', () => {
  test('stores the same key in the new one', async () => {
    const { channel, properties } = await handler.live();
    const key = handler.channels.keyOf(channel)!;
    const newSecret = handler.secretsManager.createSecret();

    const answer = await handler.cloudFormation.update(properties, { ...properties, SecretArn: newSecret.arn });

    expect(answer.Data!.SecretArn).toBe(newSecret.arn);
    expect(handler.encoder.read(newSecret)!.streamKey).toBe(key.value);
    expect(handler.channels.keyOf(channel)).toBe(key);
  });

  test('keeps the physical id', async () => {
    const { channel, properties } = await handler.live();

    const answer = await handler.cloudFormation.update(properties, { ...properties, SecretArn: handler.secretsManager.createSecret().arn });

    expect(answer.PhysicalResourceId).toBe(channel.arn);
  });

  test('leaves the key in the old one after a roll-back', async () => {
    const { channel, secret, properties } = await handler.live();
    const replaced = { ...properties, SecretArn: handler.secretsManager.createSecret().arn };
    await handler.cloudFormation.update(properties, replaced);

    const answer = await handler.cloudFormation.update(replaced, properties);

    expect(answer).toMatchObject({ Status: 'SUCCESS', Data: { SecretArn: secret.arn } });
    expect(handler.encoder.read(secret)!.streamKey).toBe(handler.channels.keyOf(channel)!.value);
  });

  test('leaves the new key in the old one after the roll-back of a deployment that also rotated', async () => {
    const { channel, secret, properties } = await handler.live();
    const replaced = { ...properties, SecretArn: handler.secretsManager.createSecret().arn, Serial: '2' };
    await handler.cloudFormation.update(properties, replaced);

    await handler.cloudFormation.update(replaced, properties);

    expect(handler.encoder.read(secret)!.streamKey).toBe(handler.channels.keyOf(channel)!.value);
  });
});

describe('switching insecureIngest on', () => {
  test('removes the SRT URL, which no longer works, from the secret', async () => {
    const live = await handler.live();
    expect(handler.encoder.read(live.secret)).toHaveProperty('srtUrl');
    handler.aws.ivs.updateChannel(live.channel.arn, { insecureIngest: true });

    await updateAnyway(live);

    expect(handler.encoder.read(live.secret)).not.toHaveProperty('srtUrl');
  });

  test('creates another version of the secret, so that its dependents are deployed again', async () => {
    const live = await handler.live();
    const before = await updateAnyway(live);
    handler.aws.ivs.updateChannel(live.channel.arn, { insecureIngest: true });

    const after = await updateAnyway(live);

    expect(after.Data!.SecretVersionId).not.toBe(before.Data!.SecretVersionId);
    expect([...live.secret.versions.get(after.Data!.SecretVersionId)!.labels]).toEqual(['AWSCURRENT']);
  });

  test('and off again stores the SRT URL with the new passphrase', async () => {
    const live = await handler.live();
    const before = handler.encoder.read(live.secret)!.srtUrl;
    handler.aws.ivs.updateChannel(live.channel.arn, { insecureIngest: true });
    handler.aws.ivs.updateChannel(live.channel.arn, { insecureIngest: false });

    await updateAnyway(live);

    expect(handler.encoder.read(live.secret)!.srtUrl).not.toBe(before);
    expect(handler.encoder.read(live.secret)!.srtUrl).toContain(`passphrase=${live.channel.srt.passphrase}`);
  });
});
