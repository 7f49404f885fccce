import { Stack } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { failAfter } from './fail-after';
import { Stage } from './stage';
import { ManagedStreamKey } from '../../src';

let stage: Stage;
const live = (stack: Stack) => new ManagedStreamKey(stack, 'Live');

describe('a first deployment', () => {
  beforeAll(async () => {
    stage = await Stage.start();
    await stage.deploy((stack) => {
      const { secret } = live(stack);
      new lambda.Function(stack, 'Encoder', {
        runtime: lambda.Runtime.NODEJS_22_X,
        handler: 'index.handler',
        code: lambda.Code.fromInline('exports.handler = async () => {};'),
        environment: { SECRET_ARN: secret.secretArn },
      });
    });
  });
  afterAll(() => stage.stop());

  test('creates a channel with one stream key', () => {
    expect(stage.aws.ivs.allChannels.map(({ arn }) => arn)).toEqual([stage.onlyKey().channelArn]);
  });

  test('stores the stream key in the secret', () => {
    expect(stage.storedKey()).toBe(stage.onlyKey().value);
  });

  test('starts resources that refer to the secret only after the stream key is in it', () => {
    const states = stage.stack().events.map(({ LogicalResourceId, ResourceStatus }) => `${LogicalResourceId.replace(/[0-9A-F]{8}$/, '')} ${ResourceStatus}`).reverse();

    expect(states.filter((state) => ['Live CREATE_COMPLETE', 'Encoder CREATE_IN_PROGRESS'].includes(state)).slice(0, 2))
      .toEqual(['Live CREATE_COMPLETE', 'Encoder CREATE_IN_PROGRESS']);
  });
});

describe('a first deployment that fails after the stream key was created', () => {
  let exitCode: number;
  beforeAll(async () => {
    stage = await Stage.start();
    ({ exitCode } = await stage.tryDeploy((stack) => failAfter(live(stack))));
  });
  afterAll(() => stage.stop());

  test('leaves nothing behind', () => {
    expect(stage.aws.endpoint.calls.byFunctions().map(({ operation }) => operation)).toContain('ivs:CreateStreamKey');
    expect(stage.inventory()).toEqual([]);
  });

  test('is rolled back completely', () => {
    expect({ exitCode, status: stage.stack().status }).toEqual({ exitCode: 1, status: 'ROLLBACK_COMPLETE' });
  });

  test('succeeds once the cause is fixed', async () => {
    await stage.deploy(live);

    expect(stage.storedKey()).toBe(stage.onlyKey().value);
  });
});
