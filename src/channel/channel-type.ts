/**
 * Determines what a channel accepts, how it transcodes, and the price of the input.
 *
 * @see https://docs.aws.amazon.com/ivs/latest/LowLatencyUserGuide/channel-types.html
 */
export enum ChannelType {
  /** Transmuxed: viewers get what the encoder sends. Up to 1080p and 3.5 Mbps, or 480p and 1.5 Mbps. */
  BASIC = 'BASIC',
  /** Transcoded into several qualities. Up to 1080p and 8.5 Mbps. */
  STANDARD = 'STANDARD',
  /** Transcoded, the output limited to SD quality. */
  ADVANCED_SD = 'ADVANCED_SD',
  /** Transcoded, the output limited to HD quality. */
  ADVANCED_HD = 'ADVANCED_HD',
}

/**
 * Which qualities a channel of an advanced type transcodes into.
 *
 * @see https://docs.aws.amazon.com/ivs/latest/LowLatencyUserGuide/channel-types.html
 */
export enum Preset {
  /** More bits for each quality: for viewers with much bandwidth, and for video in which much moves. */
  HIGHER_BANDWIDTH_DELIVERY = 'HIGHER_BANDWIDTH_DELIVERY',
  /** Fewer bits for each quality: for viewers with little bandwidth, and for video in which little moves, such as talking heads. */
  CONSTRAINED_BANDWIDTH_DELIVERY = 'CONSTRAINED_BANDWIDTH_DELIVERY',
}
