/**
 * Allows or requires multitrack input: encoders that send several qualities of their video.
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
 * Multitrack input: the encoder itself sends several qualities, and IVS need not transcode.
 *
 * @see https://docs.aws.amazon.com/ivs/latest/LowLatencyUserGuide/multitrack-video.html
 */
export interface MultitrackInputConfiguration {
  /**
   * Allows or requires several qualities.
   */
  readonly policy: MultitrackPolicy;

  /**
   * The highest quality that they may send.
   */
  readonly maximumResolution: MultitrackMaximumResolution;
}
