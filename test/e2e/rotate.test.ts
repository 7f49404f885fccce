import { CfnOutput, Stack } from 'aws-cdk-lib';
import { Stage } from './stage';
import type { IvsStreamKey } from '../../local-aws/ivs/ivs';
import { ManagedStreamKey } from '../../src';

let stage: Stage;

const withSerial = (serial: number) => (stack: Stack) => {
  new CfnOutput(stack, 'Version', { value: new ManagedStreamKey(stack, 'Live', { serial }).secretVersionId });
};

describe.each([['with a change set', []], ['without a change set', ['--method=direct']]])('a higher serial, deployed %s,', (_, args) => {
  let old: IvsStreamKey;
  let versions: string[];
  beforeAll(async () => {
    stage = await Stage.start();
    const before = (await stage.deploy(withSerial(1), 'Live', args)).outputs[0].OutputValue;
    old = stage.onlyKey();
    const after = (await stage.deploy(withSerial(2), 'Live', args)).outputs[0].OutputValue;
    versions = [before, after];
  });
  afterAll(() => stage.stop());

  test('creates another key', () => {
    expect(stage.onlyKey().arn).not.toBe(old.arn);
  });

  test('stores the new key', () => {
    expect(stage.storedKey()).toBe(stage.onlyKey().value);
  });

  test('makes IVS refuse the old key', () => {
    expect(stage.aws.ivs.accepts(old.value)).toBe(false);
  });

  test('turns the current version into AWSPREVIOUS', () => {
    expect(stage.storedKey(stage.onlySecret(), 'AWSPREVIOUS')).toBe(old.value);
  });

  test('changes secretVersionId to the new current version', () => {
    const [before, after] = versions.map((id) => [...stage.onlySecret().versions.get(id)!.labels]);
    expect({ before, after }).toEqual({ before: ['AWSPREVIOUS'], after: ['AWSCURRENT'] });
  });

  test('is not undone by a lower serial', async () => {
    const { value } = stage.onlyKey();

    await stage.deploy(withSerial(1), 'Live', args);

    expect([stage.onlyKey().value, stage.storedKey()]).toEqual([value, value]);
  });
});

test('of several keys in a stack only the one with a higher serial rotates', async () => {
  stage = await Stage.start();
  const three = (serial: number) => (stack: Stack) => {
    for (const id of ['One', 'Two', 'Three']) new ManagedStreamKey(stack, id, { secretName: id, serial: id === 'Two' ? serial : 1 });
  };
  const storedKeys = () => ['One', 'Two', 'Three'].map((name) => stage.storedKey(stage.secret(name)));
  await stage.deploy(three(1));
  const before = storedKeys();

  await stage.deploy(three(2));

  const rotated = storedKeys().map((value, index) => value !== before[index]);
  await stage.stop();
  expect(rotated).toEqual([false, true, false]);
});
