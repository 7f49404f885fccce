import { DeployedHandler } from './support/deployed-handler';
import { Live } from './support/live';
import { LOOK } from './support/look';
import { REGION } from '../../local-aws/local-aws';

let handler: DeployedHandler;
beforeAll(async () => {
  handler = await DeployedHandler.start();
  handler.aws.secretsManager.rotations.retries = 0;
});
afterAll(() => handler.stop());
beforeEach(() => handler.startAfresh());

const policyOf = (Action: string[]) =>
  ({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::123456789012:role/${handler.role.name}` }, Action, Resource: '*' }] });
const ALLOWED = ['kms:GenerateDataKey', 'kms:Decrypt'];

/** A resource whose secret has got a KMS key after its first value. */
async function encrypted(actions = ALLOWED, more = {}): Promise<Live & { kmsKey: string }> {
  const live = await handler.live(more);
  const { arn } = handler.aws.kms.createKey(REGION, policyOf(actions));
  live.secret.kmsKeyId = arn;
  return { ...live, kmsKey: arn };
}

const deploy = (live: Live) => handler.cloudFormation.deploy(live, { Serial: '2' });
/** Short of time, the handler waits for a permission for seconds instead of minutes. */
async function shortOfTime<T>(act: () => Promise<T>): Promise<T> {
  handler.aws.lambda.update(handler.functionName, { timeout: 33 });
  const result = await act();
  handler.aws.lambda.update(handler.functionName, { timeout: 300 });
  return result;
}
const failuresOf = (live: Live) => handler.logged('rotation failed', live.channel).length;
/** How a rotation is asked for, and how often one that fails is attempted. */
const ROTATIONS: [string, (live: Live) => Promise<unknown>, number][] = [
  ['a deployment', deploy, 1],
  ['RotateSecret', ({ secret }) => handler.secretsManager.rotateSecret(secret), 1],
  ['the end of a broadcast', (live) => handler.broadcast(live), 5],
];

describe.each(ROTATIONS)('a secret with a customer managed KMS key, rotated by %s,', (_, rotate, attempts) => {
  test('is proven to be writable before the key is deleted', async () => {
    const live = await encrypted();

    await rotate(live);

    const calls = handler.calls.take();
    const gap = calls.indexOf('ivs:DeleteStreamKey');
    const proof = calls.indexOf('secretsmanager:PutSecretValue');
    expect(calls[proof - 1]).toBe('ivs:GetStreamKey');
    expect(calls.slice(proof + 1, proof + 6).sort()).toEqual(LOOK);
    expect(calls.slice(gap, gap + 3)).toEqual(['ivs:DeleteStreamKey', 'ivs:CreateStreamKey', 'secretsmanager:PutSecretValue']);
    expect(live.secret.versions.size).toBe(2);
    handler.expectKeyStored(live);
  });

  test.each<[string, (live: Live & { kmsKey: string }) => void]>([
    ['whose policy does not let the handler use it', ({ kmsKey }) => handler.aws.kms.updateKeyPolicy(kmsKey, policyOf(['kms:Decrypt']))],
    ['that is disabled', ({ kmsKey }) => handler.aws.kms.disableKey(kmsKey)],
    ['that is gone', ({ kmsKey }) => handler.aws.kms.deleteKey(kmsKey)],
  ])('and a KMS key %s costs no stream key', async (__, spoil) => {
    const live = await encrypted();
    const key = handler.channels.keyOf(live.channel);
    spoil(live);

    await shortOfTime(() => rotate(live));

    expect(handler.channels.keyOf(live.channel)).toBe(key);
    handler.expectKeyStored(live);
    expect(failuresOf(live)).toBe(attempts);
  });
});

test('the refusal names the missing permission', async () => {
  const live = await encrypted(['kms:Decrypt']);

  const { Status, Reason } = await shortOfTime(() => deploy(live));

  expect(Status).toBe('FAILED');
  expect(Reason).toMatch(new RegExp(`^The stream key of ${live.channel.arn} is not rotated, because its successor could not be stored in the secret ${live.secret.arn}, `
    + `which is encrypted with ${live.kmsKey}: AccessDeniedException: Access to KMS is not allowed: .*kms:GenerateDataKey.* `
    + 'The handler\'s role has to be allowed kms:GenerateDataKey and kms:Decrypt .* The key stays as it is\\.$'));
});

test('a secret without a customer managed KMS key needs no further call', async () => {
  const live = await handler.live();

  await deploy(live);

  expect(handler.calls.take()).not.toContain('ivs:GetStreamKey');
});

test('stores a key that the secret does not hold first, and leaves AWSPENDING with the pending rotation', async () => {
  const live = await encrypted();
  const { arn, tags } = handler.channels.keyOf(live.channel)!;
  handler.aws.ivs.deleteStreamKey(arn);
  handler.aws.ivs.createStreamKey(live.channel.arn, tags);
  const token = handler.secretsManager.stage(live.secret);
  const labels: boolean[] = [];
  const note = () => labels.push(live.secret.versions.get(token)!.labels.has('AWSPENDING'));
  handler.aws.endpoint.disturbances.add({ operation: 'ivs:DeleteStreamKey', effect: note });
  live.secret.rotation = { lambdaArn: handler.functionArn, enabled: true };
  live.secret.rotating = { token, rotationToken: 'r'.repeat(36) };

  const service = { principal: 'secretsmanager.amazonaws.com', sourceArn: live.secret.arn };
  const event = { Step: 'createSecret', SecretId: live.secret.arn, ClientRequestToken: token, RotationToken: 'r'.repeat(36) };
  await handler.aws.lambda.invokeFor(service, handler.functionArn, event);

  expect(labels).toEqual([true]);
  expect(handler.secretsManager.versionWith(live.secret, 'AWSCURRENT')).toBe(token);
  handler.expectKeyStored(live);
});

describe('a store that fails although the proof succeeded', () => {
  beforeEach(() => { handler.aws.variants.repeatedPutAsksKms = false; });

  test('is logged at once, and succeeds as soon as it can', async () => {
    const live = await encrypted(['kms:Decrypt']);
    const rotated = deploy(live);
    await handler.calls.until('secretsmanager:PutSecretValue!AccessDeniedException');
    handler.aws.kms.updateKeyPolicy(live.kmsKey, policyOf(ALLOWED));

    expect((await rotated).Status).toBe('SUCCESS');
    const said = handler.logged('new stream key not stored yet', live.channel);
    expect(said).toMatchObject([{ error: 'AccessDeniedException', secretArn: live.secret.arn, why: expect.stringContaining('kms:GenerateDataKey and kms:Decrypt') }]);
    expect(failuresOf(live)).toBe(0);
    handler.expectKeyStored(live);
  });

  test('is logged once and counted once if it never succeeds', async () => {
    const live = await encrypted(['kms:Decrypt']);

    const { Status } = await shortOfTime(() => deploy(live));

    expect(Status).toBe('FAILED');
    expect(handler.logged('new stream key not stored yet', live.channel)).toHaveLength(1);
    expect(failuresOf(live)).toBe(1);
  });
});
