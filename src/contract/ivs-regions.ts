/**
 * The regions that had Amazon IVS channels when this version was released.
 *
 * @see https://docs.aws.amazon.com/general/latest/gr/ivs.html
 */
export const IVS_REGIONS: readonly string[] = ['us-east-1', 'us-west-2', 'eu-west-1', 'eu-central-1', 'ap-south-1', 'ap-northeast-1', 'ap-northeast-2'];
