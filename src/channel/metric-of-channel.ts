import { Arn, ArnFormat, IResource } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { known } from '../core/environment';

/** A metric of a channel. */
export interface ChannelMetric {
  readonly namespace: string;
  readonly metricName: string;
  readonly channelArn: string;
}

/** A metric whose one dimension is the channel. An imported source need not be where its stack is, which is all that `attachTo` knows. */
export function metricOfChannel(
  source: IResource, { namespace, metricName, channelArn }: ChannelMetric, options?: cloudwatch.MetricOptions,
): cloudwatch.Metric {
  const { account, region } = source.env;
  return new cloudwatch.Metric({
    namespace,
    metricName,
    dimensionsMap: { Channel: Arn.split(channelArn, ArnFormat.SLASH_RESOURCE_NAME).resourceName! },
    account: known(account),
    region: known(region),
    ...options,
  }).attachTo(source);
}
