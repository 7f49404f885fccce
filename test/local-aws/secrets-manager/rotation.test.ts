import {
  CancelRotateSecretCommand, DescribeSecretCommand, DescribeSecretCommandOutput, GetSecretValueCommand,
  PutSecretValueCommand, RotateSecretCommand, RotateSecretCommandInput, SecretsManagerClient, UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { AwsError } from '../../../local-aws/core/aws-error';
import { ACCOUNT, LocalAws, REGION } from '../../../local-aws/local-aws';
import { clientOptions, deleteStack, deployTemplate, inlineFunction, permission } from '../deploy-template';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Rotates as AWS's template does, and writes which step it was given. */
const CODE = `
const { SecretsManager } = require('@aws-sdk/client-secrets-manager');
const client = new SecretsManager({ maxAttempts: 1 });
exports.handler = async ({ Step, SecretId, ClientRequestToken, RotationToken }) => {
  process.stdout.write('step ' + Step + ' ' + typeof RotationToken + '\\n');
  if (process.env.FAILING === Step) throw new Error('it does not work');
  const { VersionIdsToStages: versions, RotationEnabled } = await client.describeSecret({ SecretId });
  if (!RotationEnabled || !versions[ClientRequestToken].includes('AWSPENDING')) throw new Error('there is nothing to rotate');
  if (Step === 'createSecret') {
    await client.putSecretValue({ SecretId, ClientRequestToken, SecretString: 'rotated', VersionStages: ['AWSPENDING'] });
  }
  if (Step === 'finishSecret') {
    const RemoveFromVersionId = Object.keys(versions).find((id) => versions[id].includes('AWSCURRENT'));
    await client.updateSecretVersionStage({ SecretId, VersionStage: 'AWSCURRENT', MoveToVersionId: ClientRequestToken, RemoveFromVersionId });
  }
};
exports.nothing = async () => {};`;

const resources = {
  ...inlineFunction(CODE, [{ Effect: 'Allow', Action: 'secretsmanager:*', Resource: '*' }]),
  Permission: permission('secretsmanager.amazonaws.com', { SourceAccount: ACCOUNT, SourceArn: { 'Fn::Sub': 'arn:${AWS::Partition}:secretsmanager:${AWS::Region}:*:secret:*' } }),
  Secret: { Type: 'AWS::SecretsManager::Secret', Properties: { SecretString: 'first' } },
};
const schedule = (properties: object) => ({
  Type: 'AWS::SecretsManager::RotationSchedule',
  DependsOn: 'Permission',
  Properties: { SecretId: { Ref: 'Secret' }, RotationLambdaARN: { 'Fn::GetAtt': ['Function', 'Arn'] }, ...properties },
});

let aws: LocalAws;
let client: SecretsManagerClient;
let SecretId: string;
let RotationLambdaARN: string;
beforeEach(async () => {
  aws = await LocalAws.start();
  client = new SecretsManagerClient(clientOptions(aws));
});
afterEach(() => aws.stop());

async function deploy(more: object = {}): Promise<void> {
  ({ SecretId, RotationLambdaARN } = await deployTemplate(aws, { ...resources, ...more }, { SecretId: { Ref: 'Secret' }, RotationLambdaARN: { 'Fn::GetAtt': ['Function', 'Arn'] } }));
}

const rotate = (input: Partial<RotateSecretCommandInput> = {}) => client.send(new RotateSecretCommand({ SecretId, RotationLambdaARN, ...input }));
const describeSecret = (): Promise<DescribeSecretCommandOutput> => client.send(new DescribeSecretCommand({ SecretId }));
const value = async () => (await client.send(new GetSecretValueCommand({ SecretId }))).SecretString;
const stepsSeen = () => [...aws.logs.text().matchAll(/^step (\w+) string$/gm)].map(([, step]) => step);
const trail = () => aws.secretsManager.rotations.trail.map(({ name }) => name);
const makeStepFail = (step: string) => {
  aws.lambda.update(RotationLambdaARN.split(':').pop()!, { environment: { FAILING: step } });
};

describe('RotateSecret', () => {
  test('invokes the function once for each of the four steps', async () => {
    await deploy();

    const { VersionId } = await rotate();
    await aws.secretsManager.rotations.done();

    expect(stepsSeen()).toEqual(['createSecret', 'setSecret', 'testSecret', 'finishSecret']);
    expect(await value()).toBe('rotated');
    expect(await describeSecret()).toMatchObject({
      RotationEnabled: true,
      RotationLambdaARN,
      LastRotatedDate: expect.any(Date),
      VersionIdsToStages: { [VersionId!]: ['AWSCURRENT'] },
    });
  });

  test('answers while the version it has made has no value', async () => {
    await deploy();
    const letGo = aws.endpoint.disturbances.hold('secretsmanager:PutSecretValue');

    await rotate();

    await expect(client.send(new GetSecretValueCommand({ SecretId, VersionStage: 'AWSPENDING' }))).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    letGo();
    await aws.secretsManager.rotations.done();
    expect(await value()).toBe('rotated');
  });

  test('is refused while a rotation is not complete', async () => {
    await deploy();
    makeStepFail('setSecret');
    await rotate();
    await aws.secretsManager.rotations.done();

    await expect(rotate()).rejects.toMatchObject({ name: 'InvalidRequestException', message: 'A previous rotation isn\'t complete. That rotation will be reattempted.' });
  });

  test.each([
    ['no permission', undefined],
    ['a permission for another service', permission('events.amazonaws.com')],
    ['a permission for another account', permission('secretsmanager.amazonaws.com', { SourceAccount: '210987654321' })],
    ['a permission for another secret', permission('secretsmanager.amazonaws.com', { SourceArn: `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:other-*` })],
  ])('is refused with %s to invoke the function', async (_what, Permission) => {
    await deploy({ Permission });

    await expect(rotate()).rejects.toMatchObject({ name: 'AccessDeniedException', message: expect.stringContaining('Secrets Manager cannot invoke the specified Lambda function') });
    expect(await describeSecret()).not.toHaveProperty('RotationEnabled');
  });

  test('is refused to a role that may not invoke the function it passes', async () => {
    await deploy();
    aws.iam.createRole('Rotator', {});
    aws.iam.putRolePolicy('Rotator', 'Policy', { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'secretsmanager:RotateSecret', Resource: '*' }] });
    const credentials = aws.identities.assume({ arn: `arn:aws:sts::${ACCOUNT}:assumed-role/Rotator/session`, roleName: 'Rotator' });
    const rotator = new SecretsManagerClient({ ...clientOptions(aws), credentials });

    await expect(rotator.send(new RotateSecretCommand({ SecretId, RotationLambdaARN }))).rejects.toThrow('is not authorized to perform: lambda:InvokeFunction');
  });

  test('is refused without a function', async () => {
    await deploy();

    await expect(rotate({ RotationLambdaARN: undefined })).rejects.toThrow('No Lambda rotation function ARN is associated with this secret.');
  });
});

describe('a rotation with a failed step', () => {
  const failOnce = () => aws.endpoint.disturbances.add({ operation: 'secretsmanager:UpdateSecretVersionStage', effect: new AwsError('InternalServiceError', 'not now', 500) });

  test('is tried again from the first step, with the same token', async () => {
    await deploy();
    failOnce();

    const { VersionId } = await rotate();
    await aws.secretsManager.rotations.done();

    expect(await value()).toBe('rotated');
    expect(aws.secretsManager.rotations.attempts).toEqual([
      { secret: SecretId, token: VersionId, steps: expect.arrayContaining([{ step: 'finishSecret', outcome: 'failed' }]), error: expect.stringContaining('finishSecret: InternalServiceError: not now') },
      { secret: SecretId, token: VersionId, steps: expect.arrayContaining([{ step: 'finishSecret', outcome: 'succeeded' }]) },
    ]);
  });

  test('is tried again with another token if AWS should do that', async () => {
    await deploy();
    failOnce();
    aws.variants.retryWithSameToken = false;

    const { VersionId } = await rotate();
    await aws.secretsManager.rotations.done();

    const { VersionIdsToStages } = await describeSecret();
    expect(await value()).toBe('rotated');
    expect(VersionIdsToStages).not.toHaveProperty(VersionId!);
  });

  test('is given up after some attempts, and reattempted by the schedule', async () => {
    await deploy();
    makeStepFail('testSecret');
    const { VersionId } = await rotate({ RotationRules: { ScheduleExpression: 'rate(1 day)' } });
    await aws.secretsManager.rotations.done();
    const attempts = aws.secretsManager.rotations.attempts.length;
    makeStepFail('none');

    const { NextRotationDate } = await describeSecret();
    await aws.clock.advance(NextRotationDate!.getTime() - HOUR - aws.clock.now());

    expect(attempts).toBe(3);
    expect(aws.secretsManager.rotations.attempts.map(({ token }) => token)).toEqual(Array(4).fill(VersionId));
    expect(await value()).toBe('rotated');
  });

  test('has failed too if AWSPENDING is left on a version that is not current', async () => {
    await deploy();
    aws.lambda.update(RotationLambdaARN.split(':').pop()!, { handler: 'index.nothing' });
    aws.secretsManager.rotations.retries = 0;
    aws.variants.emptyVersion = 'failed';

    await rotate();
    await aws.secretsManager.rotations.done();

    expect(aws.secretsManager.rotations.attempts).toMatchObject([{ steps: Array(4).fill({ outcome: 'succeeded' }), error: expect.stringContaining('AWSPENDING is still on the version') }]);
    expect(await describeSecret()).not.toHaveProperty('LastRotatedDate');
  });
});

describe('without immediate rotation', () => {
  test('only testSecret runs, against a version that is gone afterwards', async () => {
    await deploy();

    const { VersionId } = await rotate({ RotateImmediately: false, RotationRules: { AutomaticallyAfterDays: 10 } });

    expect(stepsSeen()).toEqual(['testSecret']);
    expect((await describeSecret()).VersionIdsToStages).not.toHaveProperty(VersionId!);
    expect(await value()).toBe('first');
  });

  test('a failing testSecret is told to CloudTrail only, and the schedule stands', async () => {
    await deploy();
    makeStepFail('testSecret');

    await rotate({ RotateImmediately: false, RotationRules: { AutomaticallyAfterDays: 10 } });

    expect(trail()).toEqual(['TestRotationFailed']);
    expect(await describeSecret()).toMatchObject({ NextRotationDate: expect.any(Date) });
  });
});

describe('a schedule', () => {
  const tested = (RotationRules: object) => rotate({ RotateImmediately: false, RotationRules });
  const rotations = () => aws.secretsManager.rotations.attempts.filter(({ steps }) => steps.length === 4).length;

  test.each([
    [{ ScheduleExpression: 'rate(4 hours)' }, 4 * HOUR],
    [{ ScheduleExpression: 'rate(10 days)', Duration: '3h' }, 10 * DAY],
    [{ AutomaticallyAfterDays: 30 }, 30 * DAY],
  ])('%j rotates again and again', async (rules, interval) => {
    await deploy();
    await tested(rules);
    const { NextRotationDate } = await describeSecret();

    await aws.clock.advance(interval);
    const once = rotations();
    await aws.clock.advance(interval);

    expect([once, rotations()]).toEqual([1, 2]);
    expect(NextRotationDate!.getTime()).toBeGreaterThan(Date.now());
  });

  test('by cron counts weekdays from Sunday, which is 1', async () => {
    await deploy();
    await tested({ ScheduleExpression: 'cron(0 16 ? * 1 *)', Duration: '2h' });

    const { NextRotationDate } = await describeSecret();
    await aws.clock.advance(NextRotationDate!.getTime() - Date.now());

    expect([NextRotationDate!.getUTCDay(), NextRotationDate!.getUTCHours()]).toEqual([0, 18]);
    expect((await describeSecret()).LastRotatedDate!.getUTCHours()).toBe(16);
  });

  test.each([
    'rate(3 hours)', 'rate(0 days)', 'rate(10 minutes)', 'cron(0 /2 * * ? *)', 'cron(30 16 * * ? *)', 'cron(0 16 * * ? 2030)', 'cron(0 16 * * * *)', 'cron(0 25 * * ? *)', 'tomorrow',
  ])('%s is refused', async (ScheduleExpression) => {
    await deploy();

    await expect(tested({ ScheduleExpression })).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });

  test('rotates no more when it is cancelled', async () => {
    await deploy();
    await tested({ ScheduleExpression: 'rate(1 day)' });

    await client.send(new CancelRotateSecretCommand({ SecretId }));
    await aws.clock.advance(3 * DAY);

    expect(rotations()).toBe(0);
    expect(await describeSecret()).toMatchObject({ RotationEnabled: false });
  });
});

describe('AWS::SecretsManager::RotationSchedule', () => {
  test('rotates at once, and is complete before the rotation is', async () => {
    const letGo = aws.endpoint.disturbances.hold('secretsmanager:PutSecretValue');
    await deploy({ Schedule: schedule({ RotationRules: { AutomaticallyAfterDays: '30' } }) });
    const before = await value();
    letGo();
    await aws.secretsManager.rotations.done();

    expect([before, await value()]).toEqual(['first', 'rotated']);
    expect((await describeSecret()).RotationRules).toEqual({ AutomaticallyAfterDays: 30 });
  });

  test('only tests the function if it is not to rotate at once', async () => {
    await deploy({ Schedule: schedule({ RotationRules: { ScheduleExpression: 'rate(4 hours)' }, RotateImmediatelyOnUpdate: false }) });

    expect(stepsSeen()).toEqual(['testSecret']);
  });

  test('fails if Secrets Manager may not invoke the function', async () => {
    const deployment = deploy({ Permission: permission('events.amazonaws.com'), Schedule: schedule({}) });

    await expect(deployment).rejects.toThrow('Secrets Manager cannot invoke the specified Lambda function');
  });

  test('ends the rotation when it is deleted', async () => {
    await deploy({ Schedule: schedule({}), Secret: { ...resources.Secret, DeletionPolicy: 'Retain' } });
    await aws.secretsManager.rotations.done();

    await deleteStack(aws);

    expect(await describeSecret()).toMatchObject({ RotationEnabled: false });
  });

  test('refuses a property that it does not know', async () => {
    await expect(deploy({ Schedule: schedule({ HostedRotationLambda: {} }) })).rejects.toThrow('the property HostedRotationLambda');
  });
});

test('RotateSecret is refused where there is no room for a version', async () => {
  await deploy();
  for (let number = 2; number <= 100; number++) {
    await client.send(new PutSecretValueCommand({ SecretId, SecretString: `${number}`, ClientRequestToken: `${number}`.padStart(32, '0') }));
  }

  await expect(rotate()).rejects.toMatchObject({ name: 'LimitExceededException' });
});

test('a label that is only removed leaves its version without one, and the next rotation unblocked', async () => {
  await deploy();
  makeStepFail('setSecret');
  const { VersionId } = await rotate();
  await aws.secretsManager.rotations.done();

  await client.send(new UpdateSecretVersionStageCommand({ SecretId, VersionStage: 'AWSPENDING', RemoveFromVersionId: VersionId }));

  expect((await describeSecret()).VersionIdsToStages).not.toHaveProperty(VersionId!);
  await expect(rotate()).resolves.toMatchObject({ ARN: SecretId });
  await aws.secretsManager.rotations.done();
});
