import { App, CfnParameter, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
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
    expect(handlerStatements(stack, undefined)).toEqual([
      { Effect: 'Allow', Action: ['logs:CreateLogStream', 'logs:PutLogEvents'], Resource: { 'Fn::GetAtt': [logicalId, 'Arn'] } },
    ]);
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
