/** The alias by which rules call the function. Called by it, the handler carries out what is due at the end of a broadcast, and nothing else. */
export const STREAM_ENDS = 'stream-ends';

/** What the rule on the channel hands over when a broadcast has ended. */
export interface StreamEnd {
  readonly ChannelArn: string;
  readonly SecretArn: string;
  readonly StreamId: string;
  /** When the event was made; ISO 8601. */
  readonly Time: string;
  /** Whether the end itself asks for a rotation, or only is the time for one that is due. */
  readonly Rotate: boolean;
}
