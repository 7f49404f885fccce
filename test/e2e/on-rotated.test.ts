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

test('a function gets the event of Secrets Manager for a rotation, without a value', async () => {
  stage = await Stage.start();
  await stage.deploy(listening(1));
  await stage.aws.eventBridge.idle();
  const before = heard().length;

  await stage.deploy(listening(2));
  await stage.aws.eventBridge.idle();

  const [rotated, ...others] = heard().slice(before);
  expect(others).toEqual([]);
  expect(rotated).toMatchObject({
    'source': 'aws.secretsmanager',
    'detail-type': 'Secret Label Updated',
    'resources': [stage.onlySecret().arn],
    'detail': { name: stage.onlySecret().name, labelUpdated: 'AWSCURRENT', versionId: stage.stack().outputs[0].OutputValue },
  });
  expect(JSON.stringify(heard())).not.toContain(stage.onlyKey().value);
});

test('a deployment that rotates nothing sends no event', async () => {
  stage = await Stage.start();
  await stage.deploy(listening(1));
  await stage.aws.eventBridge.idle();
  const before = heard().length;

  await stage.deploy((stack) => {
    listening(1)(stack);
    stack.tags.setTag('team', 'sports');
  });
  await stage.aws.eventBridge.idle();

  expect(heard()).toHaveLength(before);
});
