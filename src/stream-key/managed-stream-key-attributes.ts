import * as kms from 'aws-cdk-lib/aws-kms';

/**
 * Attributes of a stream key that is managed elsewhere.
 */
export interface ManagedStreamKeyAttributes {
  /**
   * The ARN of the channel, such as `arn:aws:ivs:us-west-2:123456789012:channel/abcdABCDefgh`.
   */
  readonly channelArn: string;

  /**
   * The complete ARN of the secret, with the six characters at its end that Secrets Manager adds,
   * such as `arn:aws:secretsmanager:us-west-2:123456789012:secret:live-AbCdEf`: of the secret itself, or of its replica in another region.
   */
  readonly secretArn: string;

  /**
   * The region of the stack that manages the stream key, where the metrics are.
   *
   * @default - the region of the channel
   */
  readonly primaryRegion?: string;

  /**
   * The KMS key that the secret is encrypted with, or its replica, if `secretArn` is one. Grants to read the secret then allow to decrypt it.
   *
   * @default - the account's key `aws/secretsmanager`
   */
  readonly encryptionKey?: kms.IKey;

  /**
   * The ARN of the stream key, such as `arn:aws:ivs:us-west-2:123456789012:stream-key/efghEFGHijkl`. Every rotation makes another one.
   *
   * @default - `streamKeyArn` is unknown, and throws an error when it is asked for
   */
  readonly streamKeyArn?: string;

  /**
   * The id of the secret's version that the last deployment of the stream key stored.
   *
   * @default - `secretVersionId` is unknown, and throws an error when it is asked for
   */
  readonly secretVersionId?: string;
}
