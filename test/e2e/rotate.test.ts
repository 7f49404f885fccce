import { Stack } from 'aws-cdk-lib';
import { Stage } from './stage';
import { ManagedStreamKey } from '../../src';

let stage: Stage;
beforeEach(async () => { stage = await Stage.start(); });
afterEach(() => stage.stop());

const withSerial = (serial: number) => (stack: Stack) => { new ManagedStreamKey(stack, 'Live', { serial }); };

test('counting serial up makes another key, and the old one is refused', async () => {
  await stage.deploy(withSerial(1));
  const old = stage.onlyKey();

  await stage.deploy(withSerial(2));

  expect(stage.onlyKey().arn).not.toBe(old.arn);
  expect(stage.storedKey()).toBe(stage.onlyKey().value);
  expect(stage.aws.ivs.accepts(old.value)).toBe(false);
});
