import { DeployedHandler } from './support/deployed-handler';
import { AT_ONCE_AFTER_STREAM, Live } from './support/live';
import { rotationsBy } from './support/rotations';
import type { DataPoint } from '../../local-aws/cloudwatch/embedded-metrics';
import { AwsError } from '../../local-aws/core/aws-error';
import { Metric, METRIC_NAMESPACE } from '../../src/contract/metrics';
import { KeyTag, SecretTag } from '../../src/contract/tags';
import { WhileLive } from '../../src/contract/while-live';

let handler: DeployedHandler;
beforeAll(async () => { handler = await DeployedHandler.start(); });
afterAll(() => handler.stop());
beforeEach(() => handler.startAfresh());

const ROTATIONS = rotationsBy(() => handler);
const deploy = (live: Live, Serial = '2') => handler.cloudFormation.deploy(live, { Serial });
const changeTags = (live: Live, Value = 'sports') => handler.cloudFormation.deploy(live, { Tags: [{ Key: 'team', Value }] });
const rotateSecret = (live: Live) => handler.secretsManager.rotateSecret(live.secret);

/** The data points of a metric that CloudWatch has taken from the log for the channel, by the dimension that AWS/IVS has, too. */
const pointsOf = ({ channel }: Live, metric: Metric): DataPoint[] =>
  handler.aws.cloudwatch.datapoints(METRIC_NAMESPACE, metric, { Channel: channel.arn.split('/')[1] });
/** The sums of all metrics that the channel has. */
const countsOf = (live: Live) => Object.fromEntries([Metric.ROTATIONS, Metric.FAILURES, Metric.DEFERRED]
  .map((metric) => [metric, pointsOf(live, metric).reduce((sum, { value }) => sum + value, 0)])
  .filter(([, sum]) => sum));

describe.each(ROTATIONS)('a rotation by %s', (_, reason, rotate) => {
  test('is counted once, and no failure', async () => {
    const live = await handler.live();

    await rotate(live);

    expect(countsOf(live)).toEqual({ Rotations: 1 });
  });

  test('reports its gap in milliseconds', async () => {
    const live = await handler.live();
    handler.aws.endpoint.disturbances.slowDown(50, 'ivs:CreateStreamKey');
    handler.aws.endpoint.disturbances.slowDown(70, 'secretsmanager:PutSecretValue');

    await rotate(live);

    const [{ unit, value }, ...others] = pointsOf(live, Metric.GAP);
    expect({ unit, others }).toEqual({ unit: 'Milliseconds', others: [] });
    expect(value).toBeGreaterThanOrEqual(100);
    expect(value).toBeLessThan(10_000);
  });

  test('is logged in one line, with its reason', async () => {
    const live = await handler.live();

    await rotate(live);

    expect(handler.logged('rotated', live.channel)).toMatchObject([{
      reason,
      channelArn: live.channel.arn,
      streamKeyArn: handler.channels.keyOf(live.channel)!.arn,
      secretArn: live.secret.arn,
      versionId: handler.secretsManager.versionWith(live.secret, 'AWSCURRENT'),
    }]);
  });

  test('is counted as a failure only, if it fails', async () => {
    const live = await handler.live();
    handler.aws.endpoint.disturbances.add({ operation: 'ivs:DeleteStreamKey', times: Infinity, effect: new AwsError('ValidationException', 'Never.', 400) });

    await rotate(live);

    expect(countsOf(live)).toEqual({ RotationFailures: handler.logged('rotation failed', live.channel).length });
    expect(handler.logged('rotation failed', live.channel)[0]).toMatchObject({ reason, secretArn: live.secret.arn, error: 'ValidationException' });
  });

  test.each(['ivs:DeleteStreamKey', 'ivs:CreateStreamKey', 'secretsmanager:PutSecretValue'])('reports its gap even if the answer of %s is lost', async (operation) => {
    const live = await handler.live();
    handler.aws.endpoint.disturbances.add({ operation, when: 'after', effect: 'disconnect' });

    await rotate(live);

    expect(handler.aws.endpoint.disturbances.met(operation)).toBe(1);
    expect(pointsOf(live, Metric.GAP)).toHaveLength(1);
    expect(countsOf(live)).toEqual({ Rotations: 1 });
  });

  test.each([['before', 'secretsmanager:PutSecretValue'], ['after', 'secretsmanager:PutSecretValue'], ['after', 'ivs:UntagResource']] as const)(
    'is counted once despite a crash %s %s', async (when, operation) => {
      const live = await handler.live();
      handler.aws.endpoint.disturbances.add({ operation, when, effect: 'crash' });

      await rotate(live);

      expect(countsOf(live)).toEqual({ Rotations: 1 });
    });
});

test.each(['a creation', 'an adoption'])('%s counts nothing', async (what) => {
  const live = await handler.live({}, what === 'an adoption' ? handler.channels.createWithKey() : handler.channels.create());
  await handler.aws.lambda.idle();

  expect(countsOf(live)).toEqual({});
});

test('a deployment that rotates nothing counts nothing', async () => {
  const live = await handler.live();

  await changeTags(live);

  expect(countsOf(live)).toEqual({});
});

test('a failed deployment that was to rotate nothing counts nothing', async () => {
  const live = await handler.live();
  handler.aws.endpoint.disturbances.add({ operation: 'ivs:TagResource', effect: new AwsError('ValidationException', 'Never.', 400) });

  await changeTags(live);

  expect(countsOf(live)).toEqual({});
});

test('a change that fails to carry out a due rotation is counted as a failure', async () => {
  const live = await handler.live({ WhileLive: WhileLive.DEFER });
  await handler.encoder.publish(live);
  await rotateSecret(live);
  await handler.encoder.disconnect(live);
  handler.aws.endpoint.disturbances.add({ operation: 'ivs:DeleteStreamKey', effect: new AwsError('ValidationException', 'Never.', 400) });

  const { Status } = await changeTags(live);

  expect(Status).toBe('FAILED');
  expect(countsOf(live)).toEqual({ RotationFailures: 1, RotationsDeferred: 1 });
  expect(handler.logged('rotation failed', live.channel)).toMatchObject([{ reason: 'RotateSecret', task: 'Update', error: 'ValidationException' }]);
});

test('a change that fails to replace a deleted key is counted as a failure', async () => {
  const live = await handler.live();
  handler.aws.ivs.deleteStreamKey(handler.channels.keyOf(live.channel)!.arn);
  handler.aws.endpoint.disturbances.add({ operation: 'ivs:CreateStreamKey', effect: new AwsError('ValidationException', 'Never.', 400) });

  const { Status } = await changeTags(live);

  expect(Status).toBe('FAILED');
  expect(countsOf(live)).toEqual({ RotationFailures: 1 });
});

test('replacing a deleted key is counted, without a gap', async () => {
  const live = await handler.live();
  handler.aws.ivs.deleteStreamKey(handler.channels.keyOf(live.channel)!.arn);

  await changeTags(live);

  expect(countsOf(live)).toEqual({ Rotations: 1 });
  expect(pointsOf(live, Metric.GAP)).toEqual([]);
});

test('another version for the same key is no rotation, even if the last rotation is unfinished', async () => {
  const live = await handler.live({ WhileLive: WhileLive.DISCONNECT });
  await handler.encoder.publish(live);
  handler.aws.endpoint.disturbances.add({ operation: 'ivs:StopStream', effect: new AwsError('ValidationException', 'No.', 400) });
  await deploy(live);
  await handler.encoder.disconnect(live);
  handler.aws.ivs.updateChannel(live.channel.arn, { insecureIngest: true });

  await handler.cloudFormation.deploy(live, { InsecureIngest: 'true' });

  expect(countsOf(live)).toEqual({ Rotations: 1, RotationFailures: 1 });
});

test.each(ROTATIONS.slice(0, 2))('%s deferred to the end of a broadcast is counted once, as deferred', async (_, reason, rotate) => {
  const live = await handler.live({ WhileLive: WhileLive.DEFER });
  await handler.encoder.publish(live);

  await rotate(live);

  expect(countsOf(live)).toEqual({ RotationsDeferred: 1 });
  expect(handler.logged('rotation deferred', live.channel)[0]).toMatchObject({ reason, secretArn: live.secret.arn });
});

test('a deferred rotation is counted when it is carried out', async () => {
  const live = await handler.live({ WhileLive: WhileLive.DEFER, ReconnectWindow: '0' });
  await handler.encoder.publish(live);
  await deploy(live);

  await handler.encoder.disconnect(live);

  expect(countsOf(live)).toEqual({ Rotations: 1, RotationsDeferred: 1 });
});

test('a failure is one line of JSON with the failed task and the reason', async () => {
  const live = await handler.live();
  handler.aws.endpoint.disturbances.add({ operation: 'ivs:DeleteStreamKey', effect: new AwsError('ValidationException', 'Not\nthis.', 400) });

  await deploy(live);

  const lines = handler.aws.logs.text().split('\n').filter((line) => line.includes('rotation failed') && line.includes(live.channel.arn));
  expect(lines.map((line) => JSON.parse(line).why)).toEqual([expect.stringContaining('Update of the stream key of')]);
});

test('a failure at the end of a broadcast is counted for the channel even if the secret names no owner', async () => {
  const live = await handler.live(AT_ONCE_AFTER_STREAM);
  delete live.secret.tags[KeyTag.STACK];
  // It looks like a permission that is not in force yet.
  handler.aws.lambda.update(handler.functionName, { timeout: 32 });

  await handler.encoder.publish(live);
  await handler.encoder.disconnect(live);
  handler.aws.lambda.update(handler.functionName, { timeout: 300 });

  expect(countsOf(live)).toEqual({ RotationFailures: 5 });
});

describe('a failure without a known channel', () => {
  // While CloudWatch has come across a line that means to be a metric and is none, it answers no question.
  afterEach(() => { handler.aws.cloudwatch.malformed.length = 0; });

  test('is countable by CloudWatch in a step of RotateSecret', async () => {
    const live = await handler.live();
    delete live.secret.tags[SecretTag.CHANNEL];
    const unknown = () => handler.aws.cloudwatch.datapoints(METRIC_NAMESPACE, Metric.FAILURES, { Channel: 'unknown' }).length;
    const before = unknown();

    await handler.secretsManager.step(live.secret, 'createSecret', handler.secretsManager.stage(live.secret));

    expect(handler.aws.cloudwatch.malformed).toEqual([]);
    expect(unknown()).toBe(before + 1);
  });
});
