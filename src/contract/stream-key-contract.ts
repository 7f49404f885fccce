/**
 * What the construct sends and the handler reads: written once, imported by both.
 * Nothing here may import aws-cdk-lib, it becomes part of the handler's bundle.
 */

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

/** The alias by which rules call the function. Called by it, the handler carries out what is due at the end of a broadcast, and nothing else. */
export const STREAM_ENDS = 'stream-ends';

/** What the rule on the channel hands over when a broadcast has ended. */
export interface StreamEnd {
  readonly ChannelArn: string;
  readonly SecretArn: string;
  readonly StreamId: string;
  /** When the event was made; ISO 8601. */
  readonly Time: string;
  /** Whether the end itself asks for a rotation, or only is the time for one that is due. */
  readonly Rotate: boolean;
}

/** What has asked for a rotation. */
export enum RotationReason {
  /** A deployment with a higher serial, or one that found the key missing. */
  DEPLOYMENT = 'Deployment',
  /** Secrets Manager: its schedule, or somebody by hand. */
  ROTATE_SECRET = 'RotateSecret',
  /** A broadcast that has ended. */
  STREAM_END = 'StreamEnd',
}

/** The tags in which the stream key itself remembers what has been done with it. */
export enum KeyTag {
  /** The id of the stack that owns the key. The secret has it too: the handler's permissions are written on it. */
  STACK = 'managed-stream-key:stack',
  /** The logical id of the resource that owns the key. The secret has it too. */
  RESOURCE = 'managed-stream-key:resource',
  /** The highest serial that the key satisfies; on the secret, the one that it has to satisfy. */
  SERIAL = 'managed-stream-key:serial',
  /** A digest of the ARN of the secret that the key is kept in: ARNs are longer than tags. */
  SECRET = 'managed-stream-key:secret',
  /** Whether we made the key or found it. */
  ORIGIN = 'managed-stream-key:origin',
  /** The logical id that owned the key before a rename, until CloudFormation has removed that one. */
  PREDECESSOR = 'managed-stream-key:predecessor',
  /** When we made the key. */
  CREATED = 'managed-stream-key:created',
  /** The rotations that the key stands for: the token of Secrets Manager, and the id of the stream that had ended or was cut off. */
  ROTATION = 'managed-stream-key:rotation',
  /** A digest of what else the version of the secret holds that has the token as its id. */
  CONTENT = 'managed-stream-key:content',
  /** A rotation that waits for the end of a broadcast: its reason, and its token, stream id or serial. */
  DUE = 'managed-stream-key:due',
  /** What remains to be done once the key is stored: the reason of its rotation, and whether a broadcast is to be cut off. */
  UNFINISHED = 'managed-stream-key:unfinished',
}

/**
 * The tags in which the secret says what is wanted of the stream key that it holds, in addition to the first three of `KeyTag`:
 * a rotation that no deployment has asked for has nothing else to go by.
 */
export enum SecretTag {
  /** The channel whose key it holds: with another channel it is another resource's. */
  CHANNEL = 'managed-stream-key:channel',
  /** What a rotation may do to a running broadcast. */
  WHILE_LIVE = 'managed-stream-key:while-live',
  /** Present if a rule matches rotations: the handler reports them. */
  LISTENED_TO = 'managed-stream-key:listened-to',
  /** Present if the secret is user-supplied: its other tags have nothing to do with the key. */
  OWN_SECRET = 'managed-stream-key:own-secret',
}

/**
 * The tag by which a template hands a key of CloudFormation over, with the value `true`: the key may be adopted although a resource
 * has stood for it. It is not in `KeyTag`, as no key of ours remembers it.
 */
export const ADOPT_TAG = 'managed-stream-key:adopt';

/** How many tags IVS accepts on one resource. */
export const MAX_TAGS = 50;
/** How many of them a key that remembers all that there is to remember leaves to its owner. */
export const MAX_OWN_TAGS = MAX_TAGS - Object.keys(KeyTag).length;

/** The event that reports a rotation, on the default bus. */
export const ROTATED_EVENT = { source: 'cdk-ivs-managed-stream-key', detailType: 'IVS Stream Key Rotated' } as const;

/** What the event says. */
export interface RotatedDetail {
  readonly channelArn: string;
  readonly streamKeyArn: string;
  readonly secretArn: string;
  readonly secretVersionId: string;
  readonly reason: RotationReason;
  /** When the new key was in the secret; ISO 8601. */
  readonly time: string;
}

/** The namespace of the metrics in the handler's log; their one dimension is `Channel`, as in `AWS/IVS`. */
export const METRIC_NAMESPACE = 'ManagedStreamKey';

/** The metrics in the handler's log. */
export enum Metric {
  /** Another key is in the secret. Count. */
  ROTATIONS = 'Rotations',
  /** A rotation has failed, or is not finished. Count. */
  FAILURES = 'RotationFailures',
  /** From the old key deleted to the new one stored. Milliseconds. */
  GAP = 'RotationGap',
  /** A rotation waits for the end of a broadcast. Count. */
  DEFERRED = 'RotationsDeferred',
}
