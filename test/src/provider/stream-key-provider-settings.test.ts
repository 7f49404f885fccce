import { App, Aspects, CfnParameter, PropertyInjectors, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { ManagedStreamKey, StreamKeyProvider, StreamKeyProviderProps } from '../../../src';
import { handlerStatements } from '../handler-statements';
import { onlyResource } from '../only-resource';

let stack: Stack;

beforeEach(() => {
  stack = new Stack(new App(), 'Stack');
});

const functionWith = (props?: StreamKeyProviderProps) => {
  new StreamKeyProvider(stack, 'Provider', props);
  return onlyResource(stack, 'AWS::Lambda::Function').Properties;
};
const numberParameter = () => new CfnParameter(stack, 'Parameter', { type: 'Number' }).valueAsNumber;

test('a provider without props is like the one that the stream keys of a stack share', () => {
  const sharing = new Stack(new App(), 'Sharing');
  new ManagedStreamKey(sharing, 'Live');
  const { Role, LoggingConfig, ...theirs } = onlyResource(sharing, 'AWS::Lambda::Function').Properties;

  expect(functionWith()).toMatchObject(theirs);
});

describe('the memory', () => {
  test('is 256 MB by default', () => {
    expect(functionWith().MemorySize).toBe(256);
  });

  test.each([128, 512, 10_240])('may be %d MB', (memorySize) => {
    expect(functionWith({ memorySize }).MemorySize).toBe(memorySize);
  });

  test('may come from a parameter', () => {
    expect(functionWith({ memorySize: numberParameter() }).MemorySize).toEqual({ Ref: 'Parameter' });
  });

  test.each([0, 127, 10_241, 256.5, NaN, Infinity])('may not be %d MB', (memorySize) => {
    expect(() => functionWith({ memorySize })).toThrow(new Error(
      `[Stack/Provider] \`memorySize\` must be a whole number of megabytes, 128 to 10240, got: ${memorySize}. `
      + 'Leave it out for 256, which is twice what the handler needs',
    ));
  });
});

describe('the reserved concurrency', () => {
  test('is not there by default', () => {
    expect(functionWith()).not.toHaveProperty('ReservedConcurrentExecutions');
  });

  test.each([1, 10])('may be %d', (reservedConcurrentExecutions) => {
    expect(functionWith({ reservedConcurrentExecutions }).ReservedConcurrentExecutions).toBe(reservedConcurrentExecutions);
  });

  test.each<[string, StreamKeyProviderProps, string[]]>([
    ['of 2 gets a warning, as events take 2', { reservedConcurrentExecutions: 2 }, [expect.stringContaining('`reservedConcurrentExecutions` should be 3 or more, got: 2.')]],
    ['of 3 gets none', { reservedConcurrentExecutions: 3 }, []],
    ['of 1 gets none if there are no events', { reservedConcurrentExecutions: 1, lookAfter: { enabled: false } }, []],
  ])('%s', (_, props, warnings) => {
    functionWith(props);

    expect(Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('reservedConcurrentExecutions')).map(({ entry: { data } }) => data)).toEqual(warnings);
  });

  test('may come from a parameter', () => {
    expect(functionWith({ reservedConcurrentExecutions: numberParameter() }).ReservedConcurrentExecutions).toEqual({ Ref: 'Parameter' });
  });

  test.each([0, -1, 1.5, NaN])('may not be %d', (reservedConcurrentExecutions) => {
    expect(() => functionWith({ reservedConcurrentExecutions })).toThrow(new Error(
      '[Stack/Provider] `reservedConcurrentExecutions` must be a whole number, 1 or more, as a function with none never runs, '
      + `got: ${reservedConcurrentExecutions}. Use the number of stream keys that one deployment makes or changes, or leave it out`,
    ));
  });
});

describe('the processor', () => {
  test('is arm64 by default', () => {
    expect(functionWith().Architectures).toEqual(['arm64']);
  });

  test('may be another one', () => {
    expect(functionWith({ architecture: lambda.Architecture.X86_64 }).Architectures).toEqual(['x86_64']);
  });
});

describe('traces', () => {
  test.each<[string, StreamKeyProviderProps]>([
    ['by default', {}],
    ['when they are disabled', { tracing: lambda.Tracing.DISABLED }],
  ])('are not sent %s', (_, props) => {
    expect(functionWith(props)).not.toHaveProperty('TracingConfig');
  });

  test.each<[lambda.Tracing, string]>([
    [lambda.Tracing.ACTIVE, 'Active'],
    [lambda.Tracing.PASS_THROUGH, 'PassThrough'],
  ])('may be %s', (tracing, Mode) => {
    expect(functionWith({ tracing }).TracingConfig).toEqual({ Mode });
  });

  test('are allowed to be sent', () => {
    functionWith({ tracing: lambda.Tracing.ACTIVE });

    expect(handlerStatements(stack, undefined)).toContainEqual(
      { Effect: 'Allow', Action: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], Resource: '*' },
    );
  });
});

describe('the key of the environment', () => {
  test('is the one of the account by default', () => {
    expect(functionWith()).not.toHaveProperty('KmsKeyArn');
  });

  test('may be one of the stack', () => {
    const environmentEncryption = new kms.Key(stack, 'Key');

    expect(functionWith({ environmentEncryption }).KmsKeyArn).toEqual({ 'Fn::GetAtt': [onlyResource(stack, 'AWS::KMS::Key').logicalId, 'Arn'] });
  });

  test('may come from a parameter', () => {
    const environmentEncryption = kms.Key.fromKeyArn(stack, 'Key', new CfnParameter(stack, 'Parameter').valueAsString);

    expect(functionWith({ environmentEncryption }).KmsKeyArn).toEqual({ Ref: 'Parameter' });
  });
});

describe('the dead-letter queue', () => {
  const QUEUE_ARN = 'arn:aws:sqs:us-east-1:123456789012:dead';
  const KEY_ARN = 'arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555';
  const required = ({ requiredStatements }: StreamKeyProvider) =>
    requiredStatements.map(({ sid, actions, resources }) => ({ sid, actions, resources: stack.resolve(resources) }));
  const encrypting = () => handlerStatements(stack, 'EncryptDeadLetters');

  test('is not there by default', () => {
    expect(functionWith()).not.toHaveProperty('DeadLetterConfig');
  });

  test('may be one of the stack, to which the function may send', () => {
    const provider = new StreamKeyProvider(stack, 'Provider', { deadLetterQueue: new sqs.Queue(stack, 'Queue') });

    const Arn = stack.resolve((stack.node.findChild('Queue') as sqs.Queue).queueArn);
    const { Properties, DependsOn } = onlyResource(stack, 'AWS::Lambda::Function');
    expect(Properties.DeadLetterConfig).toEqual({ TargetArn: Arn });
    expect(DependsOn).toContain(onlyResource(stack, 'AWS::IAM::Policy').logicalId);
    expect(handlerStatements(stack, undefined)).toContainEqual({ Effect: 'Allow', Action: 'sqs:SendMessage', Resource: Arn });
    expect(required(provider)).toContainEqual({ sid: 'SendDeadLetters', actions: ['sqs:SendMessage'], resources: [Arn] });
    expect(encrypting()).toEqual([]);
  });

  test('may be one that exists already', () => {
    expect(functionWith({ deadLetterQueue: sqs.Queue.fromQueueArn(stack, 'Queue', QUEUE_ARN) }).DeadLetterConfig).toEqual({ TargetArn: QUEUE_ARN });
    expect(encrypting()).toEqual([]);
  });

  test.each<[string, () => sqs.IQueue]>([
    ['with a KMS key', () => new sqs.Queue(stack, 'Queue', { encryptionMasterKey: new kms.Key(stack, 'Key') })],
    ['with an alias of a KMS key', () => new sqs.Queue(stack, 'Queue', { encryptionMasterKey: kms.Alias.fromAliasName(stack, 'Key', 'alias/ours') })],
    ['whose KMS key an aspect sets', () => {
      Aspects.of(stack).add({ visit: (node) => { if (node instanceof sqs.CfnQueue) node.kmsMasterKeyId = KEY_ARN; } }, { priority: 5000 });
      return new sqs.Queue(stack, 'Queue');
    }],
    ['that is imported with its KMS key', () => sqs.Queue.fromQueueAttributes(stack, 'Queue', { queueArn: QUEUE_ARN, keyArn: KEY_ARN })],
  ])('may be one %s, which the function may use through SQS', (_, queueIn) => {
    new StreamKeyProvider(stack, 'Provider', { deadLetterQueue: queueIn() });

    expect(encrypting()).toEqual([{
      Sid: 'EncryptDeadLetters',
      Effect: 'Allow',
      Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
      Resource: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':kms:', { Ref: 'AWS::Region' }, ':*:key/*']] },
      Condition: { StringEquals: { 'kms:ViaService': { 'Fn::Join': ['', ['sqs.', { Ref: 'AWS::Region' }, '.amazonaws.com']] } } },
    }]);
  });

  test('that SQS or AWS encrypts needs no key', () => {
    for (const encryption of [sqs.QueueEncryption.SQS_MANAGED, sqs.QueueEncryption.KMS_MANAGED]) {
      new StreamKeyProvider(stack, `Provider${encryption}`, { deadLetterQueue: new sqs.Queue(stack, encryption, { encryption }) });
    }

    expect(JSON.stringify(Template.fromStack(stack).findResources('AWS::IAM::Policy'))).not.toContain('EncryptDeadLetters"');
  });

  test('is in the required statements of a role that cannot be extended', () => {
    const role = iam.Role.fromRoleArn(stack, 'Role', 'arn:aws:iam::123456789012:role/handler', { mutable: false });
    const deadLetterQueue = sqs.Queue.fromQueueAttributes(stack, 'Queue', { queueArn: QUEUE_ARN, keyArn: KEY_ARN });

    const provider = new StreamKeyProvider(stack, 'Provider', { role, deadLetterQueue });

    expect(required(provider).map(({ sid }) => sid)).toEqual(expect.arrayContaining(['SendDeadLetters', 'EncryptDeadLetters']));
    Annotations.fromStack(stack).hasWarning('/Stack/Provider/Handler', Match.stringLikeRegexp('sqs:SendMessage, kms:Decrypt, kms:GenerateDataKey'));
  });

  test.each<[string, () => Partial<lambda.FunctionProps>, string]>([
    ['a queue', () => ({ deadLetterQueueEnabled: true }), 'sqs:SendMessage'],
    ['a topic', () => ({ deadLetterTopic: new sns.Topic(stack, 'Topic') }), 'sns:Publish'],
  ])('may be %s that a property injector sets', (_, injected, action) => {
    const constructUniqueId = lambda.Function.PROPERTY_INJECTION_ID;
    PropertyInjectors.of(stack).add({ constructUniqueId, inject: (props) => ({ ...props, ...injected() }) });

    const provider = new StreamKeyProvider(stack, 'Provider');

    expect(required(provider)).toContainEqual(expect.objectContaining({ sid: 'SendDeadLetters', actions: [action] }));
  });
});

describe('the log group', () => {
  test('is one of its own by default', () => {
    const { LoggingConfig } = functionWith();

    expect(LoggingConfig).toEqual({ LogGroup: { Ref: onlyResource(stack, 'AWS::Logs::LogGroup').logicalId } });
  });

  test('may be one of the stack, which the handler may write to', () => {
    const logGroup = new logs.LogGroup(stack, 'Log', { retention: logs.RetentionDays.TEN_YEARS });

    const { LoggingConfig } = functionWith({ logGroup });

    const { logicalId, Properties } = onlyResource(stack, 'AWS::Logs::LogGroup');
    expect(Properties.RetentionInDays).toBe(3653);
    expect(LoggingConfig).toEqual({ LogGroup: { Ref: logicalId } });
    expect(handlerStatements(stack, undefined)).toContainEqual(
      { Effect: 'Allow', Action: ['logs:CreateLogStream', 'logs:PutLogEvents'], Resource: { 'Fn::GetAtt': [logicalId, 'Arn'] } },
    );
  });

  test('may be one that exists already', () => {
    const logGroup = logs.LogGroup.fromLogGroupName(stack, 'Log', 'stream-keys');

    expect(functionWith({ logGroup }).LoggingConfig).toEqual({ LogGroup: 'stream-keys' });
    Template.fromStack(stack).resourceCountIs('AWS::Logs::LogGroup', 0);
  });

  test('may come from a parameter', () => {
    const logGroup = logs.LogGroup.fromLogGroupName(stack, 'Log', new CfnParameter(stack, 'Parameter').valueAsString);

    expect(functionWith({ logGroup }).LoggingConfig).toEqual({ LogGroup: { Ref: 'Parameter' } });
  });

  test('is handed out', () => {
    const logGroup = new logs.LogGroup(stack, 'Log');

    expect(new StreamKeyProvider(stack, 'Provider', { logGroup }).logGroup).toBe(logGroup);
    expect(new ManagedStreamKey(stack, 'Live').provider.logGroup.node.path).toBe('Stack/ManagedStreamKeyProvider/LogGroup');
  });
});

describe('the dead-letter queue', () => {
  test('may not be a FIFO queue', () => {
    expect(() => new StreamKeyProvider(stack, 'Provider', { deadLetterQueue: new sqs.Queue(stack, 'Queue', { fifo: true }) })).toThrow(
      new Error('[Stack/Provider] `deadLetterQueue` must be a standard queue, got: Stack/Queue, a FIFO queue. Choose a queue without `fifo`'));
  });

  test('may not be in another region', () => {
    const here = new Stack(new App(), 'Here', { env: { account: '123456789012', region: 'us-east-1' } });
    const deadLetterQueue = sqs.Queue.fromQueueArn(here, 'Queue', 'arn:aws:sqs:eu-west-1:123456789012:dead');

    expect(() => new StreamKeyProvider(here, 'Provider', { deadLetterQueue })).toThrow(
      new Error('[Here/Provider] `deadLetterQueue` must be in the region of the function, us-east-1, got: Here/Queue in eu-west-1. Choose a queue of that region'));
  });
});
