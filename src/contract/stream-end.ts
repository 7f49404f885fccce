/** The alias by which rules call the function. Called by it, the handler carries out what is due at the end of a broadcast, and nothing else. */
export const STREAM_ENDS = 'stream-ends';

/** The input that the channel's rule passes to the handler at the end of a broadcast. */
export interface StreamEnd {
  readonly ChannelArn: string;
  readonly SecretArn: string;
  readonly StreamId: string;
  /** The time of the event; ISO 8601. */
  readonly Time: string;
  /** Whether the end itself asks for a rotation. If not, it only carries out one that is due. */
  readonly Rotate: boolean;
}
