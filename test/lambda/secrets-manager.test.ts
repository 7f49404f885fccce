import { setTimeout as sleep } from 'node:timers/promises';
import { DeployedHandler } from './support/deployed-handler';
import { Live } from './support/live';
import type { IvsStreamKey } from '../../local-aws/ivs/ivs';
import type { Outcome } from '../../local-aws/lambda/sandbox';
import { KeyTag, SecretTag } from '../../src/contract/tags';

const OTHER_STACK = 'arn:aws:cloudformation:us-east-1:123456789012:stack/Other/0b3c';

let handler: DeployedHandler;
beforeAll(async () => { handler = await DeployedHandler.start(); });
afterAll(() => handler.stop());
beforeEach(() => handler.startAfresh());

const currentOf = ({ secret }: Live) => handler.secretsManager.versionWith(secret, 'AWSCURRENT');
const SUCCEEDED = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'].map((step) => ({ step, outcome: 'succeeded' }));

/** What a step that does nothing leaves alone. */
const stateOf = ({ channel, secret }: Live) => {
  const { arn, tags }: Partial<IvsStreamKey> = handler.channels.keyOf(channel) ?? {};
  return { arn, tags: { ...tags }, versions: [...secret.versions].map(([id, { value, labels }]) => ({ id, value, labels: [...labels] })) };
};

describe('RotateSecret', () => {
  test('creates another key, and stores it', async () => {
    const live = await handler.live();
    const before = handler.channels.keyOf(live.channel)!;

    const attempts = await handler.secretsManager.rotateSecret(live.secret);

    expect(attempts).toMatchObject([{ steps: SUCCEEDED, error: undefined }]);
    expect(handler.channels.keyOf(live.channel)!.value).not.toBe(before.value);
    handler.expectKeyStored(live);
  });

  test('stores the key in the version that Secrets Manager staged for it', async () => {
    const live = await handler.live();

    const [{ token }] = await handler.secretsManager.rotateSecret(live.secret);

    expect(currentOf(live)).toBe(token);
    expect(live.secret.versions.size).toBe(2);
  });

  test('rotates with the calls of a deployment, and one more for the secret\'s owner', async () => {
    const live = await handler.live();

    await handler.secretsManager.step(live.secret, 'createSecret', handler.secretsManager.stage(live.secret));

    const calls = handler.calls.take();
    expect(calls[0]).toBe('secretsmanager:DescribeSecret');
    expect(calls.slice(1, 6).sort()).toEqual([
      'ivs:GetChannel', 'ivs:GetStream!ChannelNotBroadcasting', 'ivs:ListStreamKeys', 'secretsmanager:DescribeSecret', 'secretsmanager:ListSecretVersionIds',
    ]);
    expect(calls.slice(6)).toEqual(['ivs:DeleteStreamKey', 'ivs:CreateStreamKey', 'secretsmanager:PutSecretValue', 'ivs:ListStreamKeys', 'ivs:UntagResource']);
  });

  test('rotates an adopted key, which is then deleted with the resource', async () => {
    const live = await handler.live({}, handler.channels.createWithKey());

    await handler.secretsManager.rotateSecret(live.secret);
    const origin = handler.channels.keyOf(live.channel)!.tags[KeyTag.ORIGIN];
    await handler.cloudFormation.delete(live.properties);

    expect(origin).toBe('created');
    expect(handler.channels.keyOf(live.channel)).toBeUndefined();
  });

  test('keeps the tags of the key', async () => {
    const live = await handler.live({ Tags: [{ Key: 'team', Value: 'sports' }] });

    await handler.secretsManager.rotateSecret(live.secret);

    expect(handler.channels.keyOf(live.channel)!.tags).toMatchObject({ team: 'sports', [KeyTag.RESOURCE]: 'Live', [KeyTag.SERIAL]: '1' });
  });

  test('replaces a deleted key, with the secret\'s tags except reserved and AWS tags', async () => {
    const live = await handler.live();
    Object.assign(live.secret.tags, { 'team': 'sports', 'aws:cloudformation:stack-name': 'Handler' });
    handler.aws.ivs.deleteStreamKey(handler.channels.keyOf(live.channel)!.arn);

    await handler.secretsManager.rotateSecret(live.secret);

    const names = Object.keys(handler.channels.keyOf(live.channel)!.tags);
    handler.expectKeyStored(live);
    expect(names.filter((name) => !(Object.values(KeyTag) as string[]).includes(name))).toEqual(['team']);
  });

  test('during the deployment of a higher serial rotates once for both', async () => {
    const live = await handler.live();
    live.secret.tags[KeyTag.SERIAL] = '2';
    await handler.secretsManager.rotateSecret(live.secret);
    const key = handler.channels.keyOf(live.channel);

    await handler.cloudFormation.deploy(live, { Serial: '2' });

    expect(handler.channels.keyOf(live.channel)).toBe(key);
    handler.expectKeyStored(live);
  });

  test('is not repeated by the next deployment', async () => {
    const live = await handler.live();
    await handler.secretsManager.rotateSecret(live.secret);
    const [key, version] = [handler.channels.keyOf(live.channel), currentOf(live)];

    const answer = await handler.cloudFormation.deploy(live, { Tags: [{ Key: 'team', Value: 'sports' }] });

    expect(handler.channels.keyOf(live.channel)).toBe(key);
    expect(answer.Data!.SecretVersionId).toBe(version);
  });

  test('is followed by another version if the other fields have changed', async () => {
    const live = await handler.live();
    await handler.secretsManager.rotateSecret(live.secret);
    const [key, version] = [handler.channels.keyOf(live.channel), currentOf(live)];
    handler.aws.ivs.updateChannel(live.channel.arn, { insecureIngest: true });

    await handler.cloudFormation.deploy(live, { InsecureIngest: 'true' });

    expect(handler.channels.keyOf(live.channel)).toBe(key);
    expect(currentOf(live)).not.toBe(version);
    expect(handler.encoder.read(live.secret)).not.toHaveProperty('srtUrl');
  });
});

describe('createSecret', () => {
  test('makes the version current as soon as it has a value', async () => {
    const live = await handler.live();
    const token = handler.secretsManager.stage(live.secret);

    await handler.secretsManager.step(live.secret, 'createSecret', token);

    expect(currentOf(live)).toBe(token);
    handler.expectKeyStored(live);
  });

  test.each([['createSecret', 'createSecret'], ['create_secret', 'createSecret'], ['createSecret', 'create_secret']])('as %s and again as %s rotates once', async (first, second) => {
    const live = await handler.live();
    const token = handler.secretsManager.stage(live.secret);
    await handler.secretsManager.step(live.secret, first, token);
    const before = stateOf(live);

    const { error } = await handler.secretsManager.step(live.secret, second, token);

    expect(error).toBeUndefined();
    expect(stateOf(live)).toEqual(before);
  });

  test('rotates nothing for a version that a deployment replaced meanwhile', async () => {
    const live = await handler.live();
    const token = handler.secretsManager.stage(live.secret);
    await handler.secretsManager.step(live.secret, 'createSecret', token);
    await handler.cloudFormation.deploy(live, { Serial: '2' });
    const before = stateOf(live);

    await handler.secretsManager.step(live.secret, 'createSecret', token);

    expect(stateOf(live)).toEqual(before);
  });
});

describe('testSecret alone, as a new schedule runs it', () => {
  test('succeeds with a version without a value, and changes nothing', async () => {
    const live = await handler.live();
    const token = handler.secretsManager.stage(live.secret);
    const before = stateOf(live);

    const { error } = await handler.secretsManager.step(live.secret, 'testSecret', token);

    expect(error).toBeUndefined();
    expect(stateOf(live)).toEqual(before);
  });

  test('rotates nothing even if a rotation is due', async () => {
    const live = await handler.live();
    live.secret.tags[KeyTag.SERIAL] = '2';
    const key = handler.channels.keyOf(live.channel);

    await handler.aws.secretsManager.rotations.rotate(live.secret, { token: 't'.repeat(32), lambdaArn: handler.functionArn, immediately: false });

    expect(handler.channels.keyOf(live.channel)).toBe(key);
    expect(live.secret.versions.size).toBe(1);
  });
});

test('testSecret waits for a deployment between DeleteStreamKey and CreateStreamKey', async () => {
  const live = await handler.live();
  const token = handler.secretsManager.stage(live.secret);
  await handler.secretsManager.step(live.secret, 'createSecret', token);
  const looks = () => handler.aws.endpoint.calls.byFunctions().filter(({ operation }) => operation === 'ivs:GetChannel').length;
  let tested: Promise<Outcome>;
  const testMeanwhile = async () => {
    const before = looks();
    tested = handler.secretsManager.step(live.secret, 'testSecret', token);
    while (looks() === before) await sleep(5);
  };
  handler.aws.endpoint.disturbances.add({ operation: 'ivs:CreateStreamKey', effect: testMeanwhile });

  await handler.cloudFormation.deploy(live, { Serial: '2' });

  expect((await tested!).error).toBeUndefined();
});

test('testSecret fails if the current version does not hold the channel\'s key', async () => {
  const live = await handler.live();
  const token = handler.secretsManager.stage(live.secret);
  await handler.secretsManager.step(live.secret, 'createSecret', token);
  const { arn, tags } = handler.channels.keyOf(live.channel)!;
  handler.aws.ivs.deleteStreamKey(arn);
  handler.aws.ivs.createStreamKey(live.channel.arn, { ...tags, [KeyTag.ROTATION]: 'another' });
  handler.aws.lambda.update(handler.functionName, { timeout: 32 });

  const { error } = await handler.secretsManager.step(live.secret, 'testSecret', token);
  handler.aws.lambda.update(handler.functionName, { timeout: 300 });

  expect(error!.errorMessage).toBe(`The secret ${live.secret.arn} does not hold the stream key that its channel has. The next attempt of the rotation stores it.`);
});

describe.each([
  ['another resource of the stack', () => ({ [KeyTag.STACK]: handler.stackId, [KeyTag.RESOURCE]: 'Renamed' }), 'belongs to Renamed of this stack by now, not to Live. Rotate the secret of Renamed.'],
  ['another stack', () => ({ [KeyTag.STACK]: OTHER_STACK, [KeyTag.RESOURCE]: 'Theirs' }), `that Theirs of the stack ${OTHER_STACK} manages`],
])('a key of %s', (_, owner, message) => {
  test('is left alone', async () => {
    const live = await handler.live();
    Object.assign(handler.channels.keyOf(live.channel)!.tags, owner());
    const { arn, tags } = stateOf(live);

    await handler.secretsManager.rotateSecret(live.secret);

    expect(stateOf(live)).toMatchObject({ arn, tags });
  });

  test('is named in the error', async () => {
    const live = await handler.live();
    Object.assign(handler.channels.keyOf(live.channel)!.tags, owner());

    const { error } = await handler.secretsManager.step(live.secret, 'createSecret', handler.secretsManager.stage(live.secret));

    expect(error!.errorMessage).toContain(message);
  });
});

test.each([KeyTag.RESOURCE, SecretTag.CHANNEL])('refuses a secret without the tag %s', async (tag) => {
  const live = await handler.live();
  delete live.secret.tags[tag];

  const { error } = await handler.secretsManager.step(live.secret, 'createSecret', handler.secretsManager.stage(live.secret));

  expect(error!.errorMessage).toBe(`The secret ${live.secret.arn} lacks the tags managed-stream-key:stack, managed-stream-key:resource and managed-stream-key:channel, `
    + 'in which it says whose stream key it holds. Deploy its stack again.');
});

test.each(['createSecret', 'testSecret'])('refuses %s for a missing version', async (step) => {
  const live = await handler.live();

  const { error } = await handler.secretsManager.step(live.secret, step, 'n'.repeat(32));

  expect(error!.errorMessage).toBe(`The secret ${live.secret.arn} has no version ${'n'.repeat(32)} that is staged for rotation. `
    + 'Start the rotation with "aws secretsmanager rotate-secret".');
});

test('refuses an unknown step', async () => {
  const live = await handler.live();

  const { error } = await handler.secretsManager.step(live.secret, 'constructor', handler.secretsManager.stage(live.secret));

  expect(error!.errorMessage).toBe('Step must be createSecret, setSecret, testSecret or finishSecret, got: constructor.');
});
