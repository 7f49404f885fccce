import type { WhileLive } from './while-live';

/** The type of the custom resource that stands for the stream key. */
export const STREAM_KEY_RESOURCE_TYPE = 'Custom::IvsStreamKey';

/** The properties of the custom resource. CloudFormation passes every scalar as a string. */
export interface StreamKeyProperties {
  readonly ChannelArn: string;
  readonly SecretArn: string;
  /** A key made for a lower serial is due for rotation. */
  readonly Serial: string;
  /** The stream key's tags besides those in `KeyTag`. */
  readonly Tags?: StreamKeyTag[];
  /** The secret's replicas, created once it has a value. */
  readonly ReplicaRegions?: StreamKeyReplica[];
  /**
   * Not read: it makes CloudFormation call the handler when insecure ingest changes,
   * and with it the SRT endpoint and passphrase in the secret.
   */
  readonly InsecureIngest?: string;
  /** Present if the key stays when the construct leaves the template: then no Delete comes for it but that of a roll-back. */
  readonly Retained?: 'true';
  /** @default WhileLive.KEEP */
  readonly WhileLive?: WhileLive;
  /** Present if the construct created the channel: the advice differs if it is gone. */
  readonly ManagesChannel?: 'true';
  /** Present if the secret is user-supplied and not in the template: the handler tags it. */
  readonly UserSuppliedSecret?: 'true';
  /** Present if the end of a broadcast rotates. */
  readonly RotateAfterStream?: 'true';
  /** The seconds that an encoder has to come back after the end of a broadcast; present if something may be due then. */
  readonly ReconnectWindow?: string;
}

/** The name of what the resource's metadata has for the handler. */
export const METADATA = 'ManagedStreamKey';

/**
 * The metadata of the custom resource: CloudFormation keeps the desired state there as its last deployment has it, and a roll-back restores it.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-metadata.html
 */
export interface StreamKeyMetadata extends StreamKeyProperties {
  /** The name of the function that manages the key. */
  readonly Handler: string;
}

export interface StreamKeyTag {
  readonly Key: string;
  readonly Value: string;
}

export interface StreamKeyReplica {
  readonly Region: string;
  /** @default - the key `aws/secretsmanager` of that region */
  readonly KmsKeyId?: string;
}

/** The attributes of the custom resource. None of them is the key's value, or ever may be. */
export interface StreamKeyAttributes {
  readonly StreamKeyArn: string;
  readonly SecretArn: string;
  readonly SecretVersionId: string;
}
