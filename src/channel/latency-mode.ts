/**
 * The delay between the broadcaster and the viewers.
 *
 * @see https://docs.aws.amazon.com/ivs/latest/LowLatencyUserGuide/streaming-config.html
 */
export enum LatencyMode {
  /** Near-real-time interaction with viewers. */
  LOW = 'LOW',
  /** Live video for which a few seconds do not matter. */
  NORMAL = 'NORMAL',
}
