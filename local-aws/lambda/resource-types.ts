import { zipSync, strToU8 } from 'fflate';
import type { FunctionConfiguration } from './function';
import type { Lambda } from './lambda';
import { generatedName, tagsOf } from '../cloudformation/property-values';
import type { Properties, ResourceType } from '../cloudformation/resource-type';
import { AwsError, NotInLocalAws } from '../core/aws-error';
import type { S3 } from '../s3/s3';

/** AWS::Lambda::Function */
export function lambdaFunction(lambda: Lambda, s3: S3): ResourceType {
  const configuration = (name: string, properties: Properties): FunctionConfiguration => {
    const { LogGroup: logGroup = `/aws/lambda/${name}`, LogFormat: logFormat = 'Text' } = properties.LoggingConfig ?? {};
    if (logFormat !== 'Text') throw new NotInLocalAws(`the log format ${logFormat} of functions`);
    return { name, logGroup, ...settings(properties) };
  };
  const settings = (properties: Properties): Omit<FunctionConfiguration, 'name' | 'logGroup'> => ({
    description: properties.Description,
    runtime: properties.Runtime,
    architectures: properties.Architectures,
    tags: properties.Tags && tagsOf(properties.Tags),
    handler: properties.Handler,
    roleArn: properties.Role,
    timeout: Number(properties.Timeout ?? 3),
    memorySize: Number(properties.MemorySize ?? 128),
    reserved: properties.ReservedConcurrentExecutions === undefined ? undefined : Number(properties.ReservedConcurrentExecutions),
    deadLetterArn: deadLetterArn(properties),
    environment: properties.Environment?.Variables ?? {},
    zip: properties.Code.ZipFile === undefined
      ? s3.getObject(properties.Code.S3Bucket, properties.Code.S3Key)
      : Buffer.from(zipSync({ 'index.js': strToU8(properties.Code.ZipFile) })),
  });
  return {
    properties: [
      'FunctionName', 'Description', 'Handler', 'Runtime', 'Role', 'Code', 'Timeout', 'MemorySize', 'Architectures', 'Environment', 'LoggingConfig',
      'ReservedConcurrentExecutions', 'DeadLetterConfig', 'Tags',
    ],
    createOnly: ['FunctionName'],
    create: (properties, context) => {
      const name = properties.FunctionName ?? generatedName(context);
      const arn = lambda.create(context.region, configuration(name, properties));
      return { physicalId: name, attributes: { Arn: arn } };
    },
    update: (deployed, properties) => {
      lambda.update(deployed.physicalId, configuration(deployed.physicalId, properties));
      return deployed;
    },
    delete: ({ physicalId }) => lambda.delete(physicalId),
  };
}

function deadLetterArn({ DeadLetterConfig: { TargetArn } = {} }: Properties): string | undefined {
  if (TargetArn !== undefined && !TargetArn.startsWith('arn:aws:sqs:')) throw new NotInLocalAws(`dead letters to ${TargetArn}: only to a queue`);
  return TargetArn;
}

/** AWS::Lambda::Alias */
export function alias(lambda: Lambda): ResourceType {
  const requireLatest = ({ FunctionVersion }: Properties) => {
    if (FunctionVersion !== '$LATEST') throw new NotInLocalAws(`the version ${FunctionVersion} of a function`);
  };
  return {
    properties: ['FunctionName', 'FunctionVersion', 'Name'],
    createOnly: ['FunctionName', 'Name'],
    create: (properties) => {
      requireLatest(properties);
      const arn = lambda.addAlias(properties.FunctionName, properties.Name);
      return { physicalId: arn, attributes: { AliasArn: arn } };
    },
    update: (deployed, properties) => {
      requireLatest(properties);
      return deployed;
    },
    delete: ({ physicalId }) => lambda.deleteAlias(physicalId),
  };
}

/** AWS::Lambda::Permission */
export function permission(lambda: Lambda): ResourceType {
  return {
    properties: ['FunctionName', 'Action', 'Principal', 'SourceAccount', 'SourceArn'],
    createOnly: ['FunctionName', 'Action', 'Principal', 'SourceAccount', 'SourceArn'],
    create: ({ FunctionName, Action: action, Principal: principal, SourceAccount: sourceAccount, SourceArn: sourceArn }, context) => {
      const physicalId = generatedName(context);
      lambda.permissions.add(lambda.arnOf(FunctionName), physicalId, { action, principal, sourceAccount, sourceArn });
      return { physicalId, attributes: { Id: physicalId } };
    },
    update: (deployed) => deployed,
    delete: ({ physicalId }) => lambda.permissions.remove(physicalId),
  };
}

/** AWS::Lambda::EventInvokeConfig */
export function eventInvokeConfig(lambda: Lambda): ResourceType {
  const configure = ({ FunctionName, Qualifier, MaximumEventAgeInSeconds: age, MaximumRetryAttempts: retries }: Properties): void => {
    if (Qualifier !== '$LATEST') throw new NotInLocalAws(`asynchronous invocation settings of ${Qualifier}: only of $LATEST`);
    if (age !== undefined && !(age >= 60 && age <= 21_600)) throw new AwsError('InvalidParameterValueException', `MaximumEventAgeInSeconds must be 60 to 21600, got: ${age}`);
    if (retries !== undefined && !(retries >= 0 && retries <= 2)) throw new AwsError('InvalidParameterValueException', `MaximumRetryAttempts must be 0 to 2, got: ${retries}`);
    lambda.configureAsync(FunctionName, {
      maxEventAge: age === undefined ? undefined : Number(age),
      retryAttempts: retries === undefined ? undefined : Number(retries),
    });
  };
  return {
    properties: ['FunctionName', 'Qualifier', 'MaximumEventAgeInSeconds', 'MaximumRetryAttempts'],
    createOnly: ['FunctionName', 'Qualifier'],
    create: (properties, context) => {
      configure(properties);
      return { physicalId: generatedName(context), attributes: {} };
    },
    update: (deployed, properties) => {
      configure(properties);
      return deployed;
    },
    delete: (_deployed, { FunctionName }) => lambda.configureAsync(FunctionName),
  };
}

/** AWS::Lambda::EventSourceMapping: a queue. */
export function eventSourceMapping(lambda: Lambda): ResourceType {
  const ends = new Map<string, () => void>();
  return {
    properties: ['EventSourceArn', 'FunctionName', 'BatchSize', 'FunctionResponseTypes', 'ScalingConfig', 'Tags'],
    createOnly: ['EventSourceArn', 'FunctionName', 'BatchSize', 'FunctionResponseTypes', 'ScalingConfig'],
    create: async ({ EventSourceArn: queueArn, FunctionName, BatchSize = 10, FunctionResponseTypes = [], ScalingConfig }, context) => {
      const physicalId = generatedName(context);
      ends.set(physicalId, await lambda.receiveFrom({
        queueArn,
        functionArn: lambda.arnOf(FunctionName),
        batchSize: Number(BatchSize),
        maximumConcurrency: Number(ScalingConfig?.MaximumConcurrency ?? Infinity),
        reportsItemFailures: FunctionResponseTypes.includes('ReportBatchItemFailures'),
      }));
      return { physicalId, attributes: { Id: physicalId } };
    },
    update: (deployed) => deployed,
    delete: ({ physicalId }) => ends.get(physicalId)?.(),
  };
}
