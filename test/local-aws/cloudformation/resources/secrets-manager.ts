import { randomBytes } from 'node:crypto';
import type { Secret, SecretsManager } from '../../services/secrets-manager';
import type { Properties, ResourceType } from '../resource-type';
import { generatedName, tagsOf } from './values';

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
      const { arn } = secretsManager.createSecret(context.region, properties.Name ?? generatedName(context, 512), input(properties), value);
      return { physicalId: arn, attributes: { Id: arn } };
    },
    update: (deployed, properties) => {
      Object.assign(secretsManager.find(deployed.physicalId) ?? {}, input(properties));
      return deployed;
    },
    delete: ({ physicalId }) => secretsManager.deleteSecret(physicalId),
  };
}
