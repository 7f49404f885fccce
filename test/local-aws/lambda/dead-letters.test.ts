import { LocalAws } from '../../../local-aws/local-aws';
import { deleteStack, deployTemplate, inlineFunction } from '../deploy-template';

const EVENT = { detail: 'of the event' };
const FAILS = 'exports.handler = async () => { throw new Error("It failed."); };';
const SEND = { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: '*' };
const USE_KEY = { Effect: 'Allow', Action: ['kms:GenerateDataKey', 'kms:Decrypt'], Resource: '*' };
const KEY = {
  Type: 'AWS::KMS::Key',
  Properties: { KeyPolicy: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::123456789012:root' }, Action: 'kms:*', Resource: '*' }] } },
};

let aws: LocalAws;
beforeEach(async () => {
  aws = await LocalAws.start();
  aws.lambda.asyncRetryDelays = [10, 10];
});
afterEach(() => aws.stop());

/** What is in the queue of a function after an event was sent to it. */
async function deadLettersOf(code: string, statements: object[], queueProperties: object = {}) {
  const { Role, Function: { Properties, ...definition } } = inlineFunction(code, statements) as Record<string, any>;
  const { arn, queueArn } = await deployTemplate(aws, {
    Role,
    Key: KEY,
    Queue: { Type: 'AWS::SQS::Queue', Properties: queueProperties },
    Function: { ...definition, Properties: { ...Properties, DeadLetterConfig: { TargetArn: { 'Fn::GetAtt': ['Queue', 'Arn'] } } } },
  }, { arn: { 'Fn::GetAtt': ['Function', 'Arn'] }, queueArn: { 'Fn::GetAtt': ['Queue', 'Arn'] } });
  aws.lambda.invokeAsync(arn, EVENT);
  await aws.lambda.idle();
  return aws.sqs.messagesOf(queueArn);
}

test('an asynchronous event that fails three times ends in the queue, with the error of the last attempt', async () => {
  const messages = await deadLettersOf(FAILS, [SEND]);

  expect(aws.logs.text().match(/^START/gm)).toHaveLength(3);
  expect(messages).toEqual([{ body: JSON.stringify(EVENT), attributes: { RequestID: expect.any(String), ErrorCode: '200', ErrorMessage: 'It failed.' } }]);
});

test('an event that is handled does not', async () => {
  expect(await deadLettersOf('exports.handler = async () => {};', [SEND])).toEqual([]);
});

test('without the permission to send, the event is dropped', async () => {
  expect(await deadLettersOf(FAILS, [])).toEqual([]);
});

describe('a queue with a KMS key', () => {
  const encrypted = { KmsMasterKeyId: { 'Fn::GetAtt': ['Key', 'Arn'] } };

  test('gets the event if the role may use the key', async () => {
    expect(await deadLettersOf(FAILS, [SEND, USE_KEY], encrypted)).toHaveLength(1);
  });

  test('gets nothing if the role may not', async () => {
    expect(await deadLettersOf(FAILS, [SEND], encrypted)).toEqual([]);
  });
});

test('a queue is deleted with its stack', async () => {
  await deadLettersOf(FAILS, [SEND], { QueueName: 'dead' });
  await deleteStack(aws);

  expect(() => aws.sqs.messagesOf('arn:aws:sqs:us-east-1:123456789012:dead')).toThrow('does not exist');
});

test.each([
  ['a queue with a key by its alias', { Queue: { Type: 'AWS::SQS::Queue', Properties: { KmsMasterKeyId: 'alias/dead' } } }, 'the KMS key alias/dead of a queue'],
  ['a queue with properties that it does not know', { Queue: { Type: 'AWS::SQS::Queue', Properties: { FifoQueue: true } } }, 'FifoQueue'],
  ['dead letters to a topic', (() => {
    const { Role, Function: { Properties, ...definition } } = inlineFunction(FAILS) as Record<string, any>;
    return { Role, Function: { ...definition, Properties: { ...Properties, DeadLetterConfig: { TargetArn: 'arn:aws:sns:us-east-1:123456789012:dead' } } } };
  })(), 'dead letters to arn:aws:sns:us-east-1:123456789012:dead'],
])('%s are refused', async (_, resources, reason) => {
  await expect(deployTemplate(aws, resources, {})).rejects.toThrow(reason);
});
