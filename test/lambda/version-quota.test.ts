import { randomUUID } from 'node:crypto';
import { DeployedHandler } from './support/deployed-handler';
import { Live } from './support/live';
import { addVersion, moveLabel } from '../../local-aws/secrets-manager/secret';

const HOUR = 3_600_000;

let handler: DeployedHandler;
beforeAll(async () => { handler = await DeployedHandler.start(); });
afterAll(() => handler.stop());
beforeEach(() => handler.startAfresh());

/** A resource whose secret has got so many versions today. */
async function withVersions(count: number): Promise<Live> {
  const live = await handler.live();
  while (live.secret.versions.size < count) addVersion(live.secret, randomUUID(), handler.aws.clock.date(), 'earlier today');
  return live;
}

const refusal = ({ channel, secret }: Live, count: number) =>
  `The stream key of ${channel.arn} is not rotated: the secret ${secret.arn} got ${count} versions within 24 hours, `
  + 'and Secrets Manager keeps about 100 and removes none that is younger. The key stays as it is; rotate it less often.';

const deploy = (live: Live) => handler.cloudFormation.deploy(live, { Serial: '2' });
const rotateSecret = (live: Live) => handler.secretsManager.rotateSecret(live.secret);

describe('a secret with 90 versions today', () => {
  test('keeps its key at the end of a broadcast', async () => {
    const live = await withVersions(90);
    const key = handler.channels.keyOf(live.channel);

    await handler.broadcast(live);

    expect(handler.channels.keyOf(live.channel)).toBe(key);
    handler.expectKeyStored(live);
  });

  test('has the skipped rotation logged and counted', async () => {
    const live = await withVersions(90);

    await handler.broadcast(live);

    expect(handler.logged('rotation failed', live.channel)[0]).toMatchObject({ RotationFailures: 1, reason: 'StreamEnd', why: refusal(live, 90) });
  });

  test('has the skipped rotation logged once, without a retry', async () => {
    const live = await withVersions(90);

    await handler.broadcast(live);

    expect(handler.logged('rotation failed', live.channel)).toHaveLength(1);
  });

  test('rotates after a broadcast again once the day is over', async () => {
    const live = await withVersions(90);
    await handler.broadcast(live);
    const key = handler.channels.keyOf(live.channel)!;
    await handler.aws.clock.advance(25 * HOUR);

    await handler.broadcast(live);

    expect(handler.channels.keyOf(live.channel)!.arn).not.toBe(key.arn);
    handler.expectKeyStored(live);
  });

  test.each([['a deployment', deploy], ['RotateSecret', rotateSecret]])('is rotated by %s', async (_, rotate) => {
    const live = await withVersions(90);
    const key = handler.channels.keyOf(live.channel)!;

    await rotate(live);

    expect(handler.channels.keyOf(live.channel)!.arn).not.toBe(key.arn);
    handler.expectKeyStored(live);
  });
});

test('uses the last version that fits', async () => {
  const live = await withVersions(99);
  const key = handler.channels.keyOf(live.channel)!;

  await deploy(live);

  expect(handler.channels.keyOf(live.channel)!.arn).not.toBe(key.arn);
  handler.expectKeyStored(live);
});

test('a secret with 100 versions today keeps its key whatever is deployed, and the reason says why', async () => {
  const live = await withVersions(100);
  const key = handler.channels.keyOf(live.channel);

  const { Status, Reason } = await deploy(live);

  expect({ Status, Reason }).toEqual({ Status: 'FAILED', Reason: refusal(live, 100) });
  expect(handler.channels.keyOf(live.channel)).toBe(key);
  handler.expectKeyStored(live);
});

test('an older version with a label counts, too', async () => {
  const live = await handler.live();
  addVersion(live.secret, 'kept', handler.aws.clock.date(), 'kept');
  moveLabel(live.secret, 'KEPT', 'kept');
  await handler.aws.clock.advance(25 * HOUR);
  while (live.secret.versions.size < 99) addVersion(live.secret, randomUUID(), handler.aws.clock.date(), 'earlier today');
  await handler.cloudFormation.deploy(live, { Serial: '2' });
  const key = handler.channels.keyOf(live.channel);

  const { Status } = await handler.cloudFormation.deploy(live, { Serial: '3' });

  expect(Status).toBe('FAILED');
  expect(handler.channels.keyOf(live.channel)).toBe(key);
});

describe('a rotation that began with the last version that fits', () => {
  test('has room for its own key', async () => {
    const live = await withVersions(99);
    const token = handler.secretsManager.stage(live.secret);
    const key = handler.channels.keyOf(live.channel);

    const { error } = await handler.secretsManager.step(live.secret, 'createSecret', token);

    expect(error).toBeUndefined();
    expect(handler.channels.keyOf(live.channel)).not.toBe(key);
    handler.expectKeyStored(live);
  });

  test('leaves no room for a deployment', async () => {
    const live = await withVersions(99);
    handler.secretsManager.stage(live.secret);
    const key = handler.channels.keyOf(live.channel);

    const { Status, Reason } = await deploy(live);

    expect({ Status, Reason }).toEqual({ Status: 'FAILED', Reason: refusal(live, 100) });
    expect(handler.channels.keyOf(live.channel)).toBe(key);
  });
});

test('counts versions across pages', async () => {
  const live = await handler.live();
  while (live.secret.versions.size < 120) live.secret.versions.set(randomUUID(), { value: '', labels: new Set(), created: handler.aws.clock.date() });

  const { Reason } = await deploy(live);

  expect(Reason).toContain('got 120 versions within 24 hours');
});
