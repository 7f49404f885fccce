import type { IManagedStreamKey } from './managed-stream-key-base';
import type { RotationScheduleOptions } from '../rotation/rotation-schedule-options';

/**
 * Properties of a `RotationSchedule`.
 */
export interface RotationScheduleProps extends RotationScheduleOptions {
  /**
   * The `ManagedStreamKey` that is rotated. It can have one schedule. An error is thrown for an imported one: add the schedule where it is managed.
   */
  readonly streamKey: IManagedStreamKey;
}
