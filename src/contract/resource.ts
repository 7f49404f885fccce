import type { WhileLive } from './while-live';

/** The type of the custom resource that stands for the stream key. */
export const STREAM_KEY_RESOURCE_TYPE = 'Custom::IvsStreamKey';

/** The properties of the custom resource. CloudFormation hands every scalar over as a string. */
export interface StreamKeyProperties {
  readonly ChannelArn: string;
  readonly SecretArn: string;
  /** A key made for a lower serial is due for rotation. */
  readonly Serial: string;
  /** The tags that the stream key gets in addition to the ones in `KeyTag`. */
  readonly Tags?: StreamKeyTag[];
  /** Where the secret is replicated to, once it has a value. */
  readonly ReplicaRegions?: StreamKeyReplica[];
  /**
   * Not read. The SRT endpoint and its passphrase come and go with insecure ingest,
   * and CloudFormation calls the handler only if a property has changed.
   */
  readonly InsecureIngest?: string;
  /** Present if the key stays when the construct leaves the template: the handler remembers so, and a Delete spares the key. */
  readonly Retained?: 'true';
  /** @default WhileLive.KEEP */
  readonly WhileLive?: WhileLive;
  /** Present if the construct has made the channel, which is another thing to say when it is gone. */
  readonly ManagesChannel?: 'true';
  /** Present if the secret is user-supplied and CloudFormation does not tag it for us: the handler has to. */
  readonly OwnSecret?: 'true';
  /** For the tags of such a secret: whether a rule matches rotations. */
  readonly ListenedTo?: 'true';
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
