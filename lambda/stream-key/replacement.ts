import type { RotationReason } from '../../src/contract/rotation-reason';

/** How far a run has got with putting a new key in the place of another one; empty if it does not. */
export interface Replacement {
  /** Why it does. */
  reason?: RotationReason;
  /** When the old key was deleted: until the new one is stored, the secret holds a dead key. */
  deletedAt?: number;
}

/** What has stopped a replacement that was to be carried out. */
export class ReplacementFailure extends Error {
  constructor(public readonly reason: RotationReason, public override readonly cause: unknown) {
    super((cause as Error).message);
  }
}
