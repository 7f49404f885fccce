import type { Kms } from './kms';
import type { ResourceType } from '../cloudformation/resource-type';

/** AWS::KMS::Key. A deleted key is gone at once: nobody waits here for the pending window. */
export function key(kms: Kms): ResourceType {
  return {
    properties: ['KeyPolicy', 'Description', 'EnableKeyRotation', 'PendingWindowInDays', 'Tags'],
    create: ({ KeyPolicy }, { region }) => {
      const { id, arn } = kms.createKey(region, KeyPolicy);
      return { physicalId: id, attributes: { Arn: arn, KeyId: id } };
    },
    update: (deployed, { KeyPolicy }) => {
      kms.updateKeyPolicy(String(deployed.attributes.Arn), KeyPolicy);
      return deployed;
    },
    delete: ({ attributes }) => kms.deleteKey(String(attributes.Arn)),
  };
}
