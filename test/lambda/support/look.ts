/** The calls with which the handler looks at an offline channel and its secret, sorted: it makes them in parallel. */
export const LOOK = [
  'ivs:GetChannel', 'ivs:GetStream!ChannelNotBroadcasting', 'ivs:ListStreamKeys', 'secretsmanager:DescribeSecret', 'secretsmanager:ListSecretVersionIds',
];
