import { createHash } from 'node:crypto';
import type { LambdaFunction } from './function';

/** The only version that functions have here. */
export const LATEST = '$LATEST';

/**
 * A function, as ListFunctions shows it.
 *
 * @param arn its own, or that of an alias
 */
export function configurationOf(target: LambdaFunction, arn = target.arn): object {
  const { name, runtime, roleArn, handler, description = '', timeout, memorySize, environment, deadLetterArn, logGroup, architectures = ['x86_64'], zip, modified } = target;
  return {
    FunctionName: name,
    FunctionArn: arn,
    Runtime: runtime,
    Role: roleArn,
    Handler: handler,
    CodeSize: zip.length,
    CodeSha256: createHash('sha256').update(zip).digest('base64'),
    Description: description,
    Timeout: timeout,
    MemorySize: memorySize,
    LastModified: modified.toISOString().replace('Z', '+0000'),
    Version: LATEST,
    PackageType: 'Zip',
    Architectures: architectures,
    TracingConfig: { Mode: 'PassThrough' },
    Environment: Object.keys(environment).length ? { Variables: environment } : undefined,
    DeadLetterConfig: deadLetterArn === undefined ? undefined : { TargetArn: deadLetterArn },
    LoggingConfig: { LogFormat: 'Text', LogGroup: logGroup },
  };
}

/**
 * The same, with what ListFunctions leaves out.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctions.html
 */
export function fullConfigurationOf(target: LambdaFunction, arn: string): object {
  return { ...configurationOf(target, arn), State: 'Active', LastUpdateStatus: 'Successful' };
}
