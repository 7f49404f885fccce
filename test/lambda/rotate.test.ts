import { setTimeout as sleep } from 'node:timers/promises';
import type { HandlerAnswer } from './support/cloudformation';
import { DeployedHandler } from './support/deployed-handler';
import { Live } from './support/live';
import { LOOK } from './support/look';
import { AwsError } from '../../local-aws/core/aws-error';

let handler: DeployedHandler;
beforeAll(async () => { handler = await DeployedHandler.start(); });
afterAll(() => handler.stop());
beforeEach(() => handler.startAfresh());
afterEach(() => { handler.aws.variants.quotaLag = 0; });

/** Counts serial up, or down. */
const rotate = ({ properties }: Live, to = '2', from = '1'): Promise<HandlerAnswer> =>
  handler.cloudFormation.update({ ...properties, Serial: from }, { ...properties, Serial: to });

test('a higher serial creates another key, and stores it', async () => {
  const live = await handler.live();
  const before = handler.channels.keyOf(live.channel)!;

  const answer = await rotate(live);

  expect(handler.channels.keyOf(live.channel)!.value).not.toBe(before.value);
  expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: live.channel.arn, Data: { StreamKeyArn: handler.channels.keyOf(live.channel)!.arn } });
  handler.expectKeyStored(live);
});

test('IVS refuses the old key once it is deleted', async () => {
  const live = await handler.live();
  const before = handler.channels.keyOf(live.channel)!;

  await rotate(live);

  expect(handler.aws.ivs.accepts(before.value)).toBe(false);
});

test('calls only CreateStreamKey between DeleteStreamKey and PutSecretValue', async () => {
  const live = await handler.live();

  await rotate(live);

  const calls = handler.calls.take();
  expect(calls.slice(0, 5).sort()).toEqual(LOOK);
  expect(calls.slice(5)).toEqual(['ivs:DeleteStreamKey', 'ivs:CreateStreamKey', 'secretsmanager:PutSecretValue', 'ivs:ListStreamKeys', 'ivs:UntagResource']);
});

test('a serial higher by more than one rotates once', async () => {
  const live = await handler.live();

  await rotate(live, '5');

  expect(handler.calls.take().filter((call) => call === 'ivs:CreateStreamKey')).toHaveLength(1);
});

test('a repeated request rotates nothing', async () => {
  const live = await handler.live();
  const first = await rotate(live);
  const key = handler.channels.keyOf(live.channel);

  const second = await rotate(live);

  expect(handler.channels.keyOf(live.channel)).toBe(key);
  expect(second.Data).toEqual(first.Data);
});

test('compares serials as numbers: 9 to 10 rotates', async () => {
  const live = await handler.live({ Serial: '9' });
  const before = handler.channels.keyOf(live.channel);

  await rotate(live, '10', '9');

  expect(handler.channels.keyOf(live.channel)).not.toBe(before);
});

test('a roll-back rotates nothing, and the secret keeps the channel\'s key', async () => {
  const live = await handler.live();
  await rotate(live);
  const key = handler.channels.keyOf(live.channel);

  await rotate(live, '1', '2');

  expect(handler.channels.keyOf(live.channel)).toBe(key);
  handler.expectKeyStored(live);
});

test('deploying the rolled-back serial again rotates nothing', async () => {
  const live = await handler.live();
  await rotate(live);
  await rotate(live, '1', '2');
  const key = handler.channels.keyOf(live.channel);

  await rotate(live);

  expect(handler.channels.keyOf(live.channel)).toBe(key);
});

test('a roll-back creates and stores the key that the failed rotation did not', async () => {
  const live = await handler.live();
  handler.aws.ivs.deleteStreamKey(handler.channels.keyOf(live.channel)!.arn);

  await rotate(live, '1', '2');

  handler.expectKeyStored(live);
});

test.each([
  ['before', 'ivs:ListStreamKeys', 0], ['after', 'ivs:ListStreamKeys', 0],
  ['before', 'ivs:GetChannel', 0], ['after', 'ivs:GetChannel', 0],
  ['before', 'secretsmanager:DescribeSecret', 0], ['after', 'secretsmanager:DescribeSecret', 0],
  ['before', 'ivs:DeleteStreamKey', 0], ['after', 'ivs:DeleteStreamKey', 0],
  ['before', 'ivs:CreateStreamKey', 0], ['after', 'ivs:CreateStreamKey', 0],
  ['before', 'secretsmanager:PutSecretValue', 0], ['after', 'secretsmanager:PutSecretValue', 0],
  ['before', 'ivs:ListStreamKeys', 1], ['after', 'ivs:ListStreamKeys', 1],
] as const)('a crash %s %s (after %d of them) ends with the one key in the secret', async (when, operation, skip) => {
  const live = await handler.live();
  const before = handler.channels.keyOf(live.channel)!;
  handler.aws.endpoint.disturbances.add({ operation, when, skip, effect: 'crash' });

  const answer = await rotate(live);

  expect(handler.aws.endpoint.disturbances.met(operation)).toBe(1);
  expect(answer.Status).toBe('SUCCESS');
  expect(handler.channels.keyOf(live.channel)!.arn).not.toBe(before.arn);
  handler.expectKeyStored(live);
});

test('a crash after CreateStreamKey causes no second rotation', async () => {
  const live = await handler.live();
  handler.aws.endpoint.disturbances.add({ operation: 'ivs:CreateStreamKey', when: 'after', effect: 'crash' });

  await rotate(live);

  expect(handler.calls.take().filter((call) => call.startsWith('ivs:CreateStreamKey'))).toHaveLength(1);
});

test('waits until IVS no longer counts the deleted key', async () => {
  const live = await handler.live();
  handler.aws.variants.quotaLag = Infinity;

  const answer = rotate(live);
  await handler.calls.until('ivs:CreateStreamKey!ServiceQuotaExceededException');
  await sleep(1500);
  handler.aws.variants.quotaLag = 0;

  expect((await answer).Status).toBe('SUCCESS');
  handler.expectKeyStored(live);
});

test.each([
  ['InternalServerException', 500], ['ServiceUnavailable', 503], ['ThrottlingException', 429],
  ['AccessDeniedException', 403], ['ValidationException', 400], ['ResourceNotFoundException', 404], ['PendingVerification', 403],
])('once the old key is deleted, a CreateStreamKey that fails with %s is tried until it works', async (code, status) => {
  const live = await handler.live();
  handler.aws.endpoint.disturbances.add({ operation: 'ivs:CreateStreamKey', times: 4, effect: new AwsError(code, 'Not now.', status) });

  const answer = await rotate(live);

  expect(handler.aws.endpoint.disturbances.met('ivs:CreateStreamKey')).toBe(4);
  expect(answer.Status).toBe('SUCCESS');
  handler.expectKeyStored(live);
});

test('once the new key exists, PutSecretValue is retried until it succeeds', async () => {
  const live = await handler.live();
  handler.aws.endpoint.disturbances.add({ operation: 'secretsmanager:PutSecretValue', times: 4, effect: new AwsError('InvalidRequestException', 'Not now.') });

  const answer = await rotate(live);

  expect(handler.aws.endpoint.disturbances.met('secretsmanager:PutSecretValue')).toBe(4);
  expect(answer.Status).toBe('SUCCESS');
  handler.expectKeyStored(live);
});

test('a lost answer of CreateStreamKey ends with the created key in the secret', async () => {
  const live = await handler.live();
  handler.aws.endpoint.disturbances.add({ operation: 'ivs:CreateStreamKey', when: 'after', effect: 'disconnect' });

  const answer = await rotate(live);

  expect(handler.calls.take()).toContain('ivs:CreateStreamKey!ServiceQuotaExceededException');
  expect(answer.Status).toBe('SUCCESS');
  handler.expectKeyStored(live);
});

test('a lost answer of PutSecretValue ends with the channel\'s key in the secret', async () => {
  const live = await handler.live();
  handler.aws.endpoint.disturbances.add({ operation: 'secretsmanager:PutSecretValue', when: 'after', effect: 'disconnect' });

  const answer = await rotate(live);

  expect(handler.aws.endpoint.disturbances.met('secretsmanager:PutSecretValue')).toBe(1);
  expect(answer.Status).toBe('SUCCESS');
  handler.expectKeyStored(live);
});

test('a broken connection at CreateStreamKey is noticed at once', async () => {
  const live = await handler.live();
  handler.aws.endpoint.disturbances.add({ operation: 'ivs:CreateStreamKey', when: 'after', effect: 'disconnect' });

  const start = performance.now();
  await rotate(live);

  // So long would the handler wait for an answer.
  expect(performance.now() - start).toBeLessThan(10_000);
});

test('stores the key that replaced the new one before it was stored', async () => {
  const live = await handler.live();
  handler.aws.endpoint.disturbances.slowDown(300, 'secretsmanager:PutSecretValue');

  const answer = rotate(live);
  await handler.calls.until('secretsmanager:PutSecretValue');
  const { arn, tags } = handler.channels.keyOf(live.channel)!;
  handler.aws.ivs.deleteStreamKey(arn);
  handler.aws.ivs.createStreamKey(live.channel.arn, tags);

  expect((await answer).Status).toBe('SUCCESS');
  handler.expectKeyStored(live);
});
