import type { DescribeSecretResponse } from '@aws-sdk/client-secrets-manager';
import type { Owner } from './memory';
import type { RotationReason } from '../../src/contract/rotation-reason';
import type { WhileLive } from '../../src/contract/while-live';
import type { Tags } from '../aws/aws';

/** The stream key that there should be. */
export interface WantedStreamKey {
  readonly owner: Owner;
  readonly channelArn: string;
  readonly secretArn: string;
  /** A key that was made for a lower serial is due for rotation. */
  readonly serial: number;
  /** The tags that the key gets; a key that is there keeps others. */
  readonly tags: Tags;
  /** Tags that were wanted before, and no longer are. */
  readonly unwantedTags: string[];
  /** The tags of a key that has to be made because the one that had them has gone. @default - `tags` */
  readonly tagsOfLost?: Tags;
  /** Whether the value that the secret has is none of an older key, so that to store the first one is no rotation. */
  readonly isFirst?: boolean;
  /** Whether the secret has held the key of another channel so far. */
  readonly isOtherChannel?: boolean;
  /** The serial that a key without an owner satisfies. @default - `serial` */
  readonly serialOfUnmanaged?: number;
  /** Whether CloudFormation updates a construct that it has made under this name, for this channel. */
  readonly isUpdate?: boolean;
  /** Whether the key stays when its construct is taken out of the template. */
  readonly isRetained?: boolean;
  /** Whether what DescribeSecret shows may be older than the last change, so that a version may be current no more. */
  readonly mayBeStale?: boolean;
  /** Whether the key may be taken over from another resource of the stack, as a rename does. */
  readonly takesOver: boolean;
  readonly whileLive: WhileLive;
  readonly rotation: Rotation;
}

/**
 * Works out what is wanted from what the secret says, which a deployment may change while a rotation waits.
 * A deployment itself wants what its request says.
 */
export type Wish = (secret?: DescribeSecretResponse) => WantedStreamKey;

/** What may ask for a rotation, whatever serial says. */
export interface Rotation {
  readonly reason: RotationReason;
  /** Whether a rotation is expected: then all that it needs to know is asked for at once. */
  readonly expected: boolean;
  /** Which rotation is asked for; it is carried out once. */
  readonly id?: string;
  /** Whether `id` is a token of Secrets Manager, which becomes the id of the version that holds the key. */
  readonly isToken?: boolean;
  /** What shows Secrets Manager that a call is part of a rotation of its own. */
  readonly rotationToken?: string;
  /** A key that was made later than this does not need the rotation. */
  readonly unlessMadeAfter?: string;
  /** How many versions of a day the secret may have for the rotation to be carried out. */
  readonly versionLimit: number;
}

/** How many versions Secrets Manager keeps; it removes none that is younger than a day. */
export const MAX_VERSIONS = 100;
