import { DeployedHandler } from './support/deployed-handler';
import { Live } from './support/live';
import type { Variants } from '../../local-aws/faults/variants';
import { moveLabel } from '../../local-aws/secrets-manager/secret';

let handler: DeployedHandler;
beforeAll(async () => {
  handler = await DeployedHandler.start();
  handler.aws.secretsManager.rotations.retryDelay = 5;
});
afterAll(() => handler.stop());
beforeEach(() => handler.startAfresh());

/** IVS takes no such text for a tag: the key is stored in another version than the rotation's. */
const UNTAGGABLE = `at-3-o'clock!-${'x'.repeat(20)}`;

const labelsOf = ({ secret }: Live, version: string) => [...secret.versions.get(version)!.labels];
const currentOf = ({ secret }: Live) => handler.secretsManager.versionWith(secret, 'AWSCURRENT')!;
const trailOf = ({ secret }: Live) =>
  handler.aws.secretsManager.rotations.trail.filter((event) => event.secret === secret.arn).map(({ name }) => name);
const callsOf = (operation: string) => handler.aws.endpoint.calls.byFunctions().filter((call) => call.operation === `secretsmanager:${operation}`);
const deploy = (live: Live) => handler.cloudFormation.rotate(live);
const endOfBroadcast = (live: Live) => handler.broadcast(live);
/** Rotates as RotateSecret does, and expects that it can. */
const rotate = async (live: Live, token?: string) => {
  const key = handler.channels.keyOf(live.channel);
  const attempts = await handler.secretsManager.rotateSecret(live.secret, token);
  expect(attempts[attempts.length - 1].error).toBeUndefined();
  expect(handler.channels.keyOf(live.channel)).not.toBe(key);
  handler.expectKeyStored(live);
};

test('createSecret sets both labels, and passes on the rotation token', async () => {
  const live = await handler.live();
  await rotate(live);

  const [{ input }] = callsOf('PutSecretValue');

  expect(input).toMatchObject({ ClientRequestToken: currentOf(live), VersionStages: ['AWSPENDING', 'AWSCURRENT'], RotationToken: expect.stringMatching(/^[-0-9a-f]{36}$/) });
});

test('finishSecret leaves AWSPENDING on the current version', async () => {
  handler.aws.variants.pendingCleanUp = Infinity;
  const live = await handler.live();
  await rotate(live);

  expect(labelsOf(live, currentOf(live))).toEqual(['AWSPENDING', 'AWSCURRENT']);
  expect(callsOf('UpdateSecretVersionStage')).toEqual([]);
  expect(trailOf(live)).toEqual(['RotationStarted', 'RotationSucceeded']);
});

test('never sets AWSPENDING without a rotation schedule', async () => {
  const live = await handler.live();
  await deploy(live);

  expect(callsOf('PutSecretValue').map(({ input }) => input.VersionStages)).toEqual([undefined]);
  expect(labelsOf(live, currentOf(live))).toEqual(['AWSCURRENT']);
});

describe.each<[string, (live: Live) => Promise<unknown>]>([['a deployment', deploy], ['the end of a broadcast', endOfBroadcast]])('a left-over AWSPENDING when %s stores the next version', (_, store) => {
  test('moves along from the previously current version', async () => {
    handler.aws.variants.pendingCleanUp = Infinity;
    const live = await handler.live();
    await rotate(live);

    await store(live);

    expect(labelsOf(live, currentOf(live))).toEqual(['AWSPENDING', 'AWSCURRENT']);
    expect(callsOf('UpdateSecretVersionStage')).toEqual([]);
    await rotate(live);
  });

  test('moves along from an older version', async () => {
    const live = await handler.live();
    await rotate(live);
    moveLabel(live.secret, 'AWSPENDING', handler.secretsManager.versionWith(live.secret, 'AWSPREVIOUS')!);

    await store(live);

    await rotate(live);
  });

  test('moves along even if reads lag', async () => {
    Object.assign(handler.aws.variants, { pendingCleanUp: Infinity, describeLag: 3000 });
    const live = await handler.live();
    await rotate(live);

    await store(live);

    await rotate(live);
  });
});

test('AWSPENDING moved back together with AWSCURRENT does not block the next RotateSecret', async () => {
  handler.aws.variants.pendingCleanUp = Infinity;
  const live = await handler.live();
  await rotate(live);
  const ours = currentOf(live);
  live.secret.versions.set('theirs'.padEnd(32, '-'), { value: 'overwritten by hand', labels: new Set(), created: new Date() });
  moveLabel(live.secret, 'AWSCURRENT', 'theirs'.padEnd(32, '-'));
  moveLabel(live.secret, 'AWSPENDING', 'theirs'.padEnd(32, '-'));

  await handler.cloudFormation.deploy(live, { Tags: [{ Key: 'team', Value: 'sports' }] });

  expect(currentOf(live)).toBe(ours);
  await rotate(live);
});

test('a rotation whose key is in another version is complete, and does not block the next', async () => {
  const live = await handler.live();

  await rotate(live, UNTAGGABLE);

  expect(callsOf('UpdateSecretVersionStage')).toEqual([]);
  expect(trailOf(live)).toEqual(['RotationStarted', 'RotationSucceeded']);
  await rotate(live);
});

describe('finishSecret for a version that is not current', () => {
  const finished = async (effect?: 'crash' | 'disconnect') => {
    const live = await handler.live();
    const token = handler.secretsManager.stage(live.secret);
    if (effect) handler.aws.endpoint.disturbances.add({ operation: 'secretsmanager:UpdateSecretVersionStage', when: 'after', effect });
    const { error } = await handler.secretsManager.step(live.secret, 'finishSecret', token);
    return { live, token, error };
  };

  test('removes AWSPENDING from it', async () => {
    const { live, error } = await finished();

    expect(error).toBeUndefined();
    expect(handler.secretsManager.versionWith(live.secret, 'AWSPENDING')).toBeUndefined();
  });

  test.each(['ignored', 'refused'] as const)('survives a lost answer of UpdateSecretVersionStage, if removing an absent label is %s', async (absentLabel) => {
    handler.aws.variants.absentLabel = absentLabel;

    const { error } = await finished('disconnect');

    expect(handler.aws.endpoint.disturbances.met('secretsmanager:UpdateSecretVersionStage')).toBe(1);
    expect(error).toBeUndefined();
  });

  test.each(['ignored', 'refused'] as const)('survives a crash after it, if removing an absent label is %s', async (absentLabel) => {
    Object.assign(handler.aws.variants, { absentLabel, describeLag: 2000 });
    const { live, token } = await finished('crash');

    const { error } = await handler.secretsManager.step(live.secret, 'finishSecret', token);

    expect(error).toBeUndefined();
  });
});

describe('repeating finishSecret after a lost answer succeeds', () => {
  test.each<[string, (live: Live, token: string) => unknown]>([
    ['and the version is current', () => {}],
    ['and the version is the previous one', deploy],
    ['and the version has no label', async (live) => { await deploy(live); await deploy(live); }],
  ])('%s', async (_, meanwhile) => {
    const live = await handler.live();
    const token = handler.secretsManager.stage(live.secret);
    for (const step of ['createSecret', 'testSecret', 'finishSecret']) await handler.secretsManager.step(live.secret, step, token);
    await meanwhile(live, token);
    const key = handler.channels.keyOf(live.channel);

    const { error } = await handler.secretsManager.step(live.secret, 'finishSecret', token);

    expect(error).toBeUndefined();
    expect(handler.channels.keyOf(live.channel)).toBe(key);
    handler.expectKeyStored(live);
  });
});

test('a finished rotation whose version lost its labels does not rotate again', async () => {
  const live = await handler.live();
  const token = handler.secretsManager.stage(live.secret);
  await handler.secretsManager.step(live.secret, 'createSecret', token);
  live.secret.versions.get(token)!.labels.clear();
  const key = handler.channels.keyOf(live.channel);

  const { error } = await handler.secretsManager.step(live.secret, 'createSecret', token);

  expect(error).toBeUndefined();
  expect(handler.channels.keyOf(live.channel)).toBe(key);
});

test.each(['createSecret', 'testSecret'])('%s waits until reads show its label', async (step) => {
  handler.aws.variants.describeLag = 2000;
  const live = await handler.live();
  const token = handler.secretsManager.stage(live.secret);

  const { error } = await handler.secretsManager.step(live.secret, step, token);

  expect(error).toBeUndefined();
});

/** Each pair of values is in one of the rows. */
const ROWS: Partial<Variants>[] = [
  [0, 0, 0, 0, 0, 0, 0], [0, 0, 0, 1, 1, 1, 1], [0, 1, 1, 0, 0, 1, 1], [0, 1, 1, 1, 1, 0, 0],
  [1, 0, 1, 0, 1, 0, 1], [1, 0, 1, 1, 0, 1, 0], [1, 1, 0, 0, 1, 1, 0], [1, 1, 0, 1, 0, 0, 1],
].map(([takes, cleanUp, token, empty, absent, lag, value]) => ({
  putTakesPending: Boolean(takes),
  pendingCleanUp: cleanUp ? Infinity : 100,
  retryWithSameToken: !token,
  emptyVersion: empty ? 'failed' : 'done',
  absentLabel: absent ? 'refused' : 'ignored',
  describeLag: lag ? 500 : 0,
  testVersionHasValue: Boolean(value),
}));

describe.each(ROWS)('under %j', (variants) => {
  test('successive rotations of every kind end with the key in the secret, and none blocks the next', async () => {
    Object.assign(handler.aws.variants, variants);
    const live = await handler.live();
    const { rotations } = handler.aws.secretsManager;
    await rotations.rotate(live.secret, { token: 't'.repeat(32), lambdaArn: handler.functionArn, immediately: false });

    handler.aws.endpoint.disturbances.add({ operation: 'ivs:CreateStreamKey', when: 'after', effect: 'crash' });
    await rotate(live);
    await deploy(live);
    await rotate(live, UNTAGGABLE);
    await endOfBroadcast(live);
    await rotate(live);

    handler.expectKeyStored(live);
    expect(trailOf(live).filter((name) => name !== 'RotationStarted')).toEqual(['TestRotationSucceeded', ...Array(3).fill('RotationSucceeded')]);
  });
});
