import { Tags } from 'aws-cdk-lib';
import { failAfter } from './fail-after';
import { Program, Stage } from './stage';
import type { IvsStreamKey } from '../../local-aws/ivs/ivs';
import { REGION } from '../../local-aws/local-aws';
import { Channel, ManagedStreamKey } from '../../src';

let stage: Stage;
/** A key that the console has made, on a channel outside the stack. */
let found: IvsStreamKey;
async function findKey(): Promise<void> {
  stage = await Stage.start();
  const channel = stage.aws.ivs.createChannel(REGION, { name: 'outside' });
  found = structuredClone(stage.aws.ivs.createStreamKey(channel.arn, { madeBy: 'console' }));
}

const managed = (serial = 0): Program => (stack) => {
  const channel = Channel.fromChannelArn(stack, 'Channel', found.channelArn);
  Tags.of(new ManagedStreamKey(stack, 'Live', { channel, serial })).add('team', 'sports');
};

describe('an adopted key', () => {
  beforeAll(async () => {
    await findKey();
    await stage.deploy(managed());
  });
  afterAll(() => stage.stop());

  test('keeps its value', () => {
    expect(stage.onlyKey()).toMatchObject({ arn: found.arn, value: found.value });
  });

  test('keeps its tags and gets the new ones', () => {
    expect(stage.onlyKey().tags).toMatchObject({ madeBy: 'console', team: 'sports' });
  });

  test('is stored', () => {
    expect(stage.storedKey()).toBe(found.value);
  });

  test('is as it was after destroy', async () => {
    await stage.destroy(managed());

    expect(stage.onlyKey()).toEqual(found);
  });
});

describe('an adopted key', () => {
  beforeEach(findKey);
  afterEach(() => stage.stop());

  test('is as it was after a failed deployment', async () => {
    await stage.tryDeploy((stack) => {
      managed()(stack);
      failAfter(stack.node.findChild('Live'));
    });

    expect(stage.takeCalls()).toContain('ivs:TagResource');
    expect(stage.onlyKey()).toEqual(found);
  });

  test('is deleted by destroy once it has been rotated', async () => {
    await stage.deploy(managed());
    await stage.deploy(managed(1));
    expect(stage.onlyKey().value).not.toBe(found.value);

    await stage.destroy(managed(1));

    expect(stage.aws.ivs.allStreamKeys).toEqual([]);
  });
});
