import { Stack, Tags } from 'aws-cdk-lib';
import { failAfter } from './fail-after';
import { Program, Stage } from './stage';
import { AwsError } from '../../local-aws/core/aws-error';
import type { IvsStreamKey } from '../../local-aws/ivs/ivs';
import { Channel, ManagedStreamKey, ManagedStreamKeyProps } from '../../src';

let stage: Stage;

const live = (props: ManagedStreamKeyProps = {}, team = 'sports') => (stack: Stack) => {
  const streamKey = new ManagedStreamKey(stack, 'Live', props);
  Tags.of(streamKey).add('team', team);
  return streamKey;
};
const failing = (program: (stack: Stack) => ManagedStreamKey): Program => (stack) => failAfter(program(stack));

/** A deployment that fails after it has made the call; returns all the calls it has made. */
async function failAfterCall(call: string, program: Program): Promise<string[]> {
  stage.takeCalls();
  const { exitCode } = await stage.tryDeploy(program);
  const calls = stage.takeCalls();
  expect({ exitCode, calls }).toEqual({ exitCode: 1, calls: expect.arrayContaining([call]) });
  return calls;
}

describe('a failed update that rotated', () => {
  let old: IvsStreamKey;
  let calls: string[];
  beforeAll(async () => {
    stage = await Stage.start();
    await stage.deploy(live({ serial: 1 }));
    old = stage.onlyKey();
    calls = await failAfterCall('ivs:DeleteStreamKey', failing(live({ serial: 2 }, 'news')));
  });
  afterAll(() => stage.stop());

  test('is rolled back completely', () => {
    expect(stage.stack().status).toBe('UPDATE_ROLLBACK_COMPLETE');
  });

  test('leaves the existing key in the secret', () => {
    expect(stage.onlyKey().value).not.toBe(old.value);
    expect(stage.storedKey()).toBe(stage.onlyKey().value);
  });

  test('does not rotate again during the roll-back', () => {
    expect(calls.filter((call) => call === 'ivs:CreateStreamKey')).toHaveLength(1);
  });

  test('does not rotate again once the cause is fixed', async () => {
    const { value } = stage.onlyKey();

    await stage.deploy(live({ serial: 2 }));

    expect([stage.onlyKey().value, stage.storedKey()]).toEqual([value, value]);
  });

  test('does not stop the next serial from rotating', async () => {
    const { value } = stage.onlyKey();

    await stage.deploy(live({ serial: 3 }));

    expect(stage.onlyKey().value).not.toBe(value);
    expect(stage.storedKey()).toBe(stage.onlyKey().value);
  });
});

describe('a failed update', () => {
  beforeEach(async () => { stage = await Stage.start(); });
  afterEach(() => stage.stop());

  test('that changed tags leaves key, tags and secret as they were', async () => {
    await stage.deploy(live());
    const before = structuredClone({ key: stage.onlyKey(), secret: stage.onlySecret() });

    await failAfterCall('ivs:TagResource', failing(live({}, 'news')));

    expect({ key: stage.onlyKey(), secret: stage.onlySecret() }).toEqual(before);
  });

  test('that added another key leaves nothing of it behind', async () => {
    await stage.deploy(live());
    const before = stage.inventory();

    await failAfterCall('ivs:CreateStreamKey', failing((stack) => {
      live()(stack);
      return new ManagedStreamKey(stack, 'Second');
    }));

    expect(stage.inventory()).toEqual(before);
  });

  test('that replaced the secret leaves the old one, with the key', async () => {
    await stage.deploy(live({ secretName: 'old' }));
    const { value } = stage.onlyKey();

    await failAfterCall('secretsmanager:PutSecretValue', failing(live({ secretName: 'new' })));

    expect(stage.onlySecret().name).toBe('old');
    expect([stage.onlyKey().value, stage.storedKey()]).toEqual([value, value]);
  });

  test('that replaced the secret and rotated leaves the old secret, with the existing key', async () => {
    await stage.deploy(live({ secretName: 'old', serial: 1 }));

    await failAfterCall('ivs:DeleteStreamKey', failing(live({ secretName: 'new', serial: 2 })));

    expect(stage.onlySecret().name).toBe('old');
    expect(stage.storedKey()).toBe(stage.onlyKey().value);
  });

  const on = (chosen: 'One' | 'Two') => (stack: Stack) => {
    const channels = { One: new Channel(stack, 'One'), Two: new Channel(stack, 'Two') };
    return live({ channel: channels[chosen] })(stack);
  };

  test('that moved to another channel leaves the old channel its key, and the other none', async () => {
    await stage.deploy(on('One'));
    const old = stage.onlyKey();

    await failAfterCall('ivs:CreateStreamKey', failing(on('Two')));

    expect(stage.onlyKey()).toBe(old);
    expect(stage.storedKey()).toBe(old.value);
  });

  test('that fails while moving to another channel leaves the old channel its key, and the other none', async () => {
    await stage.deploy(on('One'));
    const old = stage.onlyKey();
    stage.aws.endpoint.disturbances.add({ operation: 'ivs:ListStreamKeys', skip: 1, effect: new AwsError('ValidationException', 'disturbed') });

    await failAfterCall('ivs:CreateStreamKey', on('Two'));

    expect(stage.onlyKey()).toBe(old);
    expect(stage.storedKey()).toBe(old.value);
  });
});
