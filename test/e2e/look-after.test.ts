import { randomUUID } from 'node:crypto';
import { Duration, Stack } from 'aws-cdk-lib';
import { Stage } from './stage';
import { moveLabel } from '../../local-aws/secrets-manager/secret';
import { ManagedStreamKey } from '../../src';
import { KeyTag, SecretTag } from '../../src/contract/tags';

const live = (stack: Stack) => {
  new ManagedStreamKey(stack, 'Live', { rotationSchedule: { automaticallyAfter: Duration.days(30) }, replicaRegions: [{ region: 'eu-west-1' }] });
};
const HOUR = 3_600_000;

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.start();
  await stage.deploy(live);
  await stage.aws.eventBridge.idle();
});
afterAll(() => stage.stop());
// So that no two repairs are within an hour.
beforeEach(() => pass(24 * HOUR));

async function pass(milliseconds: number): Promise<void> {
  await stage.aws.clock.advance(milliseconds);
  await stage.aws.eventBridge.idle();
}

const byHand = () => stage.aws.secretsManager.operations;
const logged = (message: string) => stage.aws.logs.text().split('\n').filter((line) => line.startsWith('{')).map((line) => JSON.parse(line))
  .filter((line) => line.message === message);
const WRITES = /ivs:(Create|Delete|Tag|Untag|Stop)|secretsmanager:(Put|Update|Tag|Untag|Replicate|Remove)/;
const writes = () => stage.aws.endpoint.calls.byFunctions().map(({ operation }) => operation).filter((operation) => WRITES.test(operation));
const administrator = { region: 'us-east-1', account: '123456789012', authorize: async () => {}, service: '', operation: '', caller: { arn: 'administrator' } };

/** What somebody has done, and whether the key stays the one that it was. */
const FAULTS: [string, string, boolean, () => unknown][] = [
  ['a key that was deleted', 'the channel has no stream key', false, () => stage.aws.ivs.deleteStreamKey(stage.onlyKey().arn)],
  ['a key that was deleted and made by hand', 'nobody owns the stream key', false, () => {
    const { arn, channelArn } = stage.onlyKey();
    stage.aws.ivs.deleteStreamKey(arn);
    stage.aws.ivs.createStreamKey(channelArn, {});
  }],
  ['a key without our tags', 'nobody owns the stream key', true, () => {
    for (const name of Object.keys(stage.onlyKey().tags)) delete stage.onlyKey().tags[name];
  }],
  ['a secret without our tags', 'the secret has lost its tags, or is gone', true, () => {
    stage.onlySecret().tags = {};
  }],
  ['another ingest endpoint', 'the secret does not hold the stream key', true, () => {
    stage.aws.ivs.updateChannel(stage.onlyKey().channelArn, { ingestEndpoint: 'moved.global-contribute.live-video.net' });
  }],
  ['another SRT passphrase', 'the secret does not hold the stream key', true, () => {
    Object.assign(stage.aws.ivs.allChannels[0].srt, { passphrase: 'changed' });
  }],
  ['a replica that failed', 'a replica has failed', true, () => {
    stage.onlySecret().replicas[0].Status = 'Failed';
  }],
];

test.each(FAULTS)('%s is put right with the next look, and a second look writes nothing', async (_, fault, stays, breakIt) => {
  await breakIt();
  const { arn } = stage.aws.ivs.allStreamKeys[0] ?? {};
  const before = stage.onlySecret();
  stage.aws.endpoint.calls.clear();
  const repairs = logged('repaired').length;

  await pass(HOUR);
  const [repaired, ...others] = logged('repaired').slice(repairs);
  stage.aws.endpoint.calls.clear();
  await pass(HOUR);

  expect(repaired).toMatchObject({ Repairs: 1, streamKeyArn: stage.onlyKey().arn, secretArn: before.arn });
  expect(repaired.faults[0]).toBe(fault);
  expect(others).toEqual([]);
  expect(stage.storedKey()).toBe(stage.onlyKey().value);
  if (stays) expect(stage.onlyKey().arn).toBe(arn);
  expect(stage.onlyKey().tags[KeyTag.STACK]).toBe(stage.stack().id);
  expect(stage.onlySecret().tags[SecretTag.CHANNEL]).toBe(stage.onlyKey().channelArn);
  expect(writes()).toEqual([]);
});

test.each<[string, () => unknown]>([
  ['overwritten', async () => byHand().PutSecretValue({ SecretId: stage.onlySecret().arn, SecretString: '{"streamKey":"by hand"}' }, administrator as any)],
  ['moved back', async () => {
    const { arn, versions } = stage.onlySecret();
    const [MoveToVersionId] = [...versions].find(([, { labels }]) => labels.has('AWSPREVIOUS'))!;
    const [RemoveFromVersionId] = [...versions].find(([, { labels }]) => labels.has('AWSCURRENT'))!;
    await byHand().UpdateSecretVersionStage({ SecretId: arn, VersionStage: 'AWSCURRENT', MoveToVersionId, RemoveFromVersionId }, administrator as any);
  }],
])('a current version that was %s is put right at once', async (_, breakIt) => {
  const key = stage.onlyKey();

  await breakIt();
  await stage.aws.eventBridge.idle();

  expect(stage.onlyKey()).toBe(key);
  expect(stage.storedKey()).toBe(key.value);
});

test('a rotation that died half-way is completed an hour after its last sign of life', async () => {
  const secret = stage.onlySecret();
  const died = randomUUID();
  secret.versions.set(died, { labels: new Set(), created: stage.aws.clock.date() });
  moveLabel(secret, 'AWSPENDING', died);
  secret.lastChanged = stage.aws.clock.date();
  const repairs = logged('repaired').length;

  await pass(HOUR - 60_000);
  const meanwhile = logged('repaired').length;
  await pass(2 * HOUR);

  expect(meanwhile).toBe(repairs);
  expect(logged('repaired').slice(repairs)).toMatchObject([{ faults: ['a rotation has died'] }]);
  expect([...secret.versions].filter(([, { labels }]) => labels.has('AWSPENDING'))).toEqual([]);
  expect(stage.storedKey()).toBe(stage.onlyKey().value);
});

test('a secret without our tags is reported and left alone, if IAM does not see the tags of CloudFormation', async () => {
  stage.aws.variants.systemTagsInConditions = false;
  const { tags } = stage.onlySecret();
  stage.onlySecret().tags = {};

  await pass(HOUR);

  expect(stage.onlySecret().tags).toEqual({});
  expect(logged('repair needed')).toMatchObject([{ trouble: 'secretsmanager-AccessDeniedException', RepairsNeeded: 1 }]);
  Object.assign(stage.onlySecret(), { tags });
  stage.aws.variants.systemTagsInConditions = true;
});
