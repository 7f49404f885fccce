import { GetQueueAttributesCommand, QueueAttributeName, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { LocalAws } from '../../../local-aws/local-aws';
import { clientOptions, deleteStack, deployTemplate, inlineFunction } from '../deploy-template';

/** Writes the messages that it gets into its log, and fails for those whose body says so. */
const CODE = `exports.handler = async ({ Records }) => {
  for (const { body, attributes, eventSource, eventSourceARN } of Records) {
    process.stdout.write('got ' + JSON.stringify({ body, count: attributes.ApproximateReceiveCount, eventSource, eventSourceARN }) + '\\n');
    if (body === 'crash') process.exit(1);
  }
  const failed = Records.filter(({ body }) => body === 'fail');
  return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
};`;
const RECEIVE = { Effect: 'Allow', Action: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'], Resource: '*' };
const VISIBILITY_TIMEOUT = 60;

let aws: LocalAws;
let client: SQSClient;
beforeEach(async () => {
  aws = await LocalAws.start();
  client = new SQSClient({ ...clientOptions(aws), useQueueUrlAsEndpoint: false });
});
afterEach(() => {
  client.destroy();
  return aws.stop();
});

const attribute = (logicalId: string, name = 'Arn') => ({ 'Fn::GetAtt': [logicalId, name] });
const ALLOW_RULE = {
  Effect: 'Allow',
  Principal: { Service: 'events.amazonaws.com' },
  Action: 'sqs:SendMessage',
  Resource: attribute('Queue'),
  Condition: { ArnEquals: { 'aws:SourceArn': attribute('Rule') } },
};

function deploy({ statements = [RECEIVE], queue = {}, policy = [ALLOW_RULE], rule = { ScheduleExpression: 'rate(1 hour)' } as object } = {}) {
  return deployTemplate(aws, {
    ...inlineFunction(CODE, statements),
    Dead: { Type: 'AWS::SQS::Queue' },
    Queue: {
      Type: 'AWS::SQS::Queue',
      Properties: { VisibilityTimeout: VISIBILITY_TIMEOUT, RedrivePolicy: { deadLetterTargetArn: attribute('Dead'), maxReceiveCount: 2 }, ...queue },
    },
    Policy: { Type: 'AWS::SQS::QueuePolicy', Properties: { Queues: [{ Ref: 'Queue' }], PolicyDocument: { Version: '2012-10-17', Statement: policy } } },
    Rule: { Type: 'AWS::Events::Rule', Properties: { ...rule, Targets: [{ Id: 'Queue', Arn: attribute('Queue') }] } },
    Mapping: {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: { EventSourceArn: attribute('Queue'), FunctionName: { Ref: 'Function' }, FunctionResponseTypes: ['ReportBatchItemFailures'] },
      DependsOn: ['Role', 'Policy'],
    },
  }, { queueUrl: { Ref: 'Queue' }, queueArn: attribute('Queue'), deadArn: attribute('Dead') });
}
const got = (): any[] => [...aws.logs.text().matchAll(/got (.*)$/gm)].map(([, json]) => JSON.parse(json));
const send = (QueueUrl: string, MessageBody: string, DelaySeconds?: number) =>
  client.send(new SendMessageCommand({ QueueUrl, MessageBody, DelaySeconds }));
async function pass(seconds: number): Promise<void> {
  await aws.clock.advance(seconds * 1000);
  await aws.eventBridge.idle();
}

test('a message is handed to the function, and deleted', async () => {
  const { queueUrl, queueArn } = await deploy();

  await send(queueUrl, 'hello');
  await aws.lambda.idle();

  expect(got()).toEqual([{ body: 'hello', count: '1', eventSource: 'aws:sqs', eventSourceARN: queueArn }]);
  expect(aws.sqs.messagesOf(queueArn)).toEqual([]);
});

test('the attributes of a queue show how many messages it has, until it is deleted', async () => {
  const { queueUrl, queueArn } = await deploy();
  const attributes = (...AttributeNames: QueueAttributeName[]) => client.send(new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames }));
  await send(queueUrl, 'later', 30);

  expect((await attributes('QueueArn', 'ApproximateNumberOfMessagesDelayed')).Attributes).toEqual({ QueueArn: queueArn, ApproximateNumberOfMessagesDelayed: '1' });
  await expect(attributes('DelaySeconds')).rejects.toThrow('The local AWS does not know the attribute DelaySeconds of a queue.');
  await deleteStack(aws);
  await expect(attributes('QueueArn')).rejects.toMatchObject({ name: 'QueueDoesNotExist' });
});

test('a delayed message comes later', async () => {
  const { queueUrl } = await deploy();
  await send(queueUrl, 'later', 30);

  await pass(29);
  const before = got();
  await pass(2);

  expect(before).toEqual([]);
  expect(got()).toMatchObject([{ body: 'later' }]);
});

test.each(['fail', 'crash'])('a message that the function fails to handle (%s) comes again after the visibility timeout, and then becomes a dead letter', async (body) => {
  const { queueUrl, queueArn, deadArn } = await deploy();
  await send(queueUrl, body);
  await aws.lambda.idle();

  await pass(VISIBILITY_TIMEOUT - 1);
  const before = got();
  await pass(2);
  await pass(VISIBILITY_TIMEOUT + 1);

  expect(before).toHaveLength(1);
  expect(got().map(({ count }) => count)).toEqual(['1', '2']);
  expect(aws.sqs.messagesOf(queueArn)).toEqual([]);
  expect(aws.sqs.messagesOf(deadArn)).toMatchObject([{ body }]);
});

test('a rule sends its event, and the schedule ticks', async () => {
  await deploy();

  await pass(2 * 3600);

  expect(got().map(({ body }) => JSON.parse(body)['detail-type'])).toEqual(['Scheduled Event', 'Scheduled Event']);
});

test.each<[string, object, object, number]>([
  ['one of the alternatives', { detail: { $or: [{ a: ['x'] }, { b: ['y'] }] } }, { b: 'y' }, 1],
  ['none of the alternatives', { detail: { $or: [{ a: ['x'] }, { b: ['y'] }] } }, { a: 'y', b: 'x' }, 0],
  ['a field that must not exist', { detail: { a: [{ exists: false }], b: ['y'] } }, { a: 'x', b: 'y' }, 0],
  ['a field that may be anything but', { detail: { a: [{ 'anything-but': ['x'] }] } }, { a: 'x' }, 0],
  ['a field that is something else', { detail: { a: [{ 'anything-but': ['x'] }] } }, { a: 'z' }, 1],
])('a rule matches an event with %s', async (_, EventPattern, detail, count) => {
  await deploy({ rule: { EventPattern } });

  aws.eventBridge.publish({ 'source': 'test', 'detail-type': 'Test', 'region': 'us-east-1', 'resources': [], 'detail': detail as Record<string, unknown> });
  await aws.eventBridge.idle();

  expect(got()).toHaveLength(count);
});

test('a rule that the policy of the queue does not name sends nothing', async () => {
  const Condition: any = { ArnEquals: { 'aws:SourceArn': 'arn:aws:events:us-east-1:123456789012:rule/other' } };
  await deploy({ policy: [{ ...ALLOW_RULE, Condition }] });

  await pass(3600);

  expect(got()).toEqual([]);
  expect(aws.eventBridge.failedInvocations).toHaveLength(1);
});

test('a role that may not receive messages is refused', async () => {
  await expect(deploy({ statements: [] })).rejects.toThrow('does not have permissions to call ReceiveMessage on SQS');
});

test('a message that would come again while the function is still at it is refused', async () => {
  await expect(deploy({ queue: { VisibilityTimeout: 10 } })).rejects.toThrow('Queue visibility timeout: 10 seconds is less than Function timeout: 20 seconds');
});

test.each([[901, 'DelaySeconds must be >= 0 and <= 900'], [-1, 'DelaySeconds must be']])('a delay of %d seconds is refused', async (delay, reason) => {
  const { queueUrl } = await deploy();

  await expect(send(queueUrl, 'hello', delay)).rejects.toThrow(reason);
});
