import { DeployedHandler } from './support/deployed-handler';
import { Live } from './support/live';
import type { Variants } from '../../local-aws/faults/variants';
import type { IvsStreamKey } from '../../local-aws/ivs/ivs';
import { removeLabel } from '../../local-aws/secrets-manager/secret';
import { KeyTag } from '../../src/contract/tags';
import { WhileLive } from '../../src/contract/while-live';

let handler: DeployedHandler;
beforeAll(async () => {
  handler = await DeployedHandler.start();
  handler.aws.secretsManager.rotations.retryDelay = 5;
});
afterAll(() => handler.stop());
beforeEach(() => handler.startAfresh());

/** A resource under DEFER, whose channel is live, and the key it has. The event of the broadcast's end gets lost. */
async function broadcasting(): Promise<Live & { key: IvsStreamKey }> {
  handler.eventBridge.lose();
  const live = await handler.live({ WhileLive: WhileLive.DEFER, ReconnectWindow: '0' });
  await handler.encoder.publish(live);
  return { ...live, key: handler.channels.keyOf(live.channel)! };
}

const deploy = (live: Live, Serial = '2') => handler.cloudFormation.deploy(live, { Serial });
const changeTags = (live: Live) => handler.cloudFormation.deploy(live, { Tags: [{ Key: 'team', Value: 'sports' }] });
const rotateSecret = ({ secret }: Live) => handler.secretsManager.rotateSecret(secret);
/** What Secrets Manager does next: it tries a rotation again that has failed, or rotates when it is asked to. */
const nextAttempt = async (live: Live) => {
  if (live.secret.rotating) await handler.aws.secretsManager.rotations.retry(live.secret);
  else await rotateSecret(live);
};
const created = () => handler.calls.take().filter((call) => call === 'ivs:CreateStreamKey').length;
/** Lets the end of the broadcast come, and has it ask for a rotation by itself. */
const endAskingForRotation = async (live: Live) => {
  handler.cloudFormation.change(live, { RotateAfterStream: 'true' });
  await handler.eventBridge.endStream(live);
};
/** Lets everything come that might carry out a rotation, and none that asks for one. */
const letAllCome = async (live: Live) => {
  await handler.encoder.publish(live);
  await handler.encoder.disconnect(live);
  await handler.eventBridge.endStream(live);
  await handler.cloudFormation.deploy(live, { Tags: [{ Key: 'team', Value: 'news' }] });
};

const DEFERRED = 'The rotation is due, and waits, because the channel is live. It is carried out when the broadcast ends, '
  + 'or by the next scheduled rotation or change of the construct\'s props that finds the channel offline.';

const ROTATIONS: [string, (live: Live) => Promise<unknown>][] = [['a deployment', deploy], ['RotateSecret', rotateSecret]];

describe.each(ROTATIONS)('%s that finds the channel live under DEFER', (_, rotate) => {
  test('leaves the key alone', async () => {
    const live = await broadcasting();

    await rotate(live);

    expect(handler.channels.keyOf(live.channel)).toBe(live.key);
    handler.expectKeyStored(live);
  });

  test.each<[string, (live: Live) => Promise<unknown>]>([
    ['the end of the broadcast', (live) => handler.eventBridge.endStream(live)],
    ['the next change', changeTags],
    ['the next attempt of Secrets Manager', nextAttempt],
  ])('is carried out by %s, once', async (__, next) => {
    const live = await broadcasting();
    await rotate(live);
    await handler.encoder.disconnect(live);

    await next(live);
    const key = handler.channels.keyOf(live.channel)!;
    await letAllCome(live);

    expect(key.arn).not.toBe(live.key.arn);
    expect(created()).toBe(1);
    handler.expectKeyStored(live);
  });

  test('is carried out through the construct\'s rule', async () => {
    const live = await broadcasting();
    handler.eventBridge.loseNothing();
    await rotate(live);

    await handler.encoder.disconnect(live);

    expect(handler.channels.keyOf(live.channel)!.arn).not.toBe(live.key.arn);
    handler.expectKeyStored(live);
  });

  test('is not carried out by a change of tags during the broadcast', async () => {
    const live = await broadcasting();
    await rotate(live);

    await changeTags(live);

    expect(handler.channels.keyOf(live.channel)).toBe(live.key);
  });

  test('is settled if the key is created again meanwhile, because it was deleted by hand', async () => {
    const live = await broadcasting();
    await rotate(live);
    handler.aws.ivs.deleteStreamKey(live.key.arn);
    await nextAttempt(live);
    await handler.encoder.disconnect(live);
    const key = handler.channels.keyOf(live.channel);

    await letAllCome(live);

    expect(handler.channels.keyOf(live.channel)).toBe(key);
  });
});

test('switching to KEEP carries out a due rotation, and the broadcast goes on', async () => {
  const live = await broadcasting();
  await rotateSecret(live);

  await handler.cloudFormation.deploy(live, { WhileLive: WhileLive.KEEP });

  expect(handler.channels.keyOf(live.channel)!.arn).not.toBe(live.key.arn);
  expect(handler.aws.ivs.streamOf(live.channel.arn)).toBeDefined();
  handler.expectKeyStored(live);
});

test('switching to DISCONNECT does not stop the broadcast for a due rotation', async () => {
  const live = await broadcasting();
  await rotateSecret(live);

  await handler.cloudFormation.deploy(live, { WhileLive: WhileLive.DISCONNECT });

  expect(handler.channels.keyOf(live.channel)).toBe(live.key);
  expect(handler.aws.ivs.streamOf(live.channel.arn)).toBeDefined();
});

test('a deferred deployment is logged', async () => {
  const live = await broadcasting();

  const answer = await deploy(live);

  expect(answer.Status).toBe('SUCCESS');
  expect(answer).not.toHaveProperty('Reason');
  expect(handler.logged('rotation deferred', live.channel)).toMatchObject([{ RotationsDeferred: 1, remark: DEFERRED }]);
});

test('a deferred deployment and a deferred RotateSecret are one rotation', async () => {
  const live = await broadcasting();
  await deploy(live);
  await rotateSecret(live);
  await handler.encoder.disconnect(live);

  await handler.eventBridge.endStream(live);
  await letAllCome(live);

  expect(created()).toBe(1);
});

test('a deferred deployment that is rolled back rotates nothing afterwards', async () => {
  const live = await broadcasting();
  await deploy(live, '2');
  await deploy(live, '1');
  await handler.encoder.disconnect(live);

  await letAllCome(live);

  expect(handler.channels.keyOf(live.channel)).toBe(live.key);
});

test('counts deferred deployments once per rotation, not once per attempt', async () => {
  const live = await broadcasting();

  await deploy(live, '2');
  await changeTags(live);
  await deploy(live, '1');
  await deploy(live, '2');

  expect(handler.logged('rotation deferred', live.channel).map(({ reason }) => reason)).toEqual(['Deployment', 'Deployment']);
});

describe('a deferred RotateSecret', () => {
  const lastRotated = ({ secret }: Live) => secret.lastRotated;

  test('fails for Secrets Manager, and the error says why', async () => {
    const live = await broadcasting();

    const attempts = await rotateSecret(live);

    expect(attempts.map(({ error }) => error)).toEqual(Array(3).fill(
      `createSecret: Error: The stream key of ${live.channel.arn} is not rotated now. The rotation is due, and waits, because the channel is live. `
      + 'It is carried out when the broadcast ends, or by the next scheduled rotation or change of the construct\'s props that finds the channel offline. '
      + 'Until then Secrets Manager shows a rotation that is not complete.',
    ));
    expect(lastRotated(live)).toBeUndefined();
  });

  test('is counted once, and not as a failure', async () => {
    const live = await broadcasting();

    await rotateSecret(live);

    expect(handler.logged('rotation deferred', live.channel)).toHaveLength(1);
    expect(handler.logged('rotation failed', live.channel)).toEqual([]);
  });

  test('stays the pending rotation until the broadcast ends', async () => {
    const live = await broadcasting();
    await rotateSecret(live);

    await expect(rotateSecret(live)).rejects.toThrow('A previous rotation isn\'t complete.');
  });

  test.each<[string, (live: Live) => Promise<unknown>]>([
    ['the end of the broadcast', (live) => handler.eventBridge.endStream(live)],
    ['an end that itself asks for a rotation', endAskingForRotation],
    ['the next change', changeTags],
    ['a deployment that rotates', deploy],
  ])('is stored by %s in the version that Secrets Manager has made for it', async (_, next) => {
    const live = await broadcasting();
    const [{ token }] = await rotateSecret(live);
    await handler.encoder.disconnect(live);

    await next(live);

    expect(handler.secretsManager.versionWith(live.secret, 'AWSCURRENT')).toBe(token);
    expect(handler.secretsManager.versionWith(live.secret, 'AWSPENDING')).toBe(token);
    handler.expectKeyStored(live);
  });

  test('does not block the next one either, if its token cannot be a tag value', async () => {
    const live = await broadcasting();
    await handler.secretsManager.rotateSecret(live.secret, `at-3-o'clock!-${'x'.repeat(20)}`);
    await handler.encoder.disconnect(live);
    await handler.eventBridge.endStream(live);

    const attempts = await rotateSecret(live);

    expect(attempts.map(({ error }) => error)).toEqual([undefined]);
    handler.expectKeyStored(live);
  });

  test('loses its version to a value stored by hand, and is carried out all the same', async () => {
    const live = await broadcasting();
    const [{ token }] = await rotateSecret(live);
    removeLabel(live.secret, 'AWSPENDING', token);
    await handler.encoder.disconnect(live);

    await handler.eventBridge.endStream(live);
    await letAllCome(live);

    expect(handler.secretsManager.versionWith(live.secret, 'AWSCURRENT')).not.toBe(token);
    expect(created()).toBe(1);
    handler.expectKeyStored(live);
  });

  describe.each<Partial<Variants>>([
    { retryWithSameToken: true, pendingCleanUp: 0, putTakesPending: false, emptyVersion: 'done', describeLag: 300 },
    { retryWithSameToken: true, pendingCleanUp: Infinity, putTakesPending: true, emptyVersion: 'failed', describeLag: 0 },
    { retryWithSameToken: false, pendingCleanUp: 0, putTakesPending: true, emptyVersion: 'failed', describeLag: 300 },
    { retryWithSameToken: false, pendingCleanUp: Infinity, putTakesPending: false, emptyVersion: 'done', describeLag: 0 },
  ])('under %j', (variants) => {
    beforeEach(() => { Object.assign(handler.aws.variants, variants); });

    test('is completed by its own retry once the broadcast has ended, and dated only then', async () => {
      const live = await broadcasting();
      await rotateSecret(live);
      await handler.encoder.disconnect(live);
      await handler.eventBridge.endStream(live);
      const before = lastRotated(live);

      await nextAttempt(live);

      expect(before).toBeUndefined();
      expect(lastRotated(live)).toBeDefined();
      // With a fresh token nothing shows that it is the same rotation.
      expect(created()).toBe(variants.retryWithSameToken ? 1 : 2);
      expect(handler.logged('rotation deferred', live.channel)).toHaveLength(1);
      handler.expectKeyStored(live);
    });

    test('does not block the next RotateSecret, even if it is not retried', async () => {
      const live = await broadcasting();
      await rotateSecret(live);
      await handler.encoder.disconnect(live);
      await handler.eventBridge.endStream(live);

      const attempts = await rotateSecret(live);

      expect(attempts.map(({ error }) => error)).toEqual([undefined]);
      handler.expectKeyStored(live);
    });
  });
});

test.each(['before', 'after'] as const)('a crash %s the key is marked as due does not lose the rotation', async (when) => {
  const live = await broadcasting();
  handler.aws.endpoint.disturbances.add({ operation: 'ivs:TagResource', when, effect: 'crash' });
  await rotateSecret(live);
  await handler.encoder.disconnect(live);

  await handler.eventBridge.endStream(live);

  expect(handler.channels.keyOf(live.channel)!.arn).not.toBe(live.key.arn);
  expect(handler.channels.keyOf(live.channel)!.tags).not.toHaveProperty([KeyTag.DUE]);
  handler.expectKeyStored(live);
});

test('a stream end that asks for a rotation, and a due rotation, are one', async () => {
  const live = await broadcasting();
  await rotateSecret(live);
  await handler.encoder.disconnect(live);

  await endAskingForRotation(live);
  await endAskingForRotation(live);

  expect(created()).toBe(1);
  handler.expectKeyStored(live);
});
