import { Stack } from 'aws-cdk-lib';
import { onlyResource } from './only-resource';

/** The value of a tag of the only secret of the stack; undefined without that tag. */
export function secretTag(stack: Stack, name: string): unknown {
  return onlyResource(stack, 'AWS::SecretsManager::Secret').Properties.Tags.find(({ Key }: { Key: string }) => Key === name)?.Value;
}
