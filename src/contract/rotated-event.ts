import type { RotationReason } from './rotation-reason';

/** The event that reports a rotation, on the default bus. */
export const ROTATED_EVENT = { source: 'cdk-ivs-managed-stream-key', detailType: 'IVS Stream Key Rotated' } as const;

/** The detail of the event. */
export interface RotatedDetail {
  readonly channelArn: string;
  readonly streamKeyArn: string;
  readonly secretArn: string;
  readonly secretVersionId: string;
  readonly reason: RotationReason;
  /** When the new key was in the secret; ISO 8601. */
  readonly time: string;
}
