import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { RotateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { Duration, Stack } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Stage } from './stage';
import type { IvsStreamKey } from '../../local-aws/ivs/ivs';
import { REGION } from '../../local-aws/local-aws';
import { ManagedStreamKey, StreamKeyRotationScheduleOptions, StreamKeyProvider } from '../../src';

/** Years pass here: thousands of looks. */
const withoutLooks = (stack: Stack) => new StreamKeyProvider(stack, 'Provider', { lookAfter: { enabled: false } });
const live = (rotationSchedule?: StreamKeyRotationScheduleOptions) => (stack: Stack) => {
  new ManagedStreamKey(stack, 'Live', { rotationSchedule, provider: withoutLooks(stack) });
};
const HOUR = 3_600_000;

let stage: Stage;
let secretsManager: SecretsManagerClient;
let first: IvsStreamKey;

beforeEach(async () => {
  stage = await Stage.start();
  secretsManager = new SecretsManagerClient({ endpoint: stage.aws.url, region: REGION, credentials: stage.aws.identities.administrator });
  await stage.deploy(live());
  first = stage.onlyKey();
});
afterEach(async () => {
  secretsManager.destroy();
  await stage.stop();
});

const rotateSecret = async (): Promise<string> => {
  const { VersionId } = await secretsManager.send(new RotateSecretCommand({ SecretId: stage.onlySecret().arn }));
  await stage.aws.secretsManager.rotations.done();
  return VersionId!;
};

test('adding a schedule rotates nothing', async () => {
  const versions = stage.onlySecret().versions.size;

  await stage.deploy(live({ automaticallyAfter: Duration.days(30) }));

  expect(stage.onlyKey()).toBe(first);
  expect(stage.onlySecret().versions.size).toBe(versions);
  expect(stage.aws.secretsManager.rotations.attempts).toMatchObject([{ steps: [{ step: 'testSecret', outcome: 'succeeded' }] }]);
});

test('adding a schedule with rotateImmediatelyOnUpdate rotates at once', async () => {
  await stage.deploy(live({ automaticallyAfter: Duration.days(30), rotateImmediatelyOnUpdate: true }));
  await stage.aws.secretsManager.rotations.done();

  expect(stage.onlyKey().arn).not.toBe(first.arn);
  expect(stage.storedKey()).toBe(stage.onlyKey().value);
});

describe('rotate-secret', () => {
  let versionId: string;
  beforeEach(async () => {
    await stage.deploy(live({ automaticallyAfter: Duration.days(0) }));
    versionId = await rotateSecret();
  });

  test('creates another key as the current version, and keeps the old one as the previous', () => {
    expect(stage.onlyKey().value).not.toBe(first.value);
    expect(stage.storedKey()).toBe(stage.onlyKey().value);
    expect(stage.storedKey(stage.onlySecret(), 'AWSPREVIOUS')).toBe(first.value);
  });

  test('stores it in the version that Secrets Manager staged for it', () => {
    expect([...stage.onlySecret().versions.get(versionId)!.labels]).toContain('AWSCURRENT');
  });

  test('is complete for Secrets Manager, too', () => {
    expect(stage.aws.secretsManager.rotations.attempts.pop()).toMatchObject({ token: versionId, error: undefined });
    expect(stage.onlySecret().lastRotated).toBeInstanceOf(Date);
  });

  test('can be repeated', async () => {
    const second = stage.onlyKey().value;

    await rotateSecret();

    expect(stage.storedKey()).toBe(stage.onlyKey().value);
    expect(stage.onlyKey().value).not.toBe(second);
  });

  test('is left alone by the next deployment', async () => {
    const second = stage.onlyKey();

    await stage.deploy((stack) => {
      new ManagedStreamKey(stack, 'Live', { rotationSchedule: { automaticallyAfter: Duration.days(0) }, description: 'changed', provider: withoutLooks(stack) });
    });

    expect(stage.onlyKey()).toBe(second);
    expect(stage.storedKey()).toBe(second.value);
  });
});

test('the schedule rotates when it is due, and not before', async () => {
  await stage.deploy(live({ schedule: events.Schedule.cron({ minute: '0', hour: '4' }) }));
  const keys = async (hours: number) => {
    await stage.aws.clock.advance(hours * HOUR);
    await stage.aws.secretsManager.rotations.done();
    return stage.onlyKey().arn;
  };
  const untilFour = (28 - new Date(stage.aws.clock.now()).getUTCHours()) % 24 || 24;

  const [before, after, dayAfter] = [await keys(untilFour - 1), await keys(1), await keys(24)];

  expect(before).toBe(first.arn);
  expect(new Set([first.arn, after, dayAfter]).size).toBe(3);
  expect(stage.storedKey()).toBe(stage.onlyKey().value);
});

test('a removed schedule rotates no more', async () => {
  await stage.deploy(live({ automaticallyAfter: Duration.hours(4) }));

  await stage.deploy(live());
  await stage.aws.clock.advance(48 * HOUR);

  expect(stage.onlyKey()).toBe(first);
});

describe('from a schedule to manual rotation only', () => {
  const YEAR = 365 * 24 * HOUR;
  const byHand = (secretName?: string) => (stack: Stack) => {
    new ManagedStreamKey(stack, 'Live', { rotationSchedule: { automaticallyAfter: Duration.days(0) }, secretName, provider: withoutLooks(stack) });
  };
  const rotations = () => stage.aws.secretsManager.rotations.attempts.filter(({ steps }) => steps.length === 4).length;

  test('a schedule without rules leaves the earlier rules in force', async () => {
    await stage.deploy(live({ automaticallyAfter: Duration.hours(4) }));

    await stage.deploy(byHand());
    await stage.aws.clock.advance(5 * HOUR);

    expect(rotations()).toBe(1);
  });

  test('another secret has no rules, rotates by hand only, and holds the same key', async () => {
    await stage.deploy(live({ automaticallyAfter: Duration.hours(4) }));

    await stage.deploy(byHand('by-hand'));
    const stored = stage.storedKey();
    await stage.aws.clock.advance(YEAR);
    const before = rotations();
    await rotateSecret();

    expect([stored, before, rotations()]).toEqual([first.value, 0, 1]);
    expect(stage.storedKey()).toBe(stage.onlyKey().value);
  });

  test('the longest time comes in 999 days', async () => {
    await stage.deploy(live({ automaticallyAfter: Duration.hours(4) }));

    await stage.deploy(live({ automaticallyAfter: Duration.days(999) }));
    await stage.aws.clock.advance(2 * YEAR);
    const before = rotations();
    await stage.aws.clock.advance(YEAR);

    expect([before, rotations()]).toEqual([0, 1]);
  });
});

describe('a role with grantRotate', () => {
  const ROLE = 'Operator';
  const granted = (invokes = false) => (stack: Stack) => {
    const key = new ManagedStreamKey(stack, 'Live', { rotationSchedule: { automaticallyAfter: Duration.days(0) }, provider: withoutLooks(stack) });
    const role = new iam.Role(stack, ROLE, { roleName: ROLE, assumedBy: new iam.AccountRootPrincipal() });
    key.grantRotate(role);
    if (invokes) key.provider.handler.grantInvoke(role);
  };
  const operator = () => ({
    endpoint: stage.aws.url,
    region: REGION,
    credentials: stage.aws.identities.assume({ arn: `arn:aws:sts::123456789012:assumed-role/${ROLE}/session`, roleName: ROLE }),
  });
  const rotateAsOperator = async () => {
    const client = new SecretsManagerClient(operator());
    await client.send(new RotateSecretCommand({ SecretId: stage.onlySecret().arn }));
    await stage.aws.secretsManager.rotations.done();
    client.destroy();
  };

  test('rotates, and cannot invoke the function directly', async () => {
    await stage.deploy(granted());

    await rotateAsOperator();
    const { lambdaArn: FunctionName } = stage.onlySecret().rotation!;

    expect(stage.onlyKey().value).not.toBe(first.value);
    await expect(new LambdaClient(operator()).send(new InvokeCommand({ FunctionName, Payload: '{}' }))).rejects.toThrow('is not authorized to perform: lambda:InvokeFunction');
  });

  test('is refused, with the permission named, if Secrets Manager requires lambda:InvokeFunction of the caller, and can be granted it', async () => {
    stage.aws.variants.rotateSecretIsViaService = false;
    await stage.deploy(granted());
    await expect(rotateAsOperator()).rejects.toThrow('is not authorized to perform: lambda:InvokeFunction');

    await stage.deploy(granted(true));
    await rotateAsOperator();

    expect(stage.onlyKey().value).not.toBe(first.value);
  });
});

test('destroy leaves nothing behind', async () => {
  await stage.deploy(live({ automaticallyAfter: Duration.hours(4) }));

  await stage.destroy(live());

  expect(stage.inventory()).toEqual([]);
});
