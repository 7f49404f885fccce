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
  /** A stream key or its secret was put right. Count. */
  REPAIRS = 'Repairs',
  /** Something is wrong that only a person can put right; with every look, as long as it lasts. Count. */
  REPAIRS_NEEDED = 'RepairsNeeded',
}
