import { DeployedHandler } from './support/deployed-handler';
import { Live } from './support/live';
import { rotationsBy } from './support/rotations';
import { AwsError } from '../../local-aws/core/aws-error';
import type { StreamKeyProperties } from '../../src/contract/resource';
import { ROTATED_EVENT } from '../../src/contract/rotated-event';
import { SecretTag } from '../../src/contract/tags';

let handler: DeployedHandler;
beforeAll(async () => { handler = await DeployedHandler.start(); });
afterAll(() => handler.stop());
beforeEach(() => handler.startAfresh());

/** A resource to whose rotations somebody listens. */
async function listenedTo(more: Partial<StreamKeyProperties> = {}, channel = handler.channels.create()): Promise<Live> {
  return handler.live(more, channel, handler.secretsManager.createSecret({ [SecretTag.LISTENED_TO]: 'true' }));
}

const ROTATIONS = rotationsBy(() => handler);
const deploy = (live: Live, Serial = '2') => handler.cloudFormation.deploy(live, { Serial });
const changeTags = (live: Live, Value = 'sports') => handler.cloudFormation.deploy(live, { Tags: [{ Key: 'team', Value }] });
const eventsOf = ({ channel }: Live) =>
  handler.aws.eventBridge.events.filter(({ source, resources }) => source === ROTATED_EVENT.source && resources.includes(channel.arn));


describe.each(ROTATIONS)('a rotation by %s', (_, reason, rotate) => {
  test('sends one event', async () => {
    const live = await listenedTo();

    await rotate(live);

    expect(eventsOf(live)).toHaveLength(1);
  });

  test('names key, secret, version and reason in the event', async () => {
    const live = await listenedTo();

    await rotate(live);

    const [{ 'detail-type': detailType, resources, detail }] = eventsOf(live);
    expect({ detailType, resources, detail }).toEqual({
      detailType: 'IVS Stream Key Rotated',
      resources: [live.channel.arn, live.secret.arn],
      detail: {
        channelArn: live.channel.arn,
        streamKeyArn: handler.channels.keyOf(live.channel)!.arn,
        secretArn: live.secret.arn,
        secretVersionId: handler.secretsManager.versionWith(live.secret, 'AWSCURRENT'),
        reason,
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      },
    });
  });

  test('sends no event without a listener', async () => {
    const live = await handler.live();

    await rotate(live);

    expect(eventsOf(live)).toEqual([]);
    expect(handler.calls.take()).not.toContain('events:PutEvents');
  });

  test('sends the event after the new key is stored, not in the gap', async () => {
    const live = await listenedTo();

    await rotate(live);

    const calls = handler.calls.take();
    expect(calls.slice(calls.indexOf('ivs:DeleteStreamKey')).slice(0, 6)).toEqual([
      'ivs:DeleteStreamKey', 'ivs:CreateStreamKey', 'secretsmanager:PutSecretValue', 'ivs:ListStreamKeys', 'events:PutEvents', 'ivs:UntagResource',
    ]);
  });

  test.each([
    ['after', 'ivs:DeleteStreamKey'], ['after', 'ivs:CreateStreamKey'], ['after', 'secretsmanager:PutSecretValue'],
    ['before', 'events:PutEvents'], ['after', 'events:PutEvents'], ['before', 'ivs:UntagResource'], ['after', 'ivs:UntagResource'],
  ] as const)('sends it in spite of a crash %s %s', async (when, operation) => {
    const live = await listenedTo();
    handler.aws.endpoint.disturbances.add({ operation, when, effect: 'crash' });

    await rotate(live);

    expect(handler.aws.endpoint.disturbances.met(operation)).toBe(1);
    const sent = eventsOf(live).map(({ detail }) => detail.streamKeyArn);
    expect(sent).toContain(handler.channels.keyOf(live.channel)!.arn);
  });
});

test('the first creation of a key sends no event', async () => {
  const live = await listenedTo();

  expect(eventsOf(live)).toEqual([]);
});

test('the adoption of a key sends no event', async () => {
  const live = await listenedTo({}, handler.channels.createWithKey());

  expect(eventsOf(live)).toEqual([]);
});

test('a deployment that rotates nothing sends no event', async () => {
  const live = await listenedTo();

  await changeTags(live);

  expect(eventsOf(live)).toEqual([]);
});

test('sends the event of a rotation once, whatever is deployed afterwards', async () => {
  const live = await listenedTo();
  await deploy(live);

  await changeTags(live);
  await changeTags(live, 'news');

  expect(eventsOf(live)).toHaveLength(1);
});

test('replacing a deleted key sends an event', async () => {
  const live = await listenedTo();
  handler.aws.ivs.deleteStreamKey(handler.channels.keyOf(live.channel)!.arn);

  await changeTags(live);

  expect(eventsOf(live).map(({ detail }) => [detail.streamKeyArn, detail.reason])).toEqual([[handler.channels.keyOf(live.channel)!.arn, 'Deployment']]);
});

/** What EventBridge answers if it takes the request and not the event. */
const refuseEntries = (times: number) => {
  const { operations } = handler.aws.eventBridge;
  const { PutEvents } = operations;
  operations.PutEvents = async (input, call) => {
    if (--times === 0) operations.PutEvents = PutEvents;
    await call.authorize('events:PutEvents', '*', { keys: { 'events:source': '', 'events:detail-type': '' } }).catch(() => {});
    return { FailedEntryCount: 1, Entries: [{ ErrorCode: 'MalformedDetail', ErrorMessage: `Detail is malformed. (${input.Entries.length})` }] };
  };
};

describe.each([
  ['that is refused', 'ValidationException', () => handler.aws.endpoint.disturbances.add({ operation: 'events:PutEvents', effect: new AwsError('ValidationException', 'No.', 400) })],
  ['that EventBridge takes without its entry', 'MalformedDetail', () => refuseEntries(1)],
])('an event %s', (_, error, fail) => {
  test('does not fail the rotation', async () => {
    const live = await listenedTo();
    fail();

    const { Status } = await deploy(live);

    expect(Status).toBe('SUCCESS');
    expect(handler.encoder.read(live.secret)!.streamKey).toBe(handler.channels.keyOf(live.channel)!.value);
    expect(eventsOf(live)).toEqual([]);
  });

  test('is logged and counted', async () => {
    const live = await listenedTo();
    fail();

    await deploy(live);

    expect(handler.logged('rotation not finished', live.channel)).toMatchObject([{ RotationFailures: 1, action: 'events:PutEvents', error }]);
  });

  test.each<[string, (live: Live) => Promise<unknown>]>([
    ['deployment', changeTags],
    ['end of a broadcast', (live) => handler.eventBridge.endStream(live, 'st-1', { Rotate: false })],
  ])('is sent by the next %s, for the same key', async (__, next) => {
    const live = await listenedTo();
    fail();
    await deploy(live);

    await next(live);

    expect(eventsOf(live).map(({ detail }) => [detail.streamKeyArn, detail.reason])).toEqual([[handler.channels.keyOf(live.channel)!.arn, 'Deployment']]);
  });
});

test('a role without events:PutEvents rotates all the same, and sends the event once it is allowed', async () => {
  const live = await listenedTo();
  handler.role.putPolicy(['events:PutEvents']);
  handler.aws.lambda.update(handler.functionName, { timeout: 32 });
  const { Status } = await deploy(live);
  const before = eventsOf(live).length;
  handler.role.putPolicy();
  handler.aws.lambda.update(handler.functionName, { timeout: 300 });

  await changeTags(live);

  expect({ Status, before, after: eventsOf(live).length }).toEqual({ Status: 'SUCCESS', before: 0, after: 1 });
});

test('an unsent event is sent before the next rotation', async () => {
  const live = await listenedTo();
  handler.aws.endpoint.disturbances.add({ operation: 'events:PutEvents', effect: new AwsError('ValidationException', 'No.') });
  await handler.cloudFormation.deploy(live, { Serial: '2' });
  const second = handler.channels.keyOf(live.channel)!.arn;

  await handler.secretsManager.rotateSecret(live.secret);

  const told = handler.logged('rotated', live.channel).map(({ streamKeyArn }) => streamKeyArn);
  expect(told).toEqual([second, handler.channels.keyOf(live.channel)!.arn]);
});

test('sends the event once even if its tag cannot be removed', async () => {
  const live = await listenedTo();
  handler.aws.endpoint.disturbances.add({ operation: 'ivs:UntagResource', effect: new AwsError('AccessDeniedException', 'Denied by an SCP.', 403), times: Infinity });
  await handler.cloudFormation.deploy(live, { Serial: '2' });

  await handler.cloudFormation.deploy(live, { Tags: [{ Key: 'team', Value: 'sports' }] });
  await handler.cloudFormation.deploy(live, { Tags: [{ Key: 'team', Value: 'news' }] });

  expect(handler.logged('rotated', live.channel)).toHaveLength(1);
  expect(handler.logged('rotation not finished', live.channel)).toHaveLength(0);
});

test('throttling of PutEvents until time is up does not fail the rotation', async () => {
  const live = await listenedTo();
  handler.aws.endpoint.disturbances.add({ operation: 'events:PutEvents', times: Infinity, effect: new AwsError('ThrottlingException', 'Rate exceeded', 400) });
  handler.aws.lambda.update(handler.functionName, { timeout: 32 });

  const { Status } = await deploy(live);
  handler.aws.lambda.update(handler.functionName, { timeout: 300 });

  expect(Status).toBe('SUCCESS');
});

test('an unanswered PutEvents does not fail the rotation', async () => {
  const live = await listenedTo();
  handler.aws.endpoint.disturbances.add({ operation: 'events:PutEvents', times: Infinity, effect: 'hang' });
  handler.aws.lambda.update(handler.functionName, { timeout: 31 });

  const { Status } = await deploy(live);
  handler.aws.lambda.update(handler.functionName, { timeout: 300 });

  expect(Status).toBe('SUCCESS');
});
