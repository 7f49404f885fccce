import * as alpha from '@aws-cdk/aws-ivs-alpha';
import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as ivs from 'aws-cdk-lib/aws-ivs';
import { failAfter } from './fail-after';
import { Stage } from './stage';
import type { IvsStreamKey } from '../../local-aws/ivs/ivs';
import { REGION } from '../../local-aws/local-aws';
import { Channel, ManagedStreamKey } from '../../src';
import { ADOPT_TAG } from '../../src/contract/tags';

type Preparation = (key: ivs.CfnStreamKey) => void;
const nothing: Preparation = () => {};
const retain: Preparation = (key) => key.applyRemovalPolicy(RemovalPolicy.RETAIN);
const handOver: Preparation = (key) => ManagedStreamKey.prepareAdoption(key);

/** The shapes that a key of CloudFormation has in an app. */
const SHAPES = {
  l1: (stack: Stack, channelArn: string) => new ivs.CfnStreamKey(stack, 'Key', { channelArn }),
  alpha: (stack: Stack, channelArn: string) => {
    const channel = alpha.Channel.fromChannelArn(stack, 'AlphaChannel', channelArn);
    return new alpha.StreamKey(stack, 'Key', { channel }).node.defaultChild as ivs.CfnStreamKey;
  },
};
/** A channel with a key of CloudFormation. */
const before = (prepare = nothing, shape: keyof typeof SHAPES = 'l1') => (stack: Stack) => {
  prepare(SHAPES[shape](stack, new Channel(stack, 'Channel').channelArn));
};
/** The same channel with a managed key. */
const after = (serial = 0) => (stack: Stack) => new ManagedStreamKey(stack, 'Live', { channel: new Channel(stack, 'Channel'), serial });

let stage: Stage;
let first: IvsStreamKey;
/** Deploys the key of CloudFormation, each time prepared in another way. */
async function start(preparations: Preparation[], shape?: keyof typeof SHAPES): Promise<void> {
  stage = await Stage.start();
  for (const prepare of preparations) await stage.deploy(before(prepare, shape));
  first = structuredClone(stage.onlyKey());
}
afterEach(() => stage.stop());

const deletions = () => stage.stack().events.filter(({ ResourceType, ResourceStatus }) => ResourceType === 'AWS::IVS::StreamKey' && ResourceStatus.startsWith('DELETE'))
  .map(({ ResourceStatus }) => ResourceStatus);

describe('from a CfnStreamKey, deployed with RETAIN and the adoption tag, to a ManagedStreamKey', () => {
  test.each(['l1', 'alpha'] as const)('the key keeps its value, and the secret has it (%s)', async (shape) => {
    await start([nothing, handOver], shape);

    await stage.deploy(after());

    expect(stage.onlyKey()).toMatchObject({ arn: first.arn, value: first.value });
    expect(stage.storedKey()).toBe(first.value);
    expect(stage.aws.ivs.accepts(first.value)).toBe(true);
    expect(deletions()).toEqual(['DELETE_SKIPPED']);
  });

  test('the key can be rotated afterwards, and is deleted with the stack', async () => {
    await start([handOver]);
    await stage.deploy(after());

    await stage.deploy(after(1));

    expect(stage.onlyKey().value).not.toBe(first.value);
    expect(stage.storedKey()).toBe(stage.onlyKey().value);
    await stage.destroy(after(1));
    expect(stage.aws.ivs.allStreamKeys).toEqual([]);
  });

  test('a later failed deployment leaves everything as it was', async () => {
    await start([handOver]);

    await stage.tryDeploy((stack) => failAfter(after()(stack)));

    expect(stage.takeCalls()).toContain('ivs:TagResource');
    expect(stage.stack().status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(stage.onlyKey()).toEqual(first);
    expect(stage.aws.secretsManager.all).toEqual([]);
    await stage.deploy(after());
    expect(stage.storedKey()).toBe(first.value);
  });
});

describe.each<[string, Preparation[]]>([
  ['was deployed as it is', [nothing]],
  ['was deployed with RETAIN, but without the tag', [nothing, retain]],
])('from a key of CloudFormation that %s to a ManagedStreamKey', (_, preparations) => {
  test('a single deployment is refused and changes nothing; following the error message keeps the value', async () => {
    await start(preparations);

    const { exitCode } = await stage.tryDeploy(after());

    expect(exitCode).toBe(1);
    expect(stage.failures()).toContainEqual(
      expect.stringMatching(/ was made by CloudFormation for Key of this stack\. .* Deploy twice: .*RETAIN and the tag managed-stream-key:adopt=true/),
    );
    expect(stage.stack().status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(stage.onlyKey()).toEqual(first);
    expect(stage.aws.secretsManager.all).toEqual([]);
    expect(deletions()).toEqual([]);

    await stage.deploy(before(handOver));
    await stage.deploy(after());

    expect([stage.onlyKey().value, stage.storedKey()]).toEqual([first.value, first.value]);
  });
});

test('a retained key without the adoption tag is adopted once it is tagged by hand', async () => {
  await start([nothing, retain]);
  await stage.deploy((stack) => { new Channel(stack, 'Channel'); });
  expect((await stage.tryDeploy(after())).exitCode).toBe(1);

  stage.onlyKey().tags[ADOPT_TAG] = 'true';
  await stage.deploy(after());

  expect([stage.onlyKey().value, stage.storedKey()]).toEqual([first.value, first.value]);
});

test('a key of another stack is refused with that stack\'s name, and adopted once that stack hands it over', async () => {
  stage = await Stage.start();
  const channel = stage.aws.ivs.createChannel(REGION, {});
  const keyOfOther = (prepare: Preparation) => (stack: Stack) => prepare(new ivs.CfnStreamKey(stack, 'Key', { channelArn: channel.arn }));
  const managed = (stack: Stack) => { new ManagedStreamKey(stack, 'Live', { channel: Channel.fromChannelArn(stack, 'Channel', channel.arn) }); };
  const { id } = await stage.deploy(keyOfOther(nothing), 'Other');
  const { value } = stage.onlyKey();

  await stage.tryDeploy(managed);
  expect(stage.failures()).toContainEqual(expect.stringContaining(`was made by CloudFormation for Key of the stack ${id}. `));

  await stage.deploy(keyOfOther(handOver), 'Other');
  await stage.destroy(keyOfOther(handOver), 'Other');
  await stage.deploy(managed);
  expect([stage.onlyKey().value, stage.storedKey()]).toEqual([value, value]);
});
