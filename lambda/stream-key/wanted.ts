import type { DescribeSecretResponse } from '@aws-sdk/client-secrets-manager';
import type { Owner } from './memory';
import type { RotationReason } from '../../src/contract/rotation-reason';
import type { WhileLive } from '../../src/contract/while-live';
import type { Tags } from '../aws/aws-tags';

/** The stream key that a channel should have. */
export interface WantedStreamKey {
  readonly owner: Owner;
  readonly channelArn: string;
  readonly secretArn: string;
  /** A key made for a lower serial is due for rotation. */
  readonly serial: number;
  /** The tags that the key gets; an existing key keeps its others. */
  readonly tags: Tags;
  /** Tags that the resource had before, and no longer has. */
  readonly unwantedTags: string[];
  /** The tags of a key that replaces a lost one. @default - `tags` */
  readonly recoveredTags?: Tags;
  readonly whileLive: WhileLive;
  /** When a key that nobody owns came to be, as far as that is known: a broadcast that ended before asks for no other. */
  readonly knownSince?: Date;
  readonly rotation: Rotation;
  /** Present if CloudFormation asks. A rotation neither takes a key over nor changes its owner. */
  readonly deployment?: Deployment;
}

/**
 * Derives the wanted key from the secret's tags, which a deployment may change while a rotation waits.
 * A deployment itself wants what its request says.
 */
export type Wish = (secret?: DescribeSecretResponse) => WantedStreamKey;

/** The rotation that a request asks for, whatever the serial. */
export interface Rotation {
  readonly reason: RotationReason;
  /** Identifies the rotation, which is carried out once; absent if none is asked for. */
  readonly id?: string;
  /** Whether `id` is a token of Secrets Manager, which becomes the id of the version that holds the key. */
  readonly isToken?: boolean;
  /** Shows Secrets Manager that a call is part of its rotation. */
  readonly rotationToken?: string;
  /** A key made later than this does not need the rotation. */
  readonly unlessMadeAfter?: string;
  /** The number of versions with which the secret is too full for the rotation. */
  readonly versionLimit: number;
}

/** The request of CloudFormation. */
export interface Deployment {
  /** A Create, an Update, or an Update that moves the resource to another channel. */
  readonly type: 'create' | 'update' | 'move';
  /** Whether a move is rolled back: the resource still stands for this channel. */
  readonly isReturn: boolean;
  /** When CloudFormation made the request; absent if its URL does not say. */
  readonly requested?: Date;
  /** The serial of the last deployment; on `update` only. */
  readonly serialBefore?: number;
  /** Whether the key stays when the resource leaves the template. */
  readonly isRetained: boolean;
  /** Whether the request changes the secret or its content: DescribeSecret may still show the state before. */
  readonly changesSecret: boolean;
}

/** The number of versions that Secrets Manager keeps; it removes none that is younger than a day. */
export const MAX_VERSIONS = 100;
