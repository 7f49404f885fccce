import * as alpha from '@aws-cdk/aws-ivs-alpha';
import * as ivs from 'aws-cdk-lib/aws-ivs';
import { Program, Stage } from './stage';
import type { IvsChannel } from '../../local-aws/ivs/ivs';
import { Channel, ManagedStreamKey } from '../../src';

let stage: Stage;
let before: IvsChannel;

async function start(program: Program): Promise<void> {
  stage = await Stage.start();
  await stage.deploy(program);
  before = structuredClone(stage.aws.ivs.allChannels[0]);
}
const theChannel = () => {
  expect(stage.aws.ivs.allChannels).toHaveLength(1);
  return stage.aws.ivs.allChannels[0];
};

describe('a channel of aws-ivs-alpha', () => {
  beforeAll(() => start((stack) => { new alpha.Channel(stack, 'Stage'); }));
  afterAll(() => stage.stop());

  test('stays when it gets a managed stream key', async () => {
    await stage.deploy((stack) => {
      const channel = new alpha.Channel(stack, 'Stage');
      new ManagedStreamKey(stack, 'Live', { channel: channel.node.defaultChild as ivs.CfnChannel });
    });

    expect(theChannel().arn).toBe(before.arn);
    expect(stage.storedKey()).toBe(stage.onlyKey().value);
  });

  test('is not changed, nor is its key, when it becomes a Channel under the same id', async () => {
    const { value } = stage.onlyKey();

    await stage.deploy((stack) => { new ManagedStreamKey(stack, 'Live', { channel: new Channel(stack, 'Stage') }); });

    expect(theChannel()).toMatchObject({ arn: before.arn, name: before.name });
    expect([stage.onlyKey().value, stage.storedKey()]).toEqual([value, value]);
  });
});

describe('a CfnChannel', () => {
  beforeAll(() => start((stack) => { new ivs.CfnChannel(stack, 'Stage', { name: 'main-stage' }); }));
  afterAll(() => stage.stop());

  test('stays when it becomes a Channel with the same logical id and name', async () => {
    await stage.deploy((stack) => {
      const channel = new Channel(stack, 'Stage', { channelName: 'main-stage' });
      (channel.node.defaultChild as ivs.CfnChannel).overrideLogicalId('Stage');
      new ManagedStreamKey(stack, 'Live', { channel });
    });

    expect(theChannel()).toMatchObject({ arn: before.arn, name: 'main-stage' });
    expect(stage.storedKey()).toBe(stage.onlyKey().value);
  });

  test('is replaced by a Channel with another logical id', async () => {
    await stage.deploy((stack) => { new Channel(stack, 'Stage', { channelName: 'main-stage' }); });

    expect(theChannel().arn).not.toBe(before.arn);
  });
});
