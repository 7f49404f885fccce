import { setTimeout as sleep } from 'node:timers/promises';
import type { HandlerAnswer } from './support/cloudformation';
import { DeployedHandler } from './support/deployed-handler';
import { AT_ONCE_AFTER_STREAM, Live, propertiesOf } from './support/live';
import { AwsError } from '../../local-aws/core/aws-error';
import type { RecordedCall } from '../../local-aws/endpoint/call-log';
import type { Outcome } from '../../local-aws/lambda/sandbox';
import { WhileLive } from '../../src/contract/while-live';

/** Longer than any number of immediate attempts; far shorter than the function's five minutes. */
const SECONDS = 65;

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
  /** By RotateSecret, with a broadcast to be cut off. */
  readonly rotatedBySecret: Live;
  readonly rotatedAfterStream: Live;
  /** By RotateSecret, for which there is nothing to do but to say so. */
  readonly overtaken: Live;
}
const ALL: (keyof Requests)[] = [
  'created', 'rotated', 'adopted', 'restored', 'deleted', 'givenBack', 'replicated', 'unreplicated', 'rotatedBySecret', 'rotatedAfterStream', 'overtaken',
];

const ROTATED = ['rotated', 'rotatedBySecret', 'rotatedAfterStream'] as const;

/** For each operation there is a request that comes as far as this one and no further. */
const THROTTLED = {
  looks: {
    operations: ['ivs:ListStreamKeys', 'ivs:GetChannel', 'ivs:GetStream', 'secretsmanager:DescribeSecret', 'secretsmanager:ListSecretVersionIds'],
    requests: ALL,
  },
  deeds: {
    operations: [
      'ivs:CreateStreamKey', 'ivs:DeleteStreamKey', 'ivs:TagResource', 'ivs:UntagResource',
      'secretsmanager:PutSecretValue', 'secretsmanager:ReplicateSecretToRegions', 'secretsmanager:RemoveRegionsFromReplication',
      'secretsmanager:UpdateSecretVersionStage',
    ],
    requests: ALL,
  },
  reading: { operations: ['ivs:GetStreamKey'], requests: ['adopted', 'restored'] as (keyof Requests)[] },
  finding: { operations: ['cloudformation:DescribeStackResource'], requests: ['rotatedAfterStream'] as (keyof Requests)[] },
  asking: { operations: ['ivs:GetStreamSession'], requests: ['rotatedAfterStream'] as (keyof Requests)[] },
  finishing: { operations: ['ivs:StopStream'], requests: ['rotatedBySecret'] as (keyof Requests)[] },
};
const GROUPS = ['looks', 'deeds', 'reading', 'finding', 'asking', 'finishing'] as const;

interface TimedAnswer {
  readonly Status: HandlerAnswer['Status'];
  readonly seconds: number;
}

/** A handler that is throttled, with its requests under way. */
class Throttled {
  public static async start(group: typeof GROUPS[number]): Promise<Throttled> {
    const handler = await DeployedHandler.start();
    const region = { ReplicaRegions: [{ Region: 'eu-west-1' }] };
    const requests: Requests = {
      created: { channel: handler.channels.create(), secret: handler.secretsManager.createSecret() },
      rotated: await handler.live(),
      adopted: { channel: handler.channels.createWithKey(), secret: handler.secretsManager.createSecret() },
      restored: await handler.live(),
      deleted: await handler.live(),
      givenBack: await handler.live({}, handler.channels.createWithKey({ team: 'theirs' })),
      replicated: await handler.live(),
      unreplicated: await handler.live(region),
      rotatedBySecret: await handler.live({ WhileLive: WhileLive.DISCONNECT }),
      rotatedAfterStream: await handler.live(AT_ONCE_AFTER_STREAM),
      overtaken: await handler.live(),
    };
    await handler.encoder.publish(requests.rotatedBySecret);
    await handler.encoder.publish(requests.rotatedAfterStream);
    const { secretsManager } = handler;
    const tokens = { rotated: secretsManager.stage(requests.rotatedBySecret.secret), overtaken: secretsManager.stage(requests.overtaken.secret) };
    handler.aws.ivs.updateChannel(requests.restored.channel.arn, { insecureIngest: true });
    handler.startAfresh();
    for (const operation of THROTTLED[group].operations) {
      handler.aws.endpoint.disturbances.add({ operation, times: Infinity, effect: new AwsError('ThrottlingException', 'Rate exceeded', 429) });
    }

    const { created, rotated, adopted, restored, deleted, givenBack, replicated, unreplicated } = requests;
    const { rotatedBySecret, rotatedAfterStream, overtaken } = requests;
    const statusOf = async (outcome: Promise<Outcome>): Promise<Pick<TimedAnswer, 'Status'>> => ({ Status: (await outcome).error ? 'FAILED' : 'SUCCESS' });
    const send: Record<keyof Requests, () => Promise<Pick<TimedAnswer, 'Status'>>> = {
      created: () => handler.cloudFormation.create(propertiesOf(created.channel, created.secret)),
      rotated: () => handler.cloudFormation.update(rotated.properties, { ...rotated.properties, Serial: '2' }),
      adopted: () => handler.cloudFormation.create(propertiesOf(adopted.channel, adopted.secret)),
      restored: () => handler.cloudFormation.update(restored.properties, { ...restored.properties, InsecureIngest: 'true' }),
      deleted: () => handler.cloudFormation.delete(deleted.properties),
      givenBack: () => handler.cloudFormation.delete(givenBack.properties),
      replicated: () => handler.cloudFormation.update(replicated.properties, { ...replicated.properties, ...region }),
      unreplicated: () => handler.cloudFormation.update(unreplicated.properties, { ...unreplicated.properties, ReplicaRegions: [] }),
      rotatedBySecret: () => statusOf(handler.secretsManager.step(rotatedBySecret.secret, 'createSecret', tokens.rotated)),
      rotatedAfterStream: async () => {
        handler.cloudFormation.change(rotatedAfterStream, {});
        await handler.encoder.disconnect(rotatedAfterStream);
        return { Status: 'SUCCESS' };
      },
      overtaken: () => statusOf(handler.secretsManager.step(overtaken.secret, 'finishSecret', tokens.overtaken)),
    };
    const start = performance.now();
    const timed = async (request: keyof Requests): Promise<TimedAnswer> => {
      const { Status } = await send[request]();
      return { Status, seconds: (performance.now() - start) / 1000 };
    };
    return new Throttled(handler, requests, new Map(THROTTLED[group].requests.map((request) => [request, timed(request)])));
  }

  private constructor(
    public readonly handler: DeployedHandler,
    public readonly requests: Requests,
    private readonly answers: Map<keyof Requests, Promise<TimedAnswer>>,
  ) {}

  public async answerTo(request: keyof Requests): Promise<TimedAnswer> {
    return this.answers.get(request)!;
  }

  public callsOf(operation: string): RecordedCall[] {
    return this.handler.aws.endpoint.calls.byFunctions().filter((call) => call.operation === operation);
  }
}

/** One handler for each group of operations, all at the same time. */
let throttled: Record<typeof GROUPS[number], Throttled>;
beforeAll(async () => {
  throttled = {
    looks: await Throttled.start('looks'),
    deeds: await Throttled.start('deeds'),
    reading: await Throttled.start('reading'),
    finding: await Throttled.start('finding'),
    asking: await Throttled.start('asking'),
    finishing: await Throttled.start('finishing'),
  };
  await sleep(SECONDS * 1000);
  for (const { handler } of Object.values(throttled)) handler.aws.endpoint.disturbances.clear();
});
afterAll(() => Promise.all(Object.values(throttled).map(({ handler }) => handler.stop())));

describe.each(GROUPS)(`%s throttled for ${SECONDS} seconds`, (group) => {
  test.each(THROTTLED[group].requests)('the handler does not give up a key to be %s', async (request) => {
    const { Status, seconds } = await throttled[group].answerTo(request);

    expect(Status).toBe('SUCCESS');
    expect(seconds).toBeGreaterThan(SECONDS - 1);
  });

  test.each(THROTTLED[group].operations)('%s was throttled and retried with backoff', (operation) => {
    const refused = throttled[group].callsOf(operation).filter(({ error }) => error === 'ThrottlingException');
    const processes = new Set(refused.map(({ caller }) => caller)).size;

    expect(refused.length).toBeGreaterThan(0);
    // The delay grows to a mean of 2.5 seconds.
    expect(refused.length / processes).toBeLessThan(SECONDS);
  });
});

describe.each(['looks', 'deeds'] as const)(`after its %s were throttled for ${SECONDS} seconds`, (group) => {
  test('the handler stored the created key', async () => {
    const { handler, requests: { created } } = throttled[group];
    await throttled[group].answerTo('created');

    expect(handler.encoder.read(created.secret)!.streamKey).toBe(handler.channels.keyOf(created.channel)!.value);
  });

  test.each(ROTATED)('the handler stored the key that it %s', async (request) => {
    const { handler, requests: { [request]: { channel, secret } } } = throttled[group];
    await throttled[group].answerTo(request);

    expect(handler.encoder.read(secret)!.streamKey).toBe(handler.channels.keyOf(channel)!.value);
  });

  test('the handler did not block the next RotateSecret', async () => {
    const { handler, requests: { overtaken } } = throttled[group];
    await throttled[group].answerTo('overtaken');

    expect(handler.secretsManager.versionWith(overtaken.secret, 'AWSPENDING')).toBeUndefined();
  });

  test('the handler sent DeleteStreamKey for each key until it succeeded, and then no more', async () => {
    await Promise.all([...ROTATED, 'deleted' as const].map((request) => throttled[group].answerTo(request)));

    const outcomes = new Map<string, (string | undefined)[]>();
    for (const { input: { arn }, error } of throttled[group].callsOf('ivs:DeleteStreamKey')) {
      outcomes.set(arn, [...outcomes.get(arn) ?? [], error]);
    }
    expect(outcomes.size).toBe(ROTATED.length + 1);
    for (const errors of outcomes.values()) {
      expect(errors.pop()).toBeUndefined();
      expect(errors.filter((error) => error !== 'ThrottlingException')).toEqual([]);
    }
  });
});

describe(`after the steps that follow a rotation were throttled for ${SECONDS} seconds`, () => {
  test('the handler stopped the broadcast', async () => {
    const { handler, requests: { rotatedBySecret } } = throttled.finishing;
    await throttled.finishing.answerTo('rotatedBySecret');

    expect(handler.aws.ivs.streamOf(rotatedBySecret.channel.arn)).toBeUndefined();
  });
});

test('the groups include every operation of these requests', () => {
  const calls = Object.values(throttled).flatMap(({ handler }) => handler.aws.endpoint.calls.byFunctions());
  const called = new Set(calls.map(({ operation }) => operation));

  expect([...called].sort()).toEqual(Object.values(THROTTLED).flatMap(({ operations }) => operations).sort());
});
