import { make } from 'covertable';
import { DeployedHandler } from './support/deployed-handler';
import { AT_ONCE_AFTER_STREAM, Live, propertiesOf } from './support/live';
import { DEFAULT_VARIANTS, Variants } from '../../local-aws/faults/variants';
import { WhileLive } from '../../src/contract/while-live';

/** How many times as fast the time passes: the handler waits for seconds where something may still come. */
const SPEED = 10;
/** Milliseconds of that time. */
const LAG = 1500;

/** The switches that the handler can meet. Who may call RotateSecret is not its business: rotateSecretIsViaService is tested with grantRotate. */
const FACTORS: { [name in Exclude<keyof Variants, 'rotateSecretIsViaService'>]: Variants[name][] } = {
  listLag: [0, LAG],
  quotaLag: [0, LAG],
  streamEndLag: [0, LAG],
  deleteEndsSession: [false, true],
  createStreamKeyOn: ['stream-key', 'channel'],
  createAsksForTagging: [true, false],
  putTakesPending: [false, true],
  pendingCleanUp: [0, LAG, Infinity],
  testVersionHasValue: [false, true],
  retryWithSameToken: [true, false],
  emptyVersion: ['done', 'failed'],
  absentLabel: ['ignored', 'refused'],
  replicatesEmptySecrets: [false, true],
  repeatedPutAsksKms: [true, false],
  describeLag: [0, LAG],
  systemTagsInConditions: [true, false],
};

/** Every pair of values of two switches is in one of the rows. */
const ROWS = make(FACTORS).map((row) => ({ ...DEFAULT_VARIANTS, ...row }) as Variants);

let handler: DeployedHandler;

/** The key that the channel has is in the secret, and no other. */
async function expectTheOneKeyInTheSecret({ channel, secret }: Live): Promise<void> {
  await settled();
  const keys = handler.aws.ivs.allStreamKeys.filter(({ channelArn }) => channelArn === channel.arn);
  expect(keys).toHaveLength(1);
  expect(handler.encoder.read(secret)).toMatchObject({ streamKey: keys[0].value, streamKeyArn: keys[0].arn });
}

/** Until nothing is under way, and every read shows what there is. */
async function settled(): Promise<void> {
  const { clock, eventBridge, lambda, secretsManager } = handler.aws;
  await eventBridge.idle();
  await secretsManager.rotations.done();
  await clock.advance(2 * LAG);
  await lambda.idle();
}

/** As it should be: another key than before, in the secret, and RotateSecret makes one more. */
async function expectRotated(live: Live, before: string): Promise<void> {
  await expectTheOneKeyInTheSecret(live);
  expect(keyArn(live)).not.toBe(before);
  await expectRotatable(live);
}

async function expectRotatable(live: Live): Promise<void> {
  const before = keyArn(live);
  const attempts = await handler.secretsManager.rotateSecret(live.secret);
  expect(attempts[attempts.length - 1].error).toBeUndefined();
  await expectTheOneKeyInTheSecret(live);
  expect(keyArn(live)).not.toBe(before);
}

const keyArn = ({ channel }: Live) => handler.channels.keyOf(channel)?.arn;
const isLive = ({ channel }: Live) => handler.aws.ivs.streamOf(channel.arn) !== undefined;
const loseAnswer = (operation: string) => handler.aws.endpoint.disturbances.add({ operation, when: 'after', effect: 'disconnect' });

/** A resource that has come to rest, and the ARN of its key. */
async function rested(...args: Parameters<DeployedHandler['live']>): Promise<{ live: Live; before: string }> {
  const live = await handler.live(...args);
  await expectTheOneKeyInTheSecret(live);
  return { live, before: keyArn(live)! };
}

const SCENARIOS: [string, () => Promise<void>][] = [
  ['a key is made, and rotated by RotateSecret', async () => {
    const { live } = await rested();
    await expectRotatable(live);
  }],
  ['a key that was there before is adopted, and stays when the resource goes', async () => {
    const { live, before } = await rested({}, handler.channels.createWithKey());
    const { Status } = await handler.cloudFormation.delete(live.properties);
    expect(Status).toBe('SUCCESS');
    await expectTheOneKeyInTheSecret(live);
    expect(keyArn(live)).toBe(before);
  }],
  ['a higher serial rotates', async () => {
    const { live, before } = await rested();
    const { Status } = await handler.cloudFormation.deploy(live, { Serial: '2' });
    expect(Status).toBe('SUCCESS');
    await expectRotated(live, before);
  }],
  ['a schedule that is added does not rotate', async () => {
    const { live, before } = await rested();
    const token = '00000000-0000-4000-8000-000000000000';
    await handler.aws.secretsManager.rotations.rotate(live.secret, { token, lambdaArn: handler.functionArn, immediately: false });
    await expectTheOneKeyInTheSecret(live);
    expect(keyArn(live)).toBe(before);
    await expectRotatable(live);
  }],
  ['the end of a broadcast rotates', async () => {
    const { live, before } = await rested(AT_ONCE_AFTER_STREAM);
    await handler.encoder.publish(live);
    await handler.encoder.disconnect(live);
    await expectRotated(live, before);
  }],
  ['a serial under KEEP rotates while live', async () => {
    const { live, before } = await rested({ WhileLive: WhileLive.KEEP });
    await handler.encoder.publish(live);
    const { Status } = await handler.cloudFormation.deploy(live, { Serial: '2' });
    expect(Status).toBe('SUCCESS');
    expect(isLive(live)).toBe(!handler.aws.variants.deleteEndsSession);
    await expectRotated(live, before);
  }],
  ['RotateSecret under DISCONNECT rotates, and ends the broadcast', async () => {
    const { live, before } = await rested({ WhileLive: WhileLive.DISCONNECT });
    await handler.encoder.publish(live);
    await handler.secretsManager.rotateSecret(live.secret);
    expect(isLive(live)).toBe(false);
    await expectRotated(live, before);
  }],
  ...[
    ['a serial', (live: Live) => handler.cloudFormation.deploy(live, { Serial: '2' })] as const,
    ['RotateSecret', (live: Live) => handler.secretsManager.rotateSecret(live.secret)] as const,
  ].map(([name, rotate]): [string, () => Promise<void>] => [`${name} under DEFER rotates when the broadcast has ended`, async () => {
    const { live, before } = await rested({ WhileLive: WhileLive.DEFER, ReconnectWindow: '0' });
    await handler.encoder.publish(live);
    await rotate(live);
    await expectTheOneKeyInTheSecret(live);
    expect([isLive(live), keyArn(live)]).toEqual([true, before]);
    await handler.encoder.disconnect(live);
    await expectRotated(live, before);
  }]),
  ['a deletion removes the key', async () => {
    const { live } = await rested();
    const { Status } = await handler.cloudFormation.delete(live.properties);
    await settled();
    expect([Status, keyArn(live)]).toEqual(['SUCCESS', undefined]);
  }],
  ['a deletion under DISCONNECT ends the broadcast and removes the key', async () => {
    const { live } = await rested({ WhileLive: WhileLive.DISCONNECT });
    await handler.encoder.publish(live);
    const { Status } = await handler.cloudFormation.delete(live.properties);
    await settled();
    expect([Status, keyArn(live), isLive(live)]).toEqual(['SUCCESS', undefined, false]);
  }],
  ['a renamed construct takes the key over', async () => {
    const { live, before } = await rested();
    const renamed: Live = { ...live, secret: handler.secretsManager.createSecret() };
    renamed.properties = propertiesOf(live.channel, renamed.secret);
    const created = await handler.cloudFormation.create(renamed.properties, { LogicalResourceId: 'Renamed' });
    const deleted = await handler.cloudFormation.delete(live.properties);
    expect([created.Status, deleted.Status]).toEqual(['SUCCESS', 'SUCCESS']);
    await expectTheOneKeyInTheSecret(renamed);
    expect(keyArn(live)).toBe(before);
  }],
  ['two rotations at once end with the one key', async () => {
    const { live, before } = await rested();
    const streamId = await handler.encoder.publish(live);
    handler.aws.ivs.endStream(live.channel.arn);
    await Promise.all([handler.eventBridge.endStream(live, streamId), handler.secretsManager.rotateSecret(live.secret)]);
    await expectRotated(live, before);
  }],
  ['a deployment during a rotation ends with the one key', async () => {
    const { live, before } = await rested();
    const [answer] = await Promise.all([handler.cloudFormation.deploy(live, { Serial: '2' }), handler.secretsManager.rotateSecret(live.secret)]);
    expect(answer.Status).toBe('SUCCESS');
    await expectRotated(live, before);
  }],
  ['a deployment between the steps of a rotation ends with the one key', async () => {
    const { live, before } = await rested();
    handler.aws.endpoint.disturbances.add({ operation: 'ivs:UntagResource', when: 'after', effect: () => handler.cloudFormation.deploy(live, { Serial: '2' }) });
    await handler.secretsManager.rotateSecret(live.secret);
    await expectRotated(live, before);
  }],
  ...['ivs:DeleteStreamKey', 'ivs:CreateStreamKey', 'secretsmanager:PutSecretValue'].flatMap((operation): [string, () => Promise<void>][] => [
    [`a deployment survives a lost answer of ${operation}`, async () => {
      const { live, before } = await rested();
      loseAnswer(operation);
      const { Status } = await handler.cloudFormation.deploy(live, { Serial: '2' });
      expect(Status).toBe('SUCCESS');
      await expectRotated(live, before);
    }],
    [`RotateSecret survives a crash after ${operation}`, async () => {
      const { live, before } = await rested();
      handler.aws.endpoint.disturbances.add({ operation, when: 'after', effect: 'crash' });
      await handler.secretsManager.rotateSecret(live.secret);
      await expectRotated(live, before);
    }],
  ]),
  ['lost answers of UpdateSecretVersionStage fail no rotation', async () => {
    const { live, before } = await rested();
    handler.aws.endpoint.disturbances.add({ operation: 'secretsmanager:UpdateSecretVersionStage', when: 'after', effect: 'disconnect', times: 2 });
    const attempts = await handler.secretsManager.rotateSecret(live.secret);
    expect(attempts[attempts.length - 1].error).toBeUndefined();
    await handler.cloudFormation.deploy(live, { Serial: '2' });
    await expectRotated(live, before);
  }],
];

describe.each(ROWS.map((row): [string, Variants] => [inWords(row), row]))('with %s', (_name, row) => {
  beforeAll(async () => {
    handler = await DeployedHandler.start();
    handler.aws.clock.speedUp(SPEED);
    handler.aws.secretsManager.rotations.retryDelay = 20;
  });
  afterAll(() => handler.stop());
  beforeEach(() => {
    handler.startAfresh();
    Object.assign(handler.aws.variants, row);
  });

  test.each(SCENARIOS)('%s', (_scenario, run) => run());
});

/** The values that are not the defaults. */
function inWords(row: Variants): string {
  const others = Object.entries(row).filter(([name, value]) => value !== DEFAULT_VARIANTS[name as keyof Variants]);
  return others.map(([name, value]) => `${name} ${value}`).join(', ');
}
