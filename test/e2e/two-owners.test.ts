import { Program, Stage } from './stage';
import { REGION } from '../../local-aws/local-aws';
import { Channel, ManagedStreamKey } from '../../src';

describe('a second stack that is given the same channel', () => {
  let stage: Stage;
  let managed: Program;
  let owner: string;
  let before: object;
  let run: { exitCode: number; output: string };
  const look = () => structuredClone({ key: stage.onlyKey(), secret: stage.onlySecret(), inventory: stage.inventory() });

  beforeAll(async () => {
    stage = await Stage.start();
    const { arn } = stage.aws.ivs.createChannel(REGION, {});
    managed = (stack) => { new ManagedStreamKey(stack, 'Live', { channel: Channel.fromChannelArn(stack, 'Channel', arn) }); };
    owner = (await stage.deploy(managed, 'First')).id;
    before = look();
    run = await stage.tryDeploy(managed, 'Second');
  });
  afterAll(() => stage.stop());

  test('fails with an error of the CLI that names the owner', () => {
    expect(run.exitCode).toBe(1);
    expect(run.output.replaceAll(/\s+/g, '')).toContain(`thestack${owner}manages`);
  });

  test('fails with a stack event that names the owner', () => {
    expect(stage.failures('Second')).toContainEqual(expect.stringMatching(new RegExp(`that Live[0-9A-F]{8} of the stack ${owner} manages`)));
  });

  test('leaves nothing behind, and the first stack\'s key and secret as they were', () => {
    expect(look()).toEqual(before);
  });

  test('gets the channel once the first stack is destroyed', async () => {
    await stage.destroy(managed, 'First');

    await stage.deploy(managed, 'Second');

    expect(stage.storedKey()).toBe(stage.onlyKey().value);
  });
});
