import { Stack } from 'aws-cdk-lib';
import { Stage } from './stage';
import { ManagedStreamKey } from '../../src';

const NAMES = Array.from({ length: 10 }, (_, index) => `Live${index}`);

test('creates ten keys of one stack within the account\'s IVS rate', async () => {
  const stage = await Stage.start({ rate: 5 });
  try {
    stage.aws.endpoint.disturbances.hold('ivs:ListStreamKeys', NAMES.length);

    await stage.deploy((stack: Stack) => NAMES.forEach((secretName) => new ManagedStreamKey(stack, secretName, { secretName })));

    const stored = NAMES.map((name) => stage.storedKey(stage.secret(name)));
    expect(stage.aws.endpoint.calls.byFunctions().map(({ error }) => error)).toContain('ThrottlingException');
    expect(new Set(stored)).toEqual(new Set(stage.aws.ivs.allStreamKeys.map(({ value }) => value)));
    expect(stage.aws.ivs.allStreamKeys).toHaveLength(10);
  } finally {
    await stage.stop();
  }
});
