import { IvsClient, UntagResourceCommand } from '@aws-sdk/client-ivs';
import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Stage } from './stage';
import { REGION } from '../../local-aws/local-aws';
import { Channel, ManagedStreamKey } from '../../src';
import { clientOptions } from '../local-aws/deploy-template';

let stage: Stage;
beforeEach(async () => { stage = await Stage.start(); });
afterEach(() => stage.stop());

/** What the error says is to be done first. */
async function untag(resourceArn: string): Promise<void> {
  const ivs = new IvsClient(clientOptions(stage.aws));
  await ivs.send(new UntagResourceCommand({ resourceArn, tagKeys: ['managed-stream-key:stack'] }));
  ivs.destroy();
}

/** The secret of a stack. */
const secretOf = (stackName: string) => stage.secret([...stage.stack(stackName).resources.values()]
  .find(({ definition }) => definition.Type === 'AWS::SecretsManager::Secret')!.physicalId);

test('a new stack takes over the retained channel, key and secret of a destroyed stack, with the same value', async () => {
  const retained = (serial: number) => (stack: Stack) => { new ManagedStreamKey(stack, 'Live', { serial, removalPolicy: RemovalPolicy.RETAIN }); };
  await stage.deploy(retained(1), 'Old');
  const { id } = await stage.deploy(retained(2), 'Old');
  await stage.destroy(retained(2), 'Old');
  const { arn, value, channelArn } = stage.onlyKey();
  const taker = (serial = 0) => (stack: Stack) => {
    new ManagedStreamKey(stack, 'Show', { serial, channel: Channel.fromChannelArn(stack, 'Channel', channelArn) });
  };

  await stage.tryDeploy(taker(), 'New');
  expect(stage.failures('New')).toContainEqual(expect.stringMatching(new RegExp(
    `of the stack ${id} manages .* To take it over with its value: .* "aws ivs untag-resource --resource-arn ${arn} --tag-keys managed-stream-key:stack".* `
    + `If nobody needs it: "aws ivs delete-stream-key --arn ${arn}"`)));
  await untag(arn);
  await stage.deploy(taker(), 'New');

  expect(stage.onlyKey()).toMatchObject({ arn, value });
  expect(stage.storedKey(secretOf('New'))).toBe(value);
  await stage.deploy(taker(1), 'New');
  expect(stage.onlyKey().value).not.toBe(value);
  expect(stage.storedKey(secretOf('New'))).toBe(stage.onlyKey().value);
});

test('a key moves from one stack to another', async () => {
  const { arn: channelArn } = stage.aws.ivs.createChannel(REGION, {});
  const managed = (removalPolicy?: RemovalPolicy) => (stack: Stack) => {
    new ManagedStreamKey(stack, 'Live', { removalPolicy, channel: Channel.fromChannelArn(stack, 'Channel', channelArn) });
  };
  const without = (stack: Stack) => { Channel.fromChannelArn(stack, 'Channel', channelArn).onStreamStart('Rule'); };
  await stage.deploy(managed(), 'Old');
  const { arn, value } = stage.onlyKey();

  await stage.deploy(managed(RemovalPolicy.RETAIN), 'Old');
  await stage.deploy(without, 'Old');
  await untag(arn);
  await stage.deploy(managed(), 'New');

  expect(stage.onlyKey()).toMatchObject({ arn, value });
  expect(stage.storedKey(secretOf('New'))).toBe(value);
  await stage.destroy(without, 'Old');
  expect(stage.onlyKey().value).toBe(value);
});

test('a key removed from a stack with RETAIN is taken back by the same construct', async () => {
  const { arn: channelArn } = stage.aws.ivs.createChannel(REGION, {});
  const managed = (stack: Stack) => {
    new ManagedStreamKey(stack, 'Live', { removalPolicy: RemovalPolicy.RETAIN, channel: Channel.fromChannelArn(stack, 'Channel', channelArn) });
  };
  await stage.deploy(managed);
  const { arn, value } = stage.onlyKey();
  await stage.deploy((stack) => { Channel.fromChannelArn(stack, 'Channel', channelArn).onStreamStart('Rule'); });

  await stage.deploy(managed);

  expect(stage.onlyKey()).toMatchObject({ arn, value });
  expect(stage.storedKey(secretOf('Live'))).toBe(value);
});
