import { setTimeout as sleep } from 'node:timers/promises';
import {
  CancelRotateSecretCommand, DescribeSecretCommand, PutSecretValueCommand, PutSecretValueCommandInput, RotateSecretCommand, RotateSecretCommandInput,
  SecretsManagerClient, UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { ACCOUNT, LocalAws, REGION } from '../../../local-aws/local-aws';
import { Secret } from '../../../local-aws/secrets-manager/secrets-manager';
import { clientOptions } from '../deploy-template';

const DAY = 86_400_000;
const FUNCTION = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:rotator`;
const OTHER_VERSION = 'b'.repeat(32);

/** What each step does; a step that throws has failed. */
let steps: Record<string, (token: string, rotationToken: string) => unknown>;
let aws: LocalAws;
let client: SecretsManagerClient;
let secret: Secret;

beforeEach(async () => {
  aws = await LocalAws.start();
  client = new SecretsManagerClient(clientOptions(aws));
  secret = aws.secretsManager.createSecret(REGION, 'secret', { tags: {} }, 'first');
  aws.secretsManager.rotations.retryDelay = 1;
  steps = { createSecret: (token, RotationToken) => put({ ClientRequestToken: token, SecretString: 'rotated', VersionStages: ['AWSPENDING', 'AWSCURRENT'], RotationToken }) };
  jest.spyOn(aws.lambda.permissions, 'authorize').mockResolvedValue();
  jest.spyOn(aws.lambda, 'arnOf').mockReturnValue(FUNCTION);
  jest.spyOn(aws.lambda, 'invokeFor').mockImplementation(async (_service, _arn, { Step, ClientRequestToken, RotationToken }: any) => {
    try {
      await steps[Step]?.(ClientRequestToken, RotationToken);
      return { result: 'null' };
    } catch (error) {
      return { error: { errorType: 'Error', errorMessage: (error as Error).message } };
    }
  });
});
afterEach(async () => {
  jest.restoreAllMocks();
  client.destroy();
  await aws.stop();
});

const put = (input: Omit<PutSecretValueCommandInput, 'SecretId'>) => client.send(new PutSecretValueCommand({ SecretId: secret.arn, ...input }));
const putByHand = () => put({ SecretString: 'by hand', ClientRequestToken: OTHER_VERSION });
const describeSecret = () => client.send(new DescribeSecretCommand({ SecretId: secret.arn }));
const labels = async () => (await describeSecret()).VersionIdsToStages!;
const trail = () => aws.secretsManager.rotations.trail.map(({ name }) => name);
const fail = () => { throw new Error('it does not work'); };
const rotate = async (input: Partial<RotateSecretCommandInput> = {}): Promise<string> => {
  const { VersionId } = await client.send(new RotateSecretCommand({ SecretId: secret.arn, RotationLambdaARN: FUNCTION, ...input }));
  await aws.secretsManager.rotations.done();
  return VersionId!;
};

describe('a completed rotation', () => {
  test.each<[string, number, string[]]>([
    ['right away', 0, ['AWSCURRENT']],
    ['after a while', 100, ['AWSPENDING', 'AWSCURRENT']],
    ['never', Infinity, ['AWSPENDING', 'AWSCURRENT']],
  ])('loses AWSPENDING %s', async (_, pendingCleanUp, atOnce) => {
    aws.variants.pendingCleanUp = pendingCleanUp;

    const token = await rotate();
    const before = (await labels())[token];
    await sleep(150);

    expect(before).toEqual(atOnce);
    expect((await labels())[token]).toEqual(pendingCleanUp === Infinity ? atOnce : ['AWSCURRENT']);
  });

  test('is told to CloudTrail, and dated', async () => {
    await rotate({ RotationRules: { AutomaticallyAfterDays: 10 } });

    const { LastRotatedDate, NextRotationDate } = await describeSecret();
    expect(trail()).toEqual(['RotationStarted', 'RotationSucceeded']);
    expect(NextRotationDate!.getTime() - LastRotatedDate!.getTime()).toBeGreaterThan(9 * DAY);
  });
});

test('a rotation that has failed is told to CloudTrail, and not dated', async () => {
  steps.testSecret = fail;

  await rotate();

  expect(trail()).toEqual(['RotationStarted', 'RotationFailed']);
  expect(await describeSecret()).not.toHaveProperty('LastRotatedDate');
});

test.each([['the same token', true], ['another token', false]])('a rotation that has failed is retried with %s', async (_, sameToken) => {
  aws.variants.retryWithSameToken = sameToken;
  const { createSecret } = steps;
  steps.createSecret = fail;
  const token = await rotate();
  steps.createSecret = createSecret;

  await aws.secretsManager.rotations.retry(secret);

  expect(Object.entries(await labels()).find(([, stages]) => stages.includes('AWSCURRENT'))![0] === token).toBe(sameToken);
  expect(trail().pop()).toBe('RotationSucceeded');
});

describe('a version stored by hand', () => {
  test('abandons a rotation that has begun, and takes AWSPENDING off its version', async () => {
    steps.createSecret = fail;
    const token = await rotate();

    await putByHand();

    expect(trail()).toEqual(['RotationStarted', 'RotationFailed', 'RotationAbandoned']);
    expect(await labels()).not.toHaveProperty(token);
    await expect(rotate()).resolves.toBeDefined();
  });

  test('ends a rotation between two of its steps', async () => {
    steps.setSecret = putByHand;

    await rotate();

    expect(trail()).toEqual(['RotationStarted', 'RotationAbandoned']);
    expect(aws.secretsManager.rotations.attempts).toMatchObject([{ steps: [{ step: 'createSecret' }, { step: 'setSecret' }] }]);
    expect(await describeSecret()).not.toHaveProperty('LastRotatedDate');
  });

  test('abandons nothing if the rotation token shows that the rotation\'s function stored it', async () => {
    steps.setSecret = (_token, RotationToken) => put({ SecretString: 'again', ClientRequestToken: OTHER_VERSION, VersionStages: ['AWSPENDING', 'AWSCURRENT'], RotationToken });

    await rotate();

    expect(trail()).toEqual(['RotationStarted', 'RotationSucceeded']);
  });

  test('puts off the next rotation', async () => {
    await rotate({ RotationRules: { AutomaticallyAfterDays: 10 } });
    const { NextRotationDate: before } = await describeSecret();
    await aws.clock.advance(5 * DAY);

    await putByHand();

    const { NextRotationDate: after, LastRotatedDate } = await describeSecret();
    expect(Math.round((after!.getTime() - before!.getTime()) / DAY)).toBe(5);
    expect(LastRotatedDate!.getTime()).toBeLessThan(aws.clock.now() - 4 * DAY);
  });
});

describe('a rotation whose version stays empty', () => {
  beforeEach(() => { steps.createSecret = () => {}; });

  test.each([['done', 'RotationSucceeded'], ['failed', 'RotationFailed']] as const)('is %s', async (emptyVersion, event) => {
    aws.variants.emptyVersion = emptyVersion;

    await rotate();

    expect(trail()).toEqual(['RotationStarted', event]);
  });
});

describe('rules', () => {
  const next = async () => (await describeSecret()).NextRotationDate;

  test('stay if they are left out', async () => {
    await rotate({ RotationRules: { AutomaticallyAfterDays: 10 } });

    await rotate();

    expect(await describeSecret()).toMatchObject({ RotationRules: { AutomaticallyAfterDays: 10 }, NextRotationDate: expect.any(Date) });
  });

  test('stay also after CancelRotateSecret', async () => {
    await rotate({ RotationRules: { AutomaticallyAfterDays: 10 } });
    await client.send(new CancelRotateSecretCommand({ SecretId: secret.arn }));
    const cancelled = await next();

    await rotate();

    expect(cancelled).toBeUndefined();
    expect(await next()).toBeInstanceOf(Date);
  });

  test('are none if there never were any', async () => {
    await rotate();

    expect(await next()).toBeUndefined();
  });
});

describe('the version of a testSecret step without a rotation', () => {
  test.each([[false, undefined], [true, 'first']])('has a value: %s', async (testVersionHasValue, value) => {
    aws.variants.testVersionHasValue = testVersionHasValue;
    let seen;
    steps.testSecret = (token) => { seen = secret.versions.get(token)!.value; };

    const token = await rotate({ RotateImmediately: false });

    expect(seen).toBe(value);
    expect(secret.versions.has(token)).toBe(false);
    expect(trail()).toEqual(['TestRotationSucceeded']);
  });
});

describe('PutSecretValue', () => {
  test.each([[false, ['AWSPENDING', 'AWSCURRENT']], [true, ['AWSCURRENT']]])('with default stages takes AWSPENDING from the version: %s', async (putTakesPending, stages) => {
    aws.variants.putTakesPending = putTakesPending;
    aws.variants.pendingCleanUp = Infinity;
    steps.createSecret = (ClientRequestToken) => put({ ClientRequestToken, SecretString: 'rotated' });

    const token = await rotate();

    expect((await labels())[token]).toEqual(stages);
  });
});

describe('UpdateSecretVersionStage for a label that is nowhere', () => {
  const removePending = () => client.send(new UpdateSecretVersionStageCommand({
    SecretId: secret.arn, VersionStage: 'AWSPENDING', RemoveFromVersionId: [...secret.versions.keys()][0],
  }));

  test('does nothing', async () => {
    await expect(removePending()).resolves.toMatchObject({ ARN: secret.arn });
  });

  test('is refused, if AWS should do that', async () => {
    aws.variants.absentLabel = 'refused';

    await expect(removePending()).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });
});

test('DescribeSecret shows labels as they were before a change, for a while', async () => {
  aws.variants.describeLag = 200;
  await sleep(250);
  const before = await labels();

  await putByHand();
  const atOnce = await labels();
  await sleep(250);

  expect(atOnce).toEqual(before);
  expect(await labels()).toMatchObject({ [OTHER_VERSION]: ['AWSCURRENT'] });
});

describe('a role that may rotate through a service only', () => {
  const rotateAsRole = async () => {
    aws.iam.createRole('Rotator', {});
    aws.iam.putRolePolicy('Rotator', 'Policy', {
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Action: 'secretsmanager:RotateSecret', Resource: '*' },
        { Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: FUNCTION, Condition: { Bool: { 'aws:ViaAWSService': 'true' } } },
      ],
    });
    const credentials = aws.identities.assume({ arn: `arn:aws:sts::${ACCOUNT}:assumed-role/Rotator/session`, roleName: 'Rotator' });
    const rotator = new SecretsManagerClient({ ...clientOptions(aws), credentials });
    return rotator.send(new RotateSecretCommand({ SecretId: secret.arn }));
  };

  test('may, if Secrets Manager asks on its behalf', async () => {
    await rotate();

    await expect(rotateAsRole()).resolves.toMatchObject({ ARN: secret.arn });
    await aws.secretsManager.rotations.done();
  });

  test('may not, if Secrets Manager only looks at its policies', async () => {
    await rotate();
    aws.variants.rotateSecretIsViaService = false;

    await expect(rotateAsRole()).rejects.toThrow('is not authorized to perform: lambda:InvokeFunction');
  });
});
