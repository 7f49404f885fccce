import { DeployedHandler } from './support/deployed-handler';
import { Live } from './support/live';
import { AwsError } from '../../local-aws/core/aws-error';
import type { RotationAttempt } from '../../local-aws/secrets-manager/rotation';
import { KeyTag } from '../../src/contract/tags';

let handler: DeployedHandler;
beforeAll(async () => {
  handler = await DeployedHandler.start();
  handler.aws.secretsManager.rotations.retryDelay = 5;
});
afterAll(() => handler.stop());
beforeEach(() => handler.startAfresh());
afterEach(() => { handler.aws.variants.retryWithSameToken = true; });

/** From here on Secrets Manager can start another rotation. */
const expectNothingPending = ({ secret }: Live) =>
  expect([undefined, handler.secretsManager.versionWith(secret, 'AWSCURRENT')]).toContain(handler.secretsManager.versionWith(secret, 'AWSPENDING'));

const lastError = (attempts: RotationAttempt[]) => attempts[attempts.length - 1].error;
const versionsOf = ({ secret }: Live) => [...secret.versions].map(([id, { value, labels }]) => ({ id, value, labels: [...labels] }));

/** The calls of createSecret, and how many of the same come before. */
const CALLS = [
  ['secretsmanager:DescribeSecret', 0], ['ivs:ListStreamKeys', 0], ['secretsmanager:DescribeSecret', 1], ['secretsmanager:ListSecretVersionIds', 0],
  ['ivs:DeleteStreamKey', 0], ['ivs:CreateStreamKey', 0], ['secretsmanager:PutSecretValue', 0], ['ivs:ListStreamKeys', 1], ['ivs:UntagResource', 0],
] as const;
const CRASHES = CALLS.flatMap(([operation, skip]) => (['before', 'after'] as const).map((when) => ({ when, operation, skip })));

describe.each([['the same token', true], ['another token', false]])('a retry with %s', (_, sameToken) => {
  test.each(CRASHES)('after a crash $when $operation (after $skip of them) ends with the channel\'s key in the secret, and does not block the next rotation', async ({ when, operation, skip }) => {
    handler.aws.variants.retryWithSameToken = sameToken;
    const live = await handler.live();
    const before = handler.channels.keyOf(live.channel)!;
    handler.aws.endpoint.disturbances.add({ operation, when, skip, effect: 'crash' });

    const attempts = await handler.secretsManager.rotateSecret(live.secret);

    expect(handler.aws.endpoint.disturbances.met(operation)).toBe(1);
    expect(lastError(attempts)).toBeUndefined();
    expect(handler.channels.keyOf(live.channel)!.arn).not.toBe(before.arn);
    handler.expectKeyStored(live);
    expectNothingPending(live);
  });

  test('creates and stores another key if the first is deleted right after its store, although the token\'s version is current', async () => {
    const live = await handler.live();
    const deleteKey = () => handler.aws.ivs.deleteStreamKey(handler.channels.keyOf(live.channel)!.arn);
    handler.aws.endpoint.disturbances.add({ operation: 'secretsmanager:PutSecretValue', when: 'after', effect: deleteKey });

    const attempts = await handler.secretsManager.rotateSecret(live.secret);

    expect(attempts.map(({ error }) => error)).toEqual([undefined]);
    handler.expectKeyStored(live);
    expectNothingPending(live);
  });

  test('after a crash that leaves no key does not stop the next RotateSecret from rotating', async () => {
    handler.aws.variants.retryWithSameToken = sameToken;
    const live = await handler.live();
    handler.aws.endpoint.disturbances.add({ operation: 'ivs:DeleteStreamKey', when: 'after', effect: 'crash' });
    await handler.secretsManager.rotateSecret(live.secret);
    const before = handler.channels.keyOf(live.channel)!;

    const attempts = await handler.secretsManager.rotateSecret(live.secret);

    expect(lastError(attempts)).toBeUndefined();
    expect(handler.channels.keyOf(live.channel)!.arn).not.toBe(before.arn);
    handler.expectKeyStored(live);
  });
});

test('a retry with the same token does not rotate again after a crash after CreateStreamKey', async () => {
  const live = await handler.live();
  handler.aws.endpoint.disturbances.add({ operation: 'ivs:CreateStreamKey', when: 'after', effect: 'crash' });

  await handler.secretsManager.rotateSecret(live.secret);

  expect(handler.calls.take().filter((call) => call === 'ivs:DeleteStreamKey')).toHaveLength(1);
});

describe('a deployment that finds a key created for a token, but not stored', () => {
  const unstored = async (): Promise<Live & { token: string }> => {
    const live = await handler.live();
    const token = handler.secretsManager.stage(live.secret);
    handler.aws.endpoint.disturbances.add({ operation: 'ivs:CreateStreamKey', when: 'after', effect: 'crash' });
    await handler.secretsManager.step(live.secret, 'createSecret', token);
    return { ...live, token };
  };

  test('stores it', async () => {
    const live = await unstored();

    const answer = await handler.cloudFormation.deploy(live, { Tags: [{ Key: 'team', Value: 'sports' }] });

    expect(answer.Data!.SecretVersionId).toBe(live.token);
    handler.expectKeyStored(live);
  });

  test('leaves nothing to do for the token', async () => {
    const live = await unstored();
    await handler.cloudFormation.deploy(live, { Tags: [{ Key: 'team', Value: 'sports' }] });
    const [key, versions] = [handler.channels.keyOf(live.channel), versionsOf(live)];

    const { error } = await handler.secretsManager.step(live.secret, 'createSecret', live.token);

    expect(error).toBeUndefined();
    expect(handler.channels.keyOf(live.channel)).toBe(key);
    expect(versionsOf(live)).toEqual(versions);
  });

  test('with a higher serial rotates the key, and Secrets Manager abandons the token', async () => {
    const live = await unstored();
    await handler.cloudFormation.deploy(live, { Serial: '2' });
    const key = handler.channels.keyOf(live.channel)!;

    expect(handler.aws.secretsManager.rotations.trail.pop()).toEqual({ name: 'RotationAbandoned', secret: live.secret.arn });
    expect(handler.channels.keyOf(live.channel)).toBe(key);
    handler.expectKeyStored(live);
    expectNothingPending(live);
    expect(lastError(await handler.secretsManager.rotateSecret(live.secret))).toBeUndefined();
  });
});

describe('a deployment between createSecret and finishSecret', () => {
  /** Has the deployment overtake a rotation whose key is stored. */
  const overtaken = async (): Promise<Live & { token: string }> => {
    const live = await handler.live();
    const token = handler.secretsManager.stage(live.secret);
    await handler.secretsManager.step(live.secret, 'createSecret', token);
    await handler.cloudFormation.deploy(live, { Serial: '2' });
    return { ...live, token };
  };
  const finish = async ({ secret, token }: Live & { token: string }) => {
    const outcomes = [await handler.secretsManager.step(secret, 'testSecret', token), await handler.secretsManager.step(secret, 'finishSecret', token)];
    return outcomes.map(({ error }) => error);
  };

  test('wins', async () => {
    const live = await overtaken();
    const key = handler.channels.keyOf(live.channel);

    const errors = await finish(live);

    expect(errors).toEqual([undefined, undefined]);
    expect(handler.channels.keyOf(live.channel)).toBe(key);
    handler.expectKeyStored(live);
  });

  test('does not block the next RotateSecret', async () => {
    const live = await overtaken();

    await finish(live);

    expectNothingPending(live);
    expect(lastError(await handler.secretsManager.rotateSecret(live.secret))).toBeUndefined();
  });

  test.each(['before', 'after'] as const)('does not block it by a crash %s UpdateSecretVersionStage', async (when) => {
    const live = await overtaken();
    handler.aws.endpoint.disturbances.add({ operation: 'secretsmanager:UpdateSecretVersionStage', when, effect: 'crash' });

    await finish(live);
    const { error } = await handler.secretsManager.step(live.secret, 'finishSecret', live.token);

    expect(error).toBeUndefined();
    expectNothingPending(live);
  });

  test('that has changed only the secret\'s tags so far is carried out by finishSecret, once for both', async () => {
    const live = await handler.live();
    const token = handler.secretsManager.stage(live.secret);
    await handler.secretsManager.step(live.secret, 'createSecret', token);
    live.secret.tags[KeyTag.SERIAL] = '2';
    await handler.secretsManager.step(live.secret, 'finishSecret', token);
    const key = handler.channels.keyOf(live.channel);

    await handler.cloudFormation.deploy(live, { Serial: '2' });

    expect(handler.channels.keyOf(live.channel)).toBe(key);
    handler.expectKeyStored(live);
    expectNothingPending(live);
  });
});

test('a deployment that rotates after a RotateSecret does not block the next one', async () => {
  const live = await handler.live();
  await handler.secretsManager.rotateSecret(live.secret);
  await handler.cloudFormation.deploy(live, { Serial: '2' });

  const attempts = await handler.secretsManager.rotateSecret(live.secret);

  expect(lastError(attempts)).toBeUndefined();
  handler.expectKeyStored(live);
});

test('two simultaneous createSecret steps end with one key, in the secret', async () => {
  const live = await handler.live();
  const token = handler.secretsManager.stage(live.secret);

  const outcomes = await Promise.all([1, 2].map(() => handler.secretsManager.step(live.secret, 'createSecret', token)));

  expect(outcomes.map(({ error }) => error)).toEqual([undefined, undefined]);
  expect(handler.calls.take().filter((call) => call === 'ivs:CreateStreamKey')).toHaveLength(1);
  handler.expectKeyStored(live);
  expect(handler.secretsManager.versionWith(live.secret, 'AWSCURRENT')).toBe(token);
});

test('a simultaneous RotateSecret and deployment with a higher serial end with the channel\'s key in the secret', async () => {
  const live = await handler.live();

  const [attempts, answer] = await Promise.all([handler.secretsManager.rotateSecret(live.secret), handler.cloudFormation.deploy(live, { Serial: '2' })]);

  expect([lastError(attempts), answer.Status]).toEqual([undefined, 'SUCCESS']);
  handler.expectKeyStored(live);
  expectNothingPending(live);
});

test.each([
  ['ivs:ListStreamKeys', new AwsError('ThrottlingException', 'Rate exceeded', 429)],
  ['ivs:ListStreamKeys', new AwsError('AccessDeniedException', 'Not yet.', 403)],
  ['secretsmanager:DescribeSecret', new AwsError('InternalServiceError', 'Not now.', 500)],
])('a failure of %s for a while is waited out in the first attempt (%j)', async (operation, effect) => {
  const live = await handler.live();
  handler.aws.endpoint.disturbances.add({ operation, times: 3, effect });

  const attempts = await handler.secretsManager.rotateSecret(live.secret);

  expect(handler.aws.endpoint.disturbances.met(operation)).toBe(3);
  expect(attempts).toHaveLength(1);
  handler.expectKeyStored(live);
});

test('a failure names channel, step, the error of AWS and what to do', async () => {
  const live = await handler.live();
  handler.aws.endpoint.disturbances.add({ operation: 'ivs:DeleteStreamKey', effect: new AwsError('PendingVerification', 'Verifying.', 403) });

  const { error } = await handler.secretsManager.step(live.secret, 'createSecret', handler.secretsManager.stage(live.secret));

  expect(error!.errorMessage).toBe(`createSecret of the stream key of ${live.channel.arn} failed at ivs:DeleteStreamKey: PendingVerification: Verifying. `
    + 'AWS is still verifying the account. Wait for its mail, or open a case with AWS Support, and deploy again.');
  expect(handler.logged('rotation failed', live.channel)).toMatchObject([{ reason: 'RotateSecret', task: 'createSecret', error: 'PendingVerification', why: error!.errorMessage }]);
});

describe('a tag that IVS would refuse on the new key', () => {
  // What is lost in the gap is insisted on until the time is nearly up.
  beforeAll(() => handler.aws.lambda.update(handler.functionName, { timeout: 32 }));
  afterAll(() => handler.aws.lambda.update(handler.functionName, { timeout: 300 }));

  test('as the token has other characters, leaves no dead key in the secret', async () => {
    const live = await handler.live();

    await handler.secretsManager.rotateSecret(live.secret, `at-3-o'clock!-${'x'.repeat(20)}`);

    handler.expectKeyStored(live);
    expectNothingPending(live);
  });

  test('as an adopted key has too many, does not lose the old key', async () => {
    const theirs = Object.fromEntries(Array.from({ length: 45 }, (_, index) => [`tag-${index}`, 'theirs']));
    const live = await handler.live({}, handler.channels.createWithKey(theirs));
    const key = handler.channels.keyOf(live.channel);

    await handler.secretsManager.step(live.secret, 'createSecret', handler.secretsManager.stage(live.secret));

    expect(handler.channels.keyOf(live.channel)).toBe(key);
    handler.expectKeyStored(live);
  });
});
