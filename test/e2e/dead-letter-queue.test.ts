import { CfnResource, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Stage } from './stage';
import { AwsError } from '../../local-aws/core/aws-error';
import { ManagedStreamKey, StreamKeyProvider } from '../../src';

const QUEUE_ARN = 'arn:aws:sqs:us-east-1:123456789012:dead-letters';

const program = (stack: Stack) => {
  const provider = new StreamKeyProvider(stack, 'Provider', {
    role: new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') }),
    deadLetterQueue: new sqs.Queue(stack, 'DeadLetters', { queueName: 'dead-letters', encryptionMasterKey: new kms.Key(stack, 'Key') }),
  });
  const live = new ManagedStreamKey(stack, 'Live', { provider, rotateAfterStream: true });
  // CloudFormation waits so many seconds for a function that has died.
  (live.node.findChild('Resource').node.defaultChild as CfnResource).addPropertyOverride('ServiceTimeout', '20');
};

let stage: Stage;
beforeEach(async () => {
  stage = await Stage.start();
  stage.aws.lambda.asyncRetryDelays = [10, 10];
});
afterEach(() => stage.stop());

const deadLetters = () => stage.aws.sqs.messagesOf(QUEUE_ARN).map(({ body }) => JSON.parse(body));

test('an end of a broadcast that failed five times is among the undelivered events, without the value of a key', async () => {
  await stage.deploy(program);
  const { value, channelArn } = stage.onlyKey();
  stage.aws.endpoint.disturbances.add({ operation: 'ivs:ListStreamKeys', times: Infinity, effect: new AwsError('ValidationException', 'disturbed') });
  stage.aws.ivs.startStream(value);

  stage.aws.ivs.endStream(channelArn);
  await stage.aws.eventBridge.idle();
  for (let attempt = 0; attempt < 5; attempt++) {
    await stage.aws.clock.advance(400_000);
    await stage.aws.eventBridge.idle();
  }

  const undelivered = [...stage.stack().resources.values()].find(({ logicalId }) => logicalId.startsWith('ProviderEventsDeadLetters'))!;
  const [letter, ...others] = stage.aws.sqs.messagesOf(String(undelivered.attributes.Arn));
  expect(letter.body).toContain(channelArn);
  expect(letter.body).not.toContain(value);
  expect(others).toEqual([]);
});

test('a CloudFormation request that crashed the function three times is sent to the queue', async () => {
  stage.aws.endpoint.disturbances.add({ operation: 'ivs:ListStreamKeys', times: 3, effect: 'crash' });

  await stage.tryDeploy(program, 'Live', ['--no-rollback']);

  expect(deadLetters()).toEqual([expect.objectContaining({ RequestType: 'Create', ResourceType: 'Custom::IvsStreamKey' })]);
});

test('a failure reported to CloudFormation leaves nothing in the queue', async () => {
  await stage.deploy(program);
  stage.aws.endpoint.disturbances.add({ operation: 'ivs:ListStreamKeys', effect: new AwsError('ValidationException', 'disturbed') });

  await stage.tryDestroy(program);

  expect(stage.failures()).toContainEqual(expect.stringContaining('disturbed'));
  expect(deadLetters()).toEqual([]);
});
