import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { patchSecret } from './patched-secret';
import { refuseSchedule } from './schedule-refusal';
import { SecretGrants } from './secret-grants';

/** Attributes of an imported secret. */
export interface ImportedSecretProps {
  readonly secretArn: string;
  readonly encryptionKey?: kms.IKey;
  /** @default - `secretArn` */
  readonly arnForPolicies?: string;
}

/** A secret with the grants of a stream key's. */
export interface ImportedSecret {
  readonly secret: secretsmanager.ISecret;
  readonly grants: SecretGrants;
}

/**
 * Imports the secret of a stream key.
 *
 * @param more what an import cannot know of it
 */
export function importSecret(streamKey: Construct, props: ImportedSecretProps, more: Partial<secretsmanager.ISecret> = {}): ImportedSecret {
  const { secretArn, encryptionKey, arnForPolicies = secretArn } = props;
  const secret = secretsmanager.Secret.fromSecretAttributes(streamKey, 'StoredSecret', { secretCompleteArn: secretArn, encryptionKey });
  const grants = new SecretGrants(streamKey, { secret, arnForPolicies });
  patchSecret(secret, {
    grantRead: (grantee: iam.IGrantable, versionStages?: string[]) => grants.read(grantee, versionStages),
    grantWrite: (grantee: iam.IGrantable) => grants.write(grantee),
    addRotationSchedule: (id: string) => refuseSchedule(streamKey, id),
    ...more,
  });
  return { secret, grants };
}
