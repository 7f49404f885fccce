import { Stack, Tags } from 'aws-cdk-lib';
import { Stage } from './stage';
import { Channel, ManagedStreamKey } from '../../src';

let stage: Stage;
let output: string;
const app = (topic: string) => (stack: Stack) => {
  new ManagedStreamKey(stack, 'Live', { serial: 3 });
  Tags.of(new Channel(stack, 'Other')).add('topic', topic);
};

beforeAll(async () => {
  stage = await Stage.start();
  await stage.deploy(app('chess'));
});
afterAll(() => stage.stop());

describe('deploying the same app again', () => {
  beforeAll(async () => {
    stage.takeCalls();
    ({ output } = await stage.tryDeploy(app('chess')));
  });

  test('is no change for the CLI', () => {
    expect(output).toContain('Live (no changes)');
  });

  test('makes no call to IVS or Secrets Manager', () => {
    expect(stage.takeCalls()).toEqual([]);
  });
});

test('a change elsewhere in the stack makes no call to IVS or Secrets Manager', async () => {
  expect(stage.takeCalls()).toEqual([]);

  await stage.deploy(app('darts'));

  expect(stage.stack().status).toBe('UPDATE_COMPLETE');
  expect(stage.takeCalls()).toEqual([]);
});
