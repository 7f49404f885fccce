import type { KeyMemory } from './memory';
import type { TagChanges } from './tag-changes';
import type { RotationReason } from '../../src/contract/rotation-reason';
import type { Tags } from '../aws/aws-tags';
import type { StreamKey } from '../aws/ivs';

/** What is to be done with a channel's stream key. */
export type Decision = Refuse | Wait | Create | Keep | Rotate;

/** Nothing is done, and the request fails. */
export interface Refuse {
  readonly action: 'refuse';
  readonly message: string;
  /** Present if the key would have been rotated otherwise. */
  readonly reason?: RotationReason;
}

/** Another caller seems to have replaced the key, or to be about to: its successor is waited for. */
export interface Wait {
  readonly action: 'wait';
  readonly until: Date;
}

export interface Create {
  readonly action: 'create';
  /** The tags besides the memory. */
  readonly tags: Tags;
  readonly memory: KeyMemory;
  /** Present if the secret holds the key that was lost: to replace it is a rotation. */
  readonly reason?: RotationReason;
}

/** The key stays; its tags and the secret are brought up to date. */
export interface Keep {
  readonly action: 'keep';
  readonly key: StreamKey;
  readonly memory: KeyMemory;
  readonly tags: TagChanges;
  /** The id of the current version if it holds the key. */
  readonly stored?: string;
  readonly deferral?: Deferral;
}

export interface Rotate {
  readonly action: 'rotate';
  readonly reason: RotationReason;
  readonly key: StreamKey;
  readonly memory: KeyMemory;
  readonly tags: TagChanges;
  readonly successor: KeyMemory;
}

/** A rotation that waits. */
export interface Deferral {
  /** Absent if nothing asks for the rotation now. */
  readonly asked?: RotationReason;
  /** Whether the key was due before: then it has been counted. */
  readonly isRepeated: boolean;
  /** The cause, and the end of the wait. */
  readonly remark: string;
}
