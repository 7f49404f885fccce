import { randomBytes, randomUUID } from 'node:crypto';
import type { RotationRules } from './schedule';
import type { Secret, SecretsManager } from './secrets-manager';
import { booleanOf, generatedName, tagsOf } from '../cloudformation/property-values';
import type { Deployed, Properties, ResourceContext, ResourceType } from '../cloudformation/resource-type';
import { AwsError } from '../core/aws-error';

/** AWS::SecretsManager::Secret: empty if it has neither SecretString nor GenerateSecretString. */
export function secret(secretsManager: SecretsManager): ResourceType {
  const input = ({ Description, KmsKeyId, Tags }: Properties): Pick<Secret, 'description' | 'kmsKeyId' | 'tags'> =>
    ({ description: Description, kmsKeyId: KmsKeyId, tags: tagsOf(Tags) });
  return {
    properties: ['Name', 'Description', 'KmsKeyId', 'SecretString', 'GenerateSecretString', 'Tags'],
    createOnly: ['Name'],
    taggable: true,
    create: (properties, context) => {
      const value = properties.SecretString ?? (properties.GenerateSecretString && randomBytes(16).toString('hex'));
      const settings = { ...input(properties), systemTags: systemTags(context) };
      const { arn } = secretsManager.createSecret(context.region, properties.Name ?? generatedName(context, 512), settings, value);
      return { physicalId: arn, attributes: { Id: arn } };
    },
    update: (deployed, properties, before) => {
      const found = secretsManager.find(deployed.physicalId);
      if (!found) return deployed;
      const { tags, ...others } = input(properties);
      // Tags that were put on it otherwise stay.
      const foreign = Object.entries(found.tags).filter(([name]) => !(name in tagsOf(before.Tags)));
      Object.assign(found, others, { tags: { ...Object.fromEntries(foreign), ...tags } });
      return deployed;
    },
    delete: ({ physicalId }) => secretsManager.deleteSecret(physicalId),
  };
}

/** AWS::SecretsManager::RotationSchedule: what RotateSecret does, on every change, and without waiting for the end of the rotation. */
export function rotationSchedule(secretsManager: SecretsManager): ResourceType {
  const rotate = async ({ SecretId, RotationLambdaARN, RotationRules, RotateImmediatelyOnUpdate = true }: Properties): Promise<Deployed> => {
    const found = secretsManager.find(SecretId);
    if (!found) throw new AwsError('ResourceNotFoundException', 'Secrets Manager can\'t find the specified secret.');
    const immediately = booleanOf(RotateImmediatelyOnUpdate);
    await secretsManager.rotations.rotate(found, { token: randomUUID(), lambdaArn: RotationLambdaARN, rules: rulesOf(RotationRules), immediately });
    return { physicalId: found.arn, attributes: { Id: found.arn } };
  };
  return {
    properties: ['SecretId', 'RotationLambdaARN', 'RotationRules', 'RotateImmediatelyOnUpdate'],
    createOnly: ['SecretId'],
    create: rotate,
    update: (_deployed, properties) => rotate(properties),
    delete: ({ physicalId }) => {
      const found = secretsManager.find(physicalId);
      if (found) secretsManager.rotations.cancel(found);
    },
  };
}

/** The tags by which CloudFormation knows its resources. */
function systemTags({ stackId, stackName, logicalId }: ResourceContext): Record<string, string> {
  return { 'aws:cloudformation:stack-id': stackId, 'aws:cloudformation:stack-name': stackName, 'aws:cloudformation:logical-id': logicalId };
}

/** Numbers may come as texts. */
function rulesOf(rules?: Properties): RotationRules | undefined {
  return rules?.AutomaticallyAfterDays === undefined ? rules : { ...rules, AutomaticallyAfterDays: Number(rules.AutomaticallyAfterDays) };
}
