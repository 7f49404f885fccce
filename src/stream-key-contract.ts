/**
 * What the construct sends and the handler reads: written once, imported by both.
 * Nothing here may import aws-cdk-lib, it becomes part of the handler's bundle.
 */

/** The type of the custom resource that stands for the stream key. */
export const STREAM_KEY_RESOURCE_TYPE = 'Custom::IvsStreamKey';

/** The properties of the custom resource. CloudFormation hands every scalar over as a string. */
export interface StreamKeyProperties {
  readonly ChannelArn: string;
  readonly SecretArn: string;
  /** A key made for a lower serial is due for rotation. */
  readonly Serial: string;
  /** The tags that the stream key gets besides the ones in `KeyTag`. */
  readonly Tags?: StreamKeyTag[];
  /** Where the secret is replicated to, once it has a value. */
  readonly ReplicaRegions?: StreamKeyReplica[];
  /**
   * Not read. The SRT endpoint and its passphrase come and go with insecure ingest,
   * and CloudFormation calls the handler only if a property has changed.
   */
  readonly InsecureIngest?: string;
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

/** The tags in which the stream key itself remembers what has been done with it. */
export enum KeyTag {
  /** The id of the stack that owns the key. The secret has it too: the handler's permissions are written on it. */
  STACK = 'managed-stream-key:stack',
  /** The logical id of the resource that owns the key. */
  RESOURCE = 'managed-stream-key:resource',
  /** The highest serial that the key satisfies. */
  SERIAL = 'managed-stream-key:serial',
  /** Whether we made the key or found it. */
  ORIGIN = 'managed-stream-key:origin',
  /** The logical id that owned the key before a rename, until CloudFormation has removed that one. */
  PREDECESSOR = 'managed-stream-key:predecessor',
}

/** The tag in which the secret says whose channel's key it holds: with another channel it is another resource's. */
export const CHANNEL_TAG = 'managed-stream-key:channel';

/** How many tags IVS accepts on one resource. */
export const MAX_TAGS = 50;
