import { Duration, Stack } from 'aws-cdk-lib';
import { Stage } from './stage';
import type { IvsStreamKey } from '../../local-aws/ivs/ivs';
import { ManagedStreamKey } from '../../src';

const live = (stack: Stack) => {
  new ManagedStreamKey(stack, 'Live', { rotateAfterStream: true, reconnectWindow: Duration.minutes(1) });
};

const WINDOW = 60;

let stage: Stage;
let first: IvsStreamKey;
beforeEach(async () => {
  stage = await Stage.start();
  await stage.deploy(live);
  first = stage.onlyKey();
});
afterEach(() => stage.stop());

const begin = () => stage.aws.ivs.startStream(stage.onlyKey().value);
const pass = async (seconds: number) => {
  await stage.aws.clock.advance(seconds * 1000);
  await stage.aws.eventBridge.idle();
};
const end = async () => {
  stage.aws.ivs.endStream(first.channelArn);
  await stage.aws.eventBridge.idle();
  await pass(WINDOW + 30);
};

test('rotates when the broadcast has ended, and not before', async () => {
  begin();
  const meanwhile = stage.onlyKey();

  await end();

  expect(meanwhile).toBe(first);
  expect(stage.onlyKey().value).not.toBe(first.value);
  expect(stage.storedKey()).toBe(stage.onlyKey().value);
});

test('two broadcasts in a row use a key each, and leave a third', async () => {
  begin();
  await end();
  const second = stage.onlyKey();
  begin();

  await end();

  expect(new Set([first.value, second.value, stage.onlyKey().value]).size).toBe(3);
  expect(stage.storedKey()).toBe(stage.onlyKey().value);
});

test('an event that comes twice rotates once', async () => {
  begin();
  await end();
  const second = stage.onlyKey();
  const { time, ...event } = stage.aws.eventBridge.events.find(({ detail }) => detail.event_name === 'Stream End')!;

  stage.aws.eventBridge.publish({ ...event, time: new Date(time) });
  await pass(WINDOW + 30);

  expect(stage.onlyKey()).toBe(second);
});

test('an encoder that comes back within the window keeps its key', async () => {
  begin();
  stage.aws.ivs.endStream(first.channelArn);
  await pass(WINDOW - 10);
  begin();

  await pass(10 * WINDOW);

  expect(stage.onlyKey()).toBe(first);
});

test('destroy leaves nothing behind', async () => {
  await stage.destroy(live);

  expect(stage.inventory()).toEqual([]);
});
