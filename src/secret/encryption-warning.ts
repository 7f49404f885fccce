import { Annotations, AspectPriority, Aspects, Stack } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { IConstruct } from 'constructs';
import type { SecretGrants } from './secret-grants';
import { templateProperties } from '../core/customer-key';

/**
 * Warns where somebody was granted a secret whose KMS key was set on its L1, as an aspect or an escape hatch does:
 * the grant could not include a key that no construct knows. Only the end of synthesis shows it.
 */
export function warnOfUnknownKey(resource: secretsmanager.CfnSecret, encryptionKey: kms.IKey | undefined, grants: SecretGrants): void {
  const visit = (node: IConstruct) => {
    if (node !== resource || !grants.isUsed) return;
    const keyId = kmsKeyIdOf(resource);
    if (!keyId || namesOf(resource, encryptionKey).includes(keyId)) return;
    Annotations.of(resource).addWarningV2('cdk-ivs-managed-stream-key:encryptionKeyUnknown',
      `The KMS key of the secret was set on its L1, got: ${keyId}, where \`encryptionKey\` is ${encryptionKey?.node.path ?? 'none'}. `
      + 'Principals with a grant to read the stream key cannot decrypt it. Give the key as `encryptionKey`, or allow kms:Decrypt in its policy. '
      + 'Once that is done, acknowledge this warning.');
  };
  Aspects.of(resource).add({ visit }, { priority: AspectPriority.READONLY });
}

/** The KMS key in the template, as JSON. */
function kmsKeyIdOf(resource: secretsmanager.CfnSecret): string | undefined {
  const { KmsKeyId } = templateProperties(resource);
  return KmsKeyId === undefined ? undefined : JSON.stringify(KmsKeyId);
}

function namesOf(resource: secretsmanager.CfnSecret, key?: kms.IKey): string[] {
  return key ? [key.keyArn, key.keyId].map((name) => JSON.stringify(Stack.of(resource).resolve(name))) : [];
}
