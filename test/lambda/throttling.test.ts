import { setTimeout as sleep } from 'node:timers/promises';
import { DeployedHandler, HandlerAnswer, Live, propertiesOf } from './deployed-handler';
import type { RecordedCall } from '../local-aws/call-log';
import { AwsError } from '../local-aws/aws-error';

/** Longer than any number of immediate attempts; far shorter than the function's five minutes. */
const SECONDS = 65;
const OPERATIONS = {
  looks: ['ivs:ListStreamKeys', 'ivs:GetChannel', 'secretsmanager:DescribeSecret'],
  deeds: [
    'ivs:CreateStreamKey', 'ivs:DeleteStreamKey', 'ivs:GetStreamKey', 'ivs:TagResource', 'ivs:UntagResource', 'secretsmanager:PutSecretValue',
    'secretsmanager:ReplicateSecretToRegions', 'secretsmanager:RemoveRegionsFromReplication',
  ],
};
const ALL = [...OPERATIONS.looks, ...OPERATIONS.deeds];

/** What the handler is asked for while it is throttled. */
interface Requests {
  readonly created: Omit<Live, 'properties'>;
  readonly rotated: Live;
  readonly adopted: Omit<Live, 'properties'>;
  readonly restored: Live;
  readonly deleted: Live;
  readonly givenBack: Live;
  readonly replicated: Live;
  readonly unreplicated: Live;
}

class Throttled {
  public static async start(operations: string[]): Promise<Throttled> {
    const handler = await DeployedHandler.start();
    const [region] = [{ ReplicaRegions: [{ Region: 'eu-west-1' }] }];
    const requests: Requests = {
      created: { channel: handler.newChannel(), secret: handler.newSecret() },
      rotated: await handler.live(),
      adopted: { channel: handler.newChannelWithKey(), secret: handler.newSecret() },
      restored: await handler.live(),
      deleted: await handler.live(),
      givenBack: await handler.live({}, handler.newChannelWithKey({ team: 'theirs' })),
      replicated: await handler.live(),
      unreplicated: await handler.live(region),
    };
    for (const operation of operations) handler.aws.endpoint.disturbances.add({ operation, times: Infinity, effect: new AwsError('ThrottlingException', 'Rate exceeded', 429) });

    const { created, rotated, adopted, restored, deleted, givenBack, replicated, unreplicated } = requests;
    const start = performance.now();
    const timed = (answer: Promise<HandlerAnswer>) => answer.then((got) => ({ ...got, seconds: (performance.now() - start) / 1000 }));
    const answers = {
      created: timed(handler.create(propertiesOf(created.channel, created.secret))),
      rotated: timed(handler.update(rotated.properties, { ...rotated.properties, Serial: '2' })),
      adopted: timed(handler.create(propertiesOf(adopted.channel, adopted.secret))),
      restored: timed(handler.update(restored.properties, { ...restored.properties, SecretArn: handler.newSecret().arn })),
      deleted: timed(handler.delete(deleted.properties)),
      givenBack: timed(handler.delete(givenBack.properties)),
      replicated: timed(handler.update(replicated.properties, { ...replicated.properties, ...region })),
      unreplicated: timed(handler.update(unreplicated.properties, { ...unreplicated.properties, ReplicaRegions: [] })),
    };
    return new Throttled(handler, requests, answers);
  }

  private constructor(
    public readonly handler: DeployedHandler,
    public readonly requests: Requests,
    public readonly answers: Record<keyof Requests, Promise<HandlerAnswer & { seconds: number }>>,
  ) {}

  public callsOf(operation: string): RecordedCall[] {
    return this.handler.aws.endpoint.calls.byFunctions().filter((call) => call.operation === operation);
  }
}

/** One handler that is throttled from its first look on, one that can look but do nothing. */
let from: { looks: Throttled; deeds: Throttled };
beforeAll(async () => {
  from = { looks: await Throttled.start(OPERATIONS.looks), deeds: await Throttled.start(OPERATIONS.deeds) };
  await sleep(SECONDS * 1000);
  for (const { handler } of Object.values(from)) handler.aws.endpoint.disturbances.clear();
});
afterAll(() => Promise.all(Object.values(from).map(({ handler }) => handler.stop())));

const REQUESTS = ['created', 'rotated', 'adopted', 'restored', 'deleted', 'givenBack', 'replicated', 'unreplicated'] as const;

describe.each(['looks', 'deeds'] as const)(`with its %s throttled for ${SECONDS} seconds`, (operations) => {
  test.each(REQUESTS)('the handler does not give up on what is to be %s', async (request) => {
    const { Status, seconds } = await from[operations].answers[request];

    expect(Status).toBe('SUCCESS');
    expect(seconds).toBeGreaterThan(SECONDS - 1);
  });

  test('a new key is stored', async () => {
    const { handler, requests: { created }, answers } = from[operations];
    await answers.created;

    expect(handler.storedIn(created.secret)!.streamKey).toBe(handler.keyOf(created.channel)!.value);
  });

  test('a rotated key is stored', async () => {
    const { handler, requests: { rotated }, answers } = from[operations];
    await answers.rotated;

    expect(handler.storedIn(rotated.secret)!.streamKey).toBe(handler.keyOf(rotated.channel)!.value);
  });

  test('a key is deleted once, and DeleteStreamKey not sent again when it has worked', async () => {
    const { requests: { rotated, deleted }, answers } = from[operations];
    await Promise.all([answers.rotated, answers.deleted]);

    const keys = from[operations].callsOf('ivs:DeleteStreamKey').filter(({ error }) => !error).map(({ input }) => input.arn);
    const refusals = from[operations].callsOf('ivs:DeleteStreamKey').filter(({ error }) => error && error !== 'ThrottlingException');
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys).toHaveLength([rotated, deleted].length);
    expect(refusals).toEqual([]);
  });

  test.each(OPERATIONS[operations])('%s was throttled, and not hammered', (operation) => {
    const throttled = from[operations].callsOf(operation).filter(({ error }) => error === 'ThrottlingException');

    expect(throttled.length).toBeGreaterThan(0);
    // The delay grows to a mean of 2.5 seconds.
    expect(throttled.length / new Set(throttled.map(({ caller }) => caller)).size).toBeLessThan(SECONDS);
  });
});

test('no operation that the handler calls in these requests has been left out', () => {
  const called = Object.values(from).flatMap(({ handler }) => handler.aws.endpoint.calls.byFunctions()).map(({ operation }) => operation);

  expect(called.filter((operation) => !ALL.includes(operation))).toEqual([]);
});
