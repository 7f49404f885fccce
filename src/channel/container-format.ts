/**
 * The format in which players get the video.
 */
export enum ContainerFormat {
  /** MPEG transport stream. */
  TS = 'TS',
  /** Fragmented MP4, which multitrack input needs. */
  FRAGMENTED_MP4 = 'FRAGMENTED_MP4',
}
