import { CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Stage } from './stage';
import { ManagedStreamKey } from '../../src';

/** A function that writes into its log what it is told. */
const listening = (serial: number) => (stack: Stack) => {
  const live = new ManagedStreamKey(stack, 'Live', { serial });
  const listener = new lambda.Function(stack, 'Listener', {
    runtime: lambda.Runtime.NODEJS_22_X,
    handler: 'index.handler',
    // The local AWS counts the start of the process, too.
    timeout: Duration.minutes(1),
    code: lambda.Code.fromInline('exports.handler = async (event) => { process.stdout.write(`heard ${JSON.stringify(event)}\\n`); };'),
  });
  live.onRotated('TellListener', { target: new targets.LambdaFunction(listener) });
  new CfnOutput(stack, 'Version', { value: live.secretVersionId });
};

let stage: Stage;
afterEach(() => stage.stop());

const heard = (): any[] => [...stage.aws.logs.text().matchAll(/^heard (.*)$/gm)].map(([, event]) => JSON.parse(event));

test('a function gets an event for a rotation by a deployment: which key, why and when, without a value', async () => {
  stage = await Stage.start();
  await stage.deploy(listening(1));
  await stage.aws.eventBridge.idle();
  const before = heard();

  await stage.deploy(listening(2));
  await stage.aws.eventBridge.idle();

  const key = stage.onlyKey();
  expect(before).toEqual([]);
  expect(heard()).toMatchObject([{
    'source': 'cdk-ivs-managed-stream-key',
    'detail-type': 'IVS Stream Key Rotated',
    'resources': [key.channelArn, stage.onlySecret().arn],
    'detail': {
      channelArn: key.channelArn,
      streamKeyArn: key.arn,
      secretArn: stage.onlySecret().arn,
      secretVersionId: stage.stack().outputs[0].OutputValue,
      reason: 'Deployment',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    },
  }]);
  expect(JSON.stringify(heard())).not.toContain(key.value);
});

test('a deployment that rotates nothing sends no event', async () => {
  stage = await Stage.start();
  await stage.deploy(listening(1));

  await stage.deploy((stack) => {
    listening(1)(stack);
    stack.tags.setTag('team', 'sports');
  });
  await stage.aws.eventBridge.idle();

  expect(heard()).toEqual([]);
});
