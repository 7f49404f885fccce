/**
 * A quality of a recording or of its thumbnails.
 *
 * @see https://docs.aws.amazon.com/ivs/latest/LowLatencyUserGuide/record-to-s3.html
 */
export enum RecordingResolution {
  /** 1080p. */
  FULL_HD = 'FULL_HD',
  /** 720p. */
  HD = 'HD',
  /** 480p. */
  SD = 'SD',
  /** The lowest one that there is of a broadcast. */
  LOWEST_RESOLUTION = 'LOWEST_RESOLUTION',
}
