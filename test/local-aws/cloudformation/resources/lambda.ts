import { zipSync, strToU8 } from 'fflate';
import { generatedName } from './values';
import type { FunctionConfiguration, Lambda } from '../../services/lambda';
import type { Logs } from '../../services/logs';
import type { S3 } from '../../services/s3';
import type { Properties, ResourceType } from '../resource-type';

/** AWS::Lambda::Function */
export function lambdaFunction(lambda: Lambda, s3: S3, logs: Logs): ResourceType {
  const configuration = (name: string, properties: Properties): FunctionConfiguration => ({
    name,
    handler: properties.Handler,
    roleArn: properties.Role,
    timeout: Number(properties.Timeout ?? 3),
    memorySize: Number(properties.MemorySize ?? 128),
    environment: properties.Environment?.Variables ?? {},
    logGroup: properties.LoggingConfig?.LogGroup ?? `/aws/lambda/${name}`,
    zip: properties.Code.ZipFile === undefined
      ? s3.getObject(properties.Code.S3Bucket, properties.Code.S3Key)
      : Buffer.from(zipSync({ 'index.js': strToU8(properties.Code.ZipFile) })),
  });
  return {
    properties: [
      'FunctionName', 'Description', 'Handler', 'Runtime', 'Role', 'Code', 'Timeout', 'MemorySize', 'Architectures', 'Environment', 'LoggingConfig', 'Tags',
    ],
    createOnly: ['FunctionName'],
    create: (properties, context) => {
      const name = properties.FunctionName ?? generatedName(context);
      const arn = lambda.create(context.region, configuration(name, properties));
      if (!properties.LoggingConfig?.LogGroup) logs.createGroup(`/aws/lambda/${name}`);
      return { physicalId: name, attributes: { Arn: arn } };
    },
    update: (deployed, properties) => {
      lambda.update(deployed.physicalId, configuration(deployed.physicalId, properties));
      return deployed;
    },
    delete: ({ physicalId }) => lambda.delete(physicalId),
  };
}
