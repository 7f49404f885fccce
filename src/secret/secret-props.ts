import * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import type { WhileLive } from '../contract/while-live';

/** The props of a stream key that determine its secret, or are written to the secret's tags. */
export interface SecretProps {
  readonly secret?: secretsmanager.ISecret;
  readonly secretName?: string;
  readonly description?: string;
  readonly encryptionKey?: kms.IKey;
  readonly replicaRegions?: secretsmanager.ReplicaRegion[];
  readonly serial?: number;
  readonly whileLive?: WhileLive;
}
