import type { IManagedStreamKey } from './managed-stream-key-base';
import type { StreamKeyRotationScheduleOptions } from '../rotation/stream-key-rotation-schedule-options';

/**
 * Properties of a `StreamKeyRotationSchedule`.
 */
export interface StreamKeyRotationScheduleProps extends StreamKeyRotationScheduleOptions {
  /**
   * The `ManagedStreamKey` that is rotated. It can have one schedule. An error is thrown for an imported one: add the schedule where it is managed.
   */
  readonly streamKey: IManagedStreamKey;
}
