/** The parts of a channel's ARN. */
export interface ChannelArn {
  readonly region: string;
  readonly account: string;
  /** The channel's id, as CloudWatch names it. */
  readonly resourceId: string;
}

/** Takes the ARN of a channel apart; undefined if it is not one. */
export function parseChannelArn(arn: string): ChannelArn | undefined {
  const match = /^arn:aws[a-z-]*:ivs:([a-z0-9-]+):(\d{12}):channel\/([a-zA-Z0-9-]+)$/.exec(arn);
  return match ? { region: match[1], account: match[2], resourceId: match[3] } : undefined;
}
