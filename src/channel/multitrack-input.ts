/**
 * Whether encoders may or have to send several qualities of their video.
 */
export enum MultitrackPolicy {
  /** Encoders that send a single track are let in, too. IVS transcodes it. */
  ALLOW = 'ALLOW',
  /** Encoders that send a single track are refused. */
  REQUIRE = 'REQUIRE',
}

/**
 * The highest quality that an encoder may send in several tracks.
 */
export enum MultitrackMaximumResolution {
  /** Up to 480p. */
  SD = 'SD',
  /** Up to 720p. */
  HD = 'HD',
  /** Up to 1080p. */
  FULL_HD = 'FULL_HD',
}

/**
 * How a channel takes video of which the encoder itself sends several qualities, so that IVS need not transcode it.
 *
 * @see https://docs.aws.amazon.com/ivs/latest/LowLatencyUserGuide/multitrack-video.html
 */
export interface MultitrackInputConfiguration {
  /**
   * Whether encoders may or have to send several qualities.
   */
  readonly policy: MultitrackPolicy;

  /**
   * The highest quality that they may send.
   */
  readonly maximumResolution: MultitrackMaximumResolution;
}
