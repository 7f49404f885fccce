/** The origin of a rotation. */
export enum RotationReason {
  /** A deployment with a higher serial, or one that found the key missing. */
  DEPLOYMENT = 'Deployment',
  /** Secrets Manager: its schedule, or somebody by hand. */
  ROTATE_SECRET = 'RotateSecret',
  /** A broadcast that has ended. */
  STREAM_END = 'StreamEnd',
  /** The look after the keys, which found the key missing. */
  REPAIR = 'Repair',
}
