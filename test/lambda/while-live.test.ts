import { DeployedHandler } from './support/deployed-handler';
import { Live } from './support/live';
import { AwsError } from '../../local-aws/core/aws-error';
import type { StreamKeyProperties } from '../../src/contract/resource';
import { WhileLive } from '../../src/contract/while-live';

let handler: DeployedHandler;
beforeAll(async () => { handler = await DeployedHandler.start(); });
afterAll(() => handler.stop());
beforeEach(() => handler.startAfresh());

/** A resource whose channel is live. */
async function broadcasting(whileLive: WhileLive, more: Partial<StreamKeyProperties> = {}): Promise<Live & { streamId: string }> {
  const live = await handler.live({ WhileLive: whileLive, ...more });
  const streamId = await handler.encoder.publish(live);
  return { ...live, streamId };
}

const deploy = (live: Live, Serial = '2') => handler.cloudFormation.deploy(live, { Serial });
const isLive = ({ channel }: Live) => handler.aws.ivs.streamOf(channel.arn) !== undefined;
/** The calls that change something. */
const deeds = () => handler.calls.take().filter((call) => !/:(Get|List|Describe)/.test(call));

/** What rotates, by itself, on a channel that is live. */
const ROTATIONS: [string, (live: Live) => Promise<unknown>][] = [
  ['a deployment', deploy],
  ['RotateSecret', (live) => handler.secretsManager.rotateSecret(live.secret)],
];

describe.each(ROTATIONS)('%s under KEEP', (_, rotate) => {
  test('rotates, and the broadcast goes on', async () => {
    const live = await broadcasting(WhileLive.KEEP);
    const before = handler.channels.keyOf(live.channel)!;

    await rotate(live);

    expect(handler.channels.keyOf(live.channel)!.arn).not.toBe(before.arn);
    expect(handler.aws.ivs.streamOf(live.channel.arn)!.streamId).toBe(live.streamId);
    handler.expectKeyStored(live);
  });

  test('is the default', async () => {
    const live = await handler.live();
    await handler.encoder.publish(live);
    const before = handler.channels.keyOf(live.channel)!;

    await rotate(live);

    expect(handler.channels.keyOf(live.channel)!.arn).not.toBe(before.arn);
    expect(isLive(live)).toBe(true);
  });
});

describe.each([true, false])('if deleting a key ends its session: %s', (deleteEndsSession) => {
  beforeEach(() => { handler.aws.variants.deleteEndsSession = deleteEndsSession; });
  afterEach(() => { handler.aws.variants.deleteEndsSession = false; });

  test.each(ROTATIONS)('%s under DISCONNECT rotates, and stops the broadcast', async (_, rotate) => {
    const live = await broadcasting(WhileLive.DISCONNECT);
    const before = handler.channels.keyOf(live.channel)!;

    await rotate(live);

    expect(handler.channels.keyOf(live.channel)!.arn).not.toBe(before.arn);
    expect(isLive(live)).toBe(false);
    expect(handler.encoder.read(live.secret)!.streamKey).toBe(handler.channels.keyOf(live.channel)!.value);
  });

  test('a Delete under DISCONNECT stops the broadcast', async () => {
    const live = await broadcasting(WhileLive.DISCONNECT);

    const { Status } = await handler.cloudFormation.delete(live.properties);

    expect({ Status, isLive: isLive(live), key: handler.channels.keyOf(live.channel) }).toEqual({ Status: 'SUCCESS', isLive: false, key: undefined });
  });
});

test('a deployment under KEEP logs which broadcast needs the new key', async () => {
  const live = await broadcasting(WhileLive.KEEP);

  const answer = await deploy(live);

  expect(answer.Status).toBe('SUCCESS');
  expect(answer).not.toHaveProperty('Reason');
  expect(handler.logged('rotating while live', live.channel)).toMatchObject([
    { streamId: live.streamId, secretArn: live.secret.arn, remark: 'The encoder needs the new key when it reconnects.' },
  ]);
});

describe.each(ROTATIONS)('%s under DISCONNECT', (_, rotate) => {
  test('rotates, and stops the broadcast', async () => {
    const live = await broadcasting(WhileLive.DISCONNECT);
    const before = handler.channels.keyOf(live.channel)!;

    await rotate(live);

    expect(handler.channels.keyOf(live.channel)!.arn).not.toBe(before.arn);
    expect(isLive(live)).toBe(false);
    handler.expectKeyStored(live);
  });

  test('stops it only after the new key is stored, outside the gap', async () => {
    const live = await broadcasting(WhileLive.DISCONNECT);

    await rotate(live);

    expect(deeds().slice(0, 5)).toEqual([
      'ivs:DeleteStreamKey', 'ivs:CreateStreamKey', 'secretsmanager:PutSecretValue', 'ivs:StopStream', 'ivs:UntagResource',
    ]);
  });

  test('stops a broadcast that begins with the old key after the look', async () => {
    const live = await handler.live({ WhileLive: WhileLive.DISCONNECT });
    const { value } = handler.channels.keyOf(live.channel)!;
    handler.aws.endpoint.disturbances.add({ operation: 'ivs:DeleteStreamKey', effect: () => handler.aws.ivs.startStream(value) });

    await rotate(live);

    expect(handler.channels.keyOf(live.channel)!.value).not.toBe(value);
    expect(isLive(live)).toBe(false);
  });

  test('stops an encoder that reconnects with the old key after the look', async () => {
    const live = await broadcasting(WhileLive.DISCONNECT);
    const { value } = handler.channels.keyOf(live.channel)!;
    const reconnect = () => {
      handler.aws.ivs.endStream(live.channel.arn);
      handler.aws.ivs.startStream(value);
    };
    handler.aws.endpoint.disturbances.add({ operation: 'ivs:DeleteStreamKey', effect: reconnect });

    await rotate(live);

    expect(handler.channels.keyOf(live.channel)!.value).not.toBe(value);
    expect(isLive(live)).toBe(false);
  });

  test('stops no stream where there is none', async () => {
    const live = await handler.live({ WhileLive: WhileLive.DISCONNECT });

    await rotate(live);

    expect(deeds()).not.toContain('ivs:StopStream');
  });
});

test.each([
  ['after', 'ivs:DeleteStreamKey'], ['before', 'ivs:CreateStreamKey'], ['after', 'ivs:CreateStreamKey'],
  ['before', 'secretsmanager:PutSecretValue'], ['after', 'secretsmanager:PutSecretValue'], ['before', 'ivs:StopStream'], ['after', 'ivs:StopStream'],
] as const)('a crash %s %s does not spare the broadcast', async (when, operation) => {
  const live = await broadcasting(WhileLive.DISCONNECT);
  handler.aws.endpoint.disturbances.add({ operation, when, effect: 'crash' });

  const { Status } = await deploy(live);

  expect(handler.aws.endpoint.disturbances.met(operation)).toBe(1);
  expect(Status).toBe('SUCCESS');
  expect(isLive(live)).toBe(false);
  handler.expectKeyStored(live);
});

test('the roll-back of a deployment that failed after DeleteStreamKey stops the broadcast', async () => {
  const live = await broadcasting(WhileLive.DISCONNECT);
  handler.aws.endpoint.disturbances.add({ operation: 'ivs:CreateStreamKey', times: Infinity, effect: new AwsError('PendingVerification', 'Verifying.', 403) });
  handler.aws.lambda.update(handler.functionName, { timeout: 32 });
  const { Status } = await deploy(live);
  handler.aws.lambda.update(handler.functionName, { timeout: 300 });
  handler.aws.endpoint.disturbances.clear();

  await deploy(live, '1');

  expect(Status).toBe('FAILED');
  expect(isLive(live)).toBe(false);
  handler.expectKeyStored(live);
});

test('the retry does not stop a newer broadcast with the new key', async () => {
  const live = await broadcasting(WhileLive.DISCONNECT);
  handler.aws.endpoint.disturbances.add({ operation: 'ivs:StopStream', when: 'before', effect: 'crash' });
  await handler.secretsManager.step(live.secret, 'createSecret', handler.secretsManager.stage(live.secret));
  handler.aws.ivs.endStream(live.channel.arn);
  const newer = await handler.encoder.publish(live);

  await handler.secretsManager.step(live.secret, 'finishSecret', handler.secretsManager.versionWith(live.secret, 'AWSCURRENT')!);

  expect(handler.aws.ivs.streamOf(live.channel.arn)!.streamId).toBe(newer);
});

test('a failed StopStream does not fail the rotation, and is named in the reason', async () => {
  const live = await broadcasting(WhileLive.DISCONNECT);
  handler.aws.endpoint.disturbances.add({ operation: 'ivs:StopStream', effect: new AwsError('ValidationException', 'Not now', 400) });

  const answer = await deploy(live);

  expect(answer.Status).toBe('SUCCESS');
  expect(answer).not.toHaveProperty('Reason');
  expect(handler.logged('rotation not finished', live.channel)).toMatchObject([{
    RotationFailures: 1,
    remark: 'The stream key is rotated, but a later step failed at ivs:StopStream: ValidationException: Not now. It is retried with the next deployment or rotation.',
  }]);
});

test('a failed StopStream is retried by the next deployment', async () => {
  const live = await broadcasting(WhileLive.DISCONNECT);
  handler.aws.endpoint.disturbances.add({ operation: 'ivs:StopStream', effect: new AwsError('ValidationException', 'Not now', 400) });
  await deploy(live);
  const before = isLive(live);

  await handler.cloudFormation.deploy(live, { Tags: [{ Key: 'team', Value: 'sports' }] });

  expect([before, isLive(live)]).toEqual([true, false]);
});

describe.each([WhileLive.KEEP, WhileLive.DEFER])('a Delete under %s', (whileLive) => {
  test('is refused before it changes anything, and the reason says how to go on', async () => {
    const live = await broadcasting(whileLive);
    const key = handler.channels.keyOf(live.channel);

    const { Status, Reason } = await handler.cloudFormation.delete(live.properties);

    expect({ Status, Reason }).toEqual({
      Status: 'FAILED',
      Reason: `The channel ${live.channel.arn} is live (${live.streamId}), and whileLive is ${whileLive}: its stream key is not deleted. `
        + `End the broadcast, for example with "aws ivs stop-stream --channel-arn ${live.channel.arn}", and delete again. `
        + 'A deletion stops the broadcast itself if whileLive: WhileLive.DISCONNECT was deployed before.',
    });
    expect(handler.calls.take().sort()).toEqual(['ivs:GetStream', 'ivs:ListStreamKeys']);
    expect(handler.channels.keyOf(live.channel)).toBe(key);
  });

  test('succeeds once the broadcast has ended', async () => {
    const live = await broadcasting(whileLive);
    await handler.cloudFormation.delete(live.properties);
    await handler.encoder.disconnect(live);

    const { Status } = await handler.cloudFormation.delete(live.properties);

    expect(Status).toBe('SUCCESS');
    expect(handler.channels.keyOf(live.channel)).toBeUndefined();
  });

  test('releases an adopted key all the same, as that does not touch the broadcast', async () => {
    const live = await handler.live({ WhileLive: whileLive }, handler.channels.createWithKey());
    await handler.encoder.publish(live);

    const { Status } = await handler.cloudFormation.delete(live.properties);

    expect(Status).toBe('SUCCESS');
    expect(isLive(live)).toBe(true);
  });
});

describe('a Delete under DISCONNECT', () => {
  test('deletes the key first, then stops the broadcast', async () => {
    const live = await broadcasting(WhileLive.DISCONNECT);

    const { Status } = await handler.cloudFormation.delete(live.properties);

    expect(Status).toBe('SUCCESS');
    expect(deeds()).toEqual(['ivs:DeleteStreamKey', 'ivs:StopStream']);
    expect(isLive(live)).toBe(false);
  });

  test('waits until the channel is offline and can be deleted', async () => {
    const live = await broadcasting(WhileLive.DISCONNECT);
    handler.aws.variants.streamEndLag = 1000;

    await handler.cloudFormation.delete(live.properties);
    handler.aws.variants.streamEndLag = 0;

    expect(handler.calls.take().pop()).toBe('ivs:GetStream!ChannelNotBroadcasting');
  });

  test.each([['after', 'ivs:DeleteStreamKey'], ['before', 'ivs:StopStream'], ['after', 'ivs:StopStream']] as const)('stops it despite a crash %s %s', async (when, operation) => {
    const live = await broadcasting(WhileLive.DISCONNECT);
    handler.aws.endpoint.disturbances.add({ operation, when, effect: 'crash' });

    const { Status } = await handler.cloudFormation.delete(live.properties);

    expect(handler.aws.endpoint.disturbances.met(operation)).toBe(1);
    expect({ Status, key: handler.channels.keyOf(live.channel), isLive: isLive(live) }).toEqual({ Status: 'SUCCESS', key: undefined, isLive: false });
  });

  test('stops it despite a lost answer of DeleteStreamKey', async () => {
    const live = await broadcasting(WhileLive.DISCONNECT);
    handler.aws.endpoint.disturbances.add({ operation: 'ivs:DeleteStreamKey', when: 'after', effect: 'disconnect' });

    const { Status } = await handler.cloudFormation.delete(live.properties);

    expect({ Status, key: handler.channels.keyOf(live.channel), isLive: isLive(live) }).toEqual({ Status: 'SUCCESS', key: undefined, isLive: false });
  });

  test('stops a broadcast that begins after the look', async () => {
    const live = await handler.live({ WhileLive: WhileLive.DISCONNECT });
    const { value } = handler.channels.keyOf(live.channel)!;
    handler.aws.endpoint.disturbances.add({ operation: 'ivs:DeleteStreamKey', effect: () => handler.aws.ivs.startStream(value) });

    const { Status } = await handler.cloudFormation.delete(live.properties);

    expect({ Status, key: handler.channels.keyOf(live.channel), isLive: isLive(live) }).toEqual({ Status: 'SUCCESS', key: undefined, isLive: false });
  });

  test('leaves the broadcast alone if the key belongs to another resource', async () => {
    const live = await broadcasting(WhileLive.DISCONNECT);

    await handler.cloudFormation.delete(live.properties, { LogicalResourceId: 'Another' });

    expect(isLive(live)).toBe(true);
  });
});
