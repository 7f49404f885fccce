import { CfnResource, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as ivs from 'aws-cdk-lib/aws-ivs';
import { failAfter } from './fail-after';
import { Stage } from './stage';
import type { IvsStreamKey } from '../../local-aws/ivs/ivs';
import { Channel, ManagedStreamKey } from '../../src';
import { KeyTag } from '../../src/contract/tags';

let stage: Stage;
let before: IvsStreamKey;

const beside: [string, (stack: Stack) => ivs.IChannelRef][] = [
  ['a Channel', (stack) => new Channel(stack, 'Channel', { removalPolicy: RemovalPolicy.RETAIN })],
  ['an L1', (stack) => {
    const channel = new ivs.CfnChannel(stack, 'Channel');
    channel.applyRemovalPolicy(RemovalPolicy.RETAIN);
    return channel;
  }],
];

/** A stream key of that name, beside its channel: each has a secret of its own name. */
const called = (id: string, serial = 1, channelIn = beside[0][1]) => (stack: Stack) =>
  new ManagedStreamKey(stack, id, { secretName: id, serial, channel: channelIn(stack) });

async function deployUnderOldName(channelIn = beside[0][1]): Promise<void> {
  stage = await Stage.start();
  await stage.deploy(called('Live', 1, channelIn));
  before = structuredClone(stage.onlyKey());
  stage.takeCalls();
}

describe.each(beside)('a renamed construct, with %s beside it,', (_, channelIn) => {
  beforeAll(async () => {
    await deployUnderOldName(channelIn);
    await stage.deploy(called('Show', 1, channelIn));
  });
  afterAll(() => stage.stop());

  test('keeps the key', () => {
    expect(stage.onlyKey()).toMatchObject({ arn: before.arn, value: before.value });
  });

  test('stores the key in its new secret', () => {
    expect(stage.storedKey(stage.secret('Show'))).toBe(before.value);
  });

  test('deletes the secret of the old name', () => {
    expect(stage.onlySecret().name).toBe('Show');
  });

  test('rotates with the next serial', async () => {
    await stage.deploy(called('Show', 2, channelIn));

    expect(stage.onlyKey().value).not.toBe(before.value);
    expect(stage.storedKey()).toBe(stage.onlyKey().value);
  });

  test('can be renamed back', async () => {
    const { value } = stage.onlyKey();

    await stage.deploy(called('Live', 2, channelIn));

    expect([stage.onlyKey().value, stage.storedKey(stage.secret('Live'))]).toEqual([value, value]);
  });

  test('deletes the key on destroy, even if the channel stays', async () => {
    await stage.destroy(called('Live', 2, channelIn));

    expect({ channels: stage.aws.ivs.allChannels.length, keys: stage.aws.ivs.allStreamKeys }).toEqual({ channels: 1, keys: [] });
  });
});

describe('a rename that fails halfway', () => {
  beforeAll(async () => {
    await deployUnderOldName();
    await stage.tryDeploy((stack) => failAfter(called('Show')(stack)));
  });
  afterAll(() => stage.stop());

  test('is rolled back completely', () => {
    expect(stage.takeCalls()).toEqual(expect.arrayContaining(['ivs:TagResource', 'secretsmanager:PutSecretValue']));
    expect(stage.stack().status).toBe('UPDATE_ROLLBACK_COMPLETE');
  });

  test('leaves the key under its old name', () => {
    // Which secret it is kept in, its next rotation says.
    expect(stage.onlyKey()).toEqual({ ...before, tags: { ...before.tags, [KeyTag.SECRET]: '' } });
  });

  test('leaves the old secret with the key, and no other', () => {
    expect(stage.onlySecret().name).toBe('Live');
    expect([stage.onlyKey().value, stage.storedKey()]).toEqual([before.value, before.value]);
  });

  test('does not stop the old name from rotating', async () => {
    await stage.deploy(called('Live', 2));

    expect(stage.onlyKey().value).not.toBe(before.value);
    expect(stage.storedKey()).toBe(stage.onlyKey().value);
  });

  test('succeeds once the cause is fixed', async () => {
    const { value } = stage.onlyKey();

    await stage.deploy(called('Show', 2));

    expect([stage.onlyKey().value, stage.storedKey(stage.secret('Show'))]).toEqual([value, value]);
  });
});

describe('a rename with a higher serial', () => {
  beforeAll(async () => {
    await deployUnderOldName();
    await stage.tryDeploy(called('Show', 2));
  });
  afterAll(() => stage.stop());

  test('is refused, and the reason says how to do both', () => {
    expect(stage.failures()).toContainEqual(expect.stringContaining('Rename the construct first, with serial 1, and count serial up in the next deployment.'));
  });

  test('leaves key and secret as they were', () => {
    expect(stage.onlyKey()).toEqual(before);
    expect(stage.storedKey(stage.secret('Live'))).toBe(before.value);
  });
});

describe('a renamed construct with a fixed secretName', () => {
  const fixed = (id: string) => (stack: Stack) => new ManagedStreamKey(stack, id, { secretName: 'live/main', channel: beside[0][1](stack) });
  /** The L1s of secret and key. */
  const resourcesOf = (live: ManagedStreamKey) => [live.node.findChild('Secret').node.defaultChild, live.node.findChild('Resource').node.defaultChild] as CfnResource[];

  beforeAll(async () => {
    stage = await Stage.start();
    await stage.deploy(fixed('Live'));
    before = structuredClone(stage.onlyKey());
  });
  afterAll(() => stage.stop());

  test('is rolled back: CloudFormation creates the new secret before it deletes the old one', async () => {
    const run = await stage.tryDeploy(fixed('Show'));

    expect(run.exitCode).not.toBe(0);
    expect(run.output).toContain('live/main already exists');
    expect([stage.onlyKey().value, stage.storedKey()]).toEqual([before.value, before.value]);
  });

  test('keeps key and secret if their logical ids are kept', async () => {
    const secretArn = stage.onlySecret().arn;

    await stage.deploy((stack) => {
      const other = new Stack();
      const ids = resourcesOf(fixed('Live')(other)).map((resource) => other.getLogicalId(resource));
      resourcesOf(fixed('Show')(stack)).forEach((resource, index) => resource.overrideLogicalId(ids[index]));
    });

    expect(stage.onlySecret().arn).toBe(secretArn);
    expect([stage.onlyKey().arn, stage.onlyKey().value, stage.storedKey()]).toEqual([before.arn, before.value, before.value]);
  });
});
