import { randomUUID } from 'node:crypto';
import { DeployedHandler } from './support/deployed-handler';
import { AT_ONCE_AFTER_STREAM, Live } from './support/live';
import type { Stack } from '../../local-aws/cloudformation/stack';
import { AwsError } from '../../local-aws/core/aws-error';
import { addVersion } from '../../local-aws/secrets-manager/secret';
import { KeyTag } from '../../src/contract/tags';
import { WhileLive } from '../../src/contract/while-live';

const HOUR = 3_600_000;

let handler: DeployedHandler;
beforeAll(async () => { handler = await DeployedHandler.start({}); });
// A look waits ten seconds for whoever may be about to make a missing key.
beforeEach(() => handler.aws.clock.speedUp(10));
afterAll(() => handler.stop());
beforeEach(() => {
  handler.startAfresh();
  stack().status = 'UPDATE_COMPLETE';
});

const stack = (): Stack => handler.aws.cloudformation.stacks.find(({ id }) => id === handler.stackId)!;
const tick = () => handler.pass(HOUR);
const keyOf = ({ channel }: Live) => handler.channels.keyOf(channel);
const loseKey = (of: Live) => handler.aws.ivs.deleteStreamKey(keyOf(of)!.arn);
const repairs = ({ channel }: Live) => handler.logged('repaired', channel);
const told = ({ channel }: Live) => handler.logged('repair needed', channel);
const toldAgain = ({ channel }: Live) => handler.logged('repair still needed', channel);
const WRITES = /ivs:(Create|Delete|Tag|Untag|Stop)|secretsmanager:(Put|Update|Tag|Untag)/;

async function live(...more: Parameters<DeployedHandler['live']>): Promise<Live> {
  const made = await handler.live(...more);
  await handler.aws.eventBridge.idle();
  handler.calls.take();
  return made;
}

/** Two keys of the stack, the second one of the resource `Other`. */
async function twoLive(): Promise<[Live, Live]> {
  const [first, other] = [await live(), await live()];
  handler.cloudFormation.tagSecret(other, 'Other');
  await handler.cloudFormation.create(first.properties);
  await handler.cloudFormation.create(other.properties, { LogicalResourceId: 'Other' });
  await handler.aws.eventBridge.idle();
  return [first, other];
}

const LOOK = JSON.stringify({ 'detail-type': 'Scheduled Event', 'resources': [] });

/** Invokes the handler with a batch of messages, as the queue's event source mapping does. */
async function invoke(...bodies: string[]) {
  const Records = bodies.map((body, index) => ({ messageId: String(index), body, eventSource: 'aws:sqs', eventSourceARN: handler.eventBridge.queueArn }));
  return handler.aws.lambda.invoke(handler.functionArn, { Records });
}

test('looks at a healthy key with three reads and its metadata, and writes nothing', async () => {
  await live();

  await tick();

  expect(handler.calls.take().sort()).toEqual([
    'cloudformation:DescribeStackResource', 'cloudformation:DescribeStacks', 'cloudformation:ListStackResources',
    'ivs:GetChannel', 'ivs:ListStreamKeys', 'secretsmanager:DescribeSecret',
  ]);
});

test('the metric and the log say what was put right', async () => {
  const broken = await live();
  loseKey(broken);

  await tick();

  expect(repairs(broken)).toMatchObject([{ Repairs: 1, faults: ['the channel has no stream key'], streamKeyArn: keyOf(broken)!.arn, secretArn: broken.secret.arn }]);
  handler.expectKeyStored(broken);
});

test('a key that was lost has its tags again', async () => {
  const broken = await live({ Tags: [{ Key: 'team', Value: 'sports' }] });
  loseKey(broken);

  await tick();

  expect(keyOf(broken)!.tags).toMatchObject({ team: 'sports', [KeyTag.RESOURCE]: 'Live', [KeyTag.ORIGIN]: 'created' });
});

test('a key that was made by hand is adopted with its value, and stays when the resource goes', async () => {
  const broken = await live();
  loseKey(broken);
  const { value } = handler.aws.ivs.createStreamKey(broken.channel.arn, {});

  await tick();
  await handler.cloudFormation.delete(broken.properties);

  expect(handler.encoder.read(broken.secret)!.streamKey).toBe(value);
  expect(keyOf(broken)!.value).toBe(value);
});

test('a key made by hand while live is adopted, and the broadcast goes on', async () => {
  const broken = await live({ WhileLive: WhileLive.DISCONNECT });
  loseKey(broken);
  const { value } = handler.aws.ivs.createStreamKey(broken.channel.arn, {});
  handler.aws.ivs.startStream(value);

  await tick();

  expect(keyOf(broken)!.value).toBe(value);
  expect(handler.aws.ivs.streamOf(broken.channel.arn)).toBeDefined();
  handler.expectKeyStored(broken);
});

test('a lost event of a broadcast\'s end is made up for', async () => {
  const key = await live(AT_ONCE_AFTER_STREAM);
  const before = keyOf(key)!.arn;
  await handler.encoder.publish(key);
  handler.eventBridge.lose();
  await handler.encoder.disconnect(key);
  handler.eventBridge.loseNothing();

  await tick();

  expect(keyOf(key)!.arn).not.toBe(before);
  expect(repairs(key)).toEqual([]);
});

test('a key that was rotated after its last broadcast is not looked at once more', async () => {
  const key = await live(AT_ONCE_AFTER_STREAM);
  await handler.encoder.publish(key);
  await handler.encoder.disconnect(key);
  handler.calls.take();

  await tick();

  expect(handler.calls.take().sort()).toEqual([
    'cloudformation:DescribeStackResource', 'cloudformation:DescribeStacks', 'cloudformation:ListStackResources',
    'ivs:GetChannel', 'ivs:GetStreamSession', 'ivs:ListStreamKeys', 'secretsmanager:DescribeSecret', 'secretsmanager:DescribeSecret',
  ]);
});

describe('is only reported, once a day, and counted with every look:', () => {
  const elsewhere = 'arn:aws:cloudformation:us-east-1:123456789012:stack/Other/0b3c';
  const TROUBLES: [string, string, (key: Live) => unknown][] = [
    ['a secret that is scheduled for deletion', 'scheduled for deletion', ({ secret }) => { secret.deleted = handler.aws.clock.date(); }],
    ['a channel that is gone', 'does not exist', ({ channel }) => handler.aws.ivs.deleteChannel(channel.arn)],
    ['a key of another stack', 'that Live of the stack arn', (key) => { keyOf(key)!.tags[KeyTag.STACK] = elsewhere; }],
    ['a secret that is full', 'as many versions as Secrets Manager keeps', (key) => {
      loseKey(key);
      const now = handler.aws.clock.date();
      while (key.secret.versions.size < 100) addVersion(key.secret, randomUUID(), now, '{}');
    }],
  ];

  test.each(TROUBLES)('%s', async (_, why, breakIt) => {
    const troubled = await live();
    await breakIt(troubled);
    const before = [keyOf(troubled)?.arn, handler.secretsManager.versionWith(troubled.secret, 'AWSCURRENT')];
    handler.calls.take();

    await tick();
    handler.calls.take();
    await tick();

    expect(told(troubled)).toMatchObject([{ RepairsNeeded: 1, why: expect.stringContaining(why) }]);
    expect(toldAgain(troubled)).toMatchObject([{ RepairsNeeded: 1 }]);
    expect([keyOf(troubled)?.arn, handler.secretsManager.versionWith(troubled.secret, 'AWSCURRENT')]).toEqual(before);
    expect(handler.calls.take().filter((call) => WRITES.test(call))).toEqual([]);
  });
});

test('a key that is lost again after two repairs within an hour is left alone, until the hour is over', async () => {
  const fought = await live();
  const overwrite = async () => {
    const [id] = [...fought.secret.versions].find(([, { value }]) => value === '{}') ?? [randomUUID()];
    if (!fought.secret.versions.has(id)) addVersion(fought.secret, id, handler.aws.clock.date(), '{}');
    const [RemoveFromVersionId] = [...fought.secret.versions].find(([, { labels }]) => labels.has('AWSCURRENT'))!;
    const caller = { region: 'us-east-1', authorize: async () => {} } as any;
    await handler.aws.secretsManager.operations.UpdateSecretVersionStage(
      { SecretId: fought.secret.arn, VersionStage: 'AWSCURRENT', MoveToVersionId: id, RemoveFromVersionId }, caller,
    );
    await handler.aws.eventBridge.idle();
  };
  // IVS could still show an old key for a while after a store, which a look waits for.
  const later = () => handler.pass(60_000);

  await overwrite();
  await later();
  await overwrite();
  await later();
  await overwrite();

  expect(repairs(fought)).toHaveLength(2);
  expect(told(fought)).toMatchObject([{ trouble: 'fought', why: expect.stringContaining('something changes it again') }]);
  expect(handler.encoder.read(fought.secret)).toEqual({});
  await handler.pass(2 * HOUR);
  handler.expectKeyStored(fought);
});

test.each(['UPDATE_IN_PROGRESS', 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', 'UPDATE_ROLLBACK_IN_PROGRESS', 'UPDATE_ROLLBACK_FAILED', 'DELETE_IN_PROGRESS'])('does nothing while the stack is %s', async (status) => {
  const broken = await live();
  loseKey(broken);
  stack().status = status;

  await tick();

  expect(keyOf(broken)).toBeUndefined();
  expect(repairs(broken)).toEqual([]);
});

test.each(['CREATE_FAILED', 'UPDATE_FAILED', 'UPDATE_ROLLBACK_FAILED'])('tells, once a day, that nobody looks after the keys of a stack that is %s', async (status) => {
  const keys = await twoLive();
  keys.forEach(loseKey);
  stack().status = status;

  await tick();
  await tick();

  for (const key of keys) {
    expect(told(key)).toMatchObject([{ RepairsNeeded: 1, trouble: 'stack', why: expect.stringContaining(`The stack is ${status}`) }]);
    expect(toldAgain(key)).toMatchObject([{ RepairsNeeded: 1 }]);
    expect(keyOf(key)).toBeUndefined();
  }
  stack().resources.delete('Other');
});

test('does nothing if a deployment begins after the look', async () => {
  const broken = await live();
  const { value } = keyOf(broken)!;
  for (const name of Object.keys(keyOf(broken)!.tags)) delete keyOf(broken)!.tags[name];
  handler.aws.endpoint.disturbances.add({ operation: 'cloudformation:DescribeStackResource', effect: async () => { stack().status = 'UPDATE_IN_PROGRESS'; }, skip: 1 });

  await tick();

  expect(keyOf(broken)).toMatchObject({ value, tags: {} });
});

test('leaves a missing key to the rotation that is about to make another', async () => {
  const rotating = await live();
  loseKey(rotating);
  handler.secretsManager.stage(rotating.secret);
  rotating.secret.lastChanged = new Date(handler.aws.clock.now() + HOUR);

  await tick();

  expect(keyOf(rotating)).toBeUndefined();
});

test('leaves a rotation that is being finished to the run that does it, and counts it once', async () => {
  const rotating = await live();
  const letGo = handler.aws.endpoint.disturbances.hold('ivs:UntagResource', 2);

  const rotation = handler.secretsManager.rotateSecret(rotating.secret);
  await handler.calls.until('ivs:UntagResource');
  // The look that the new version brings.
  await handler.aws.eventBridge.idle();
  letGo();
  await rotation;
  await tick();

  expect(repairs(rotating)).toEqual([]);
  expect(handler.logged('rotated', rotating.channel)).toHaveLength(1);
});

test('finishes a rotation whose run must have died', async () => {
  const rotating = await live();
  handler.aws.endpoint.disturbances.add({ operation: 'ivs:UntagResource', effect: 'crash' });
  handler.aws.secretsManager.rotations.retries = 0;

  await handler.secretsManager.rotateSecret(rotating.secret);
  await handler.aws.eventBridge.idle();
  const meanwhile = repairs(rotating);
  await tick();

  expect(meanwhile).toEqual([]);
  expect(repairs(rotating)).toMatchObject([{ faults: ['a rotation is not finished'] }]);
  handler.aws.secretsManager.rotations.retries = 2;
});

test('does not touch a key that another handler manages', async () => {
  const broken = await live();
  loseKey(broken);
  Object.assign((stack().resources.get('Live')!.metadata as any).ManagedStreamKey, { Handler: 'another' });

  await tick();

  expect(keyOf(broken)).toBeUndefined();
  expect(told(broken)).toEqual([]);
});

test('a rotation that is deferred keeps its version, however long the broadcast goes on', async () => {
  const deferred = await live({ WhileLive: WhileLive.DEFER, ReconnectWindow: '0' });
  await handler.encoder.publish(deferred);
  const [{ token }] = await handler.secretsManager.rotateSecret(deferred.secret);

  await handler.pass(3 * HOUR);

  expect(handler.secretsManager.versionWith(deferred.secret, 'AWSPENDING')).toBe(token);
  expect(repairs(deferred)).toEqual([]);
});

test('a failure is told, and the next look tries again', async () => {
  const broken = await live();
  loseKey(broken);
  handler.aws.endpoint.disturbances.add({ operation: 'ivs:CreateStreamKey', effect: new AwsError('ValidationException', 'No.') });

  await tick();
  const failure = told(broken);
  await tick();

  expect(failure).toMatchObject([{ why: expect.stringContaining('ivs:CreateStreamKey: ValidationException: No.') }]);
  handler.expectKeyStored(broken);
});

test.each(['before', 'after'] as const)('a repair that crashes %s PutSecretValue is completed when the message comes again', async (when) => {
  const broken = await live();
  loseKey(broken);
  handler.aws.endpoint.disturbances.add({ operation: 'secretsmanager:PutSecretValue', when, effect: 'crash' });

  await tick();
  await handler.eventBridge.ended();

  handler.expectKeyStored(broken);
});

test('a look that fails for one key is finished for the others first, as Lambda freezes the function after its answer', async () => {
  handler.aws.clock.speedUp(1);
  const [unreadable, other] = await twoLive();
  loseKey(unreadable);
  loseKey(other);
  handler.aws.endpoint.disturbances.add({ operation: 'cloudformation:DescribeStackResource', effect: new AwsError('OptInRequired', 'No.', 403), times: 2 });
  handler.aws.endpoint.disturbances.slowDown(1_000, 'ivs:CreateStreamKey');

  const { result } = await invoke(LOOK);

  expect(JSON.parse(result!)).toEqual({ batchItemFailures: [{ itemIdentifier: '0' }] });
  expect(keyOf(unreadable)).toBeUndefined();
  handler.expectKeyStored(other);
  stack().resources.delete('Other');
});

test.each(['null', '5', '[]', 'no JSON', '{"detail-type":"Scheduled Event","resources":null}'])('a message with the body %s does not keep the others of its batch from being handled', async (body) => {
  const broken = await live();
  loseKey(broken);

  await invoke(body, LOOK);

  handler.expectKeyStored(broken);
});

test('a replica that fails again is reported, and not counted as put right', async () => {
  const broken = await live({ ReplicaRegions: [{ Region: 'eu-west-1' }] });
  handler.aws.secretsManager.replication.failures.set('eu-west-1', 'the KMS key is disabled');
  broken.secret.replicas[0].Status = 'Failed';

  await tick();
  await tick();

  expect(repairs(broken)).toEqual([]);
  expect(told(broken)).toMatchObject([{ trouble: 'unreplicated', why: expect.stringContaining('the KMS key is disabled') }]);
  expect(toldAgain(broken)).toHaveLength(1);
  handler.aws.secretsManager.replication.failures.clear();
});

test('the label of a secret of another stack costs one read', async () => {
  const secret = handler.secretsManager.createSecret({ [KeyTag.STACK]: 'arn:aws:cloudformation:us-east-1:123456789012:stack/Other/0b3c' });
  handler.calls.take();

  handler.aws.eventBridge.publish({
    'source': 'aws.secretsmanager',
    'detail-type': 'Secret Label Updated',
    'region': 'us-east-1',
    'resources': [secret.arn],
    'detail': { name: secret.name, labelUpdated: 'AWSCURRENT', versionId: '1' },
  });
  await handler.aws.eventBridge.idle();

  expect(handler.calls.take()).toEqual(['secretsmanager:DescribeSecret']);
});
