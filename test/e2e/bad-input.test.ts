import { CfnParameter, Tags, Token } from 'aws-cdk-lib';
import { Program, Stage } from './stage';
import { Channel, ManagedStreamKey } from '../../src';

let stage: Stage;
beforeEach(async () => { stage = await Stage.start(); });
afterEach(() => stage.stop());

const MISSING = 'arn:aws:ivs:us-east-1:123456789012:channel/abcdABCDefgh';
const onChannel = (arn: string): Program => (stack) => { new ManagedStreamKey(stack, 'Live', { channel: Channel.fromChannelArn(stack, 'Channel', arn) }); };

test('a missing channel: the CLI names it, and the deployment leaves nothing behind', async () => {
  const { output } = await stage.tryDeploy(onChannel(MISSING));

  expect(output.replaceAll(/\s+/g, ' ')).toContain(`The channel ${MISSING} does not exist in that region and account. Check the channel that the construct was given.`);
  expect(stage.inventory()).toEqual([]);
});

test('a move to a missing channel leaves the key where it was', async () => {
  const { arn } = stage.aws.ivs.createChannel('us-east-1', {});
  await stage.deploy(onChannel(arn));
  const before = structuredClone({ key: stage.onlyKey(), secret: stage.onlySecret() });

  await stage.tryDeploy(onChannel(MISSING));

  expect({ status: stage.stack().status, key: stage.onlyKey(), secret: stage.onlySecret() }).toEqual({ status: 'UPDATE_ROLLBACK_COMPLETE', ...before });
});

test.each([
  ['channel', 'Live', 'channel must have the ARN of an IVS channel, got: Live.'],
  ['serial', 'two', 'serial must be a whole number, 0 or more, got: two.'],
])('a parameter that makes no %s is refused with what it was', async (prop, given, reason) => {
  await stage.tryDeploy((stack) => {
    const value = new CfnParameter(stack, 'Given', { default: given }).valueAsString;
    const props = prop === 'channel' ? { channel: Channel.fromChannelArn(stack, 'Channel', value) } : { serial: Token.asNumber(value) };
    new ManagedStreamKey(stack, 'Live', props);
  });

  expect(stage.failures()).toContainEqual(expect.stringContaining(reason));
  expect(stage.inventory()).toEqual([]);
});

test('a tag that IVS refuses does not lose the key', async () => {
  const tagged = (serial: number, team: string): Program => (stack) => {
    Tags.of(new ManagedStreamKey(stack, 'Live', { serial })).add('team', team, { includeResourceTypes: ['AWS::IVS::StreamKey'] });
  };
  await stage.deploy(tagged(1, 'sports'));
  const before = structuredClone({ key: stage.onlyKey(), secret: stage.onlySecret() });

  await stage.tryDeploy(tagged(2, '{sports}'));

  expect(stage.failures()).toContainEqual(expect.stringMatching(
    /failed at ivs:TagResource: ValidationException: 1 validation error detected: Value '\{team=\{sports\}, .*\}' at 'tags' failed to satisfy constraint: Map value/,
  ));
  expect({ key: stage.onlyKey(), secret: stage.onlySecret() }).toEqual(before);
});
