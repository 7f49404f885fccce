const CHANGES = [
  { source: 'aws.ivs', eventName: ['CreateStreamKey', 'DeleteStreamKey', 'TagResource', 'UntagResource', 'UpdateChannel', 'DeleteChannel'] },
  { source: 'aws.secretsmanager', eventName: ['TagResource', 'UntagResource', 'DeleteSecret', 'RestoreSecret'] },
];

/**
 * The pattern of changes that somebody else than the handler makes to stream keys, channels and secrets, for which AWS has no event of its own.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html
 */
export function changesByHand(roleArn: string): object {
  return {
    'source': CHANGES.map(({ source }) => source),
    'detail-type': ['AWS API Call via CloudTrail'],
    'detail': {
      eventName: [...new Set(CHANGES.flatMap(({ eventName }) => eventName))],
      errorCode: [{ exists: false }],
      // IAM users have no issuer.
      userIdentity: { sessionContext: { sessionIssuer: { arn: [{ exists: false }, { 'anything-but': [roleArn] }] } } },
    },
  };
}
