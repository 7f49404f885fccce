import { withoutSecrets } from './secret-values';
import { parseChannelArn } from '../../src/contract/channel-arn';
import { Metric, METRIC_NAMESPACE } from '../../src/contract/metrics';

/** What is counted and measured, by the names of the metrics. */
export type Measures = Partial<Record<Metric, number>>;

/** One line of JSON that can be searched. Without the prefix that console.log has in Lambda, it is read as JSON by CloudWatch, too. */
export function log(message: string, details: Record<string, unknown> = {}): void {
  process.stdout.write(`${withoutSecrets(JSON.stringify({ message, ...details }))}\n`);
}

/**
 * The same, with metrics of a channel that CloudWatch takes from it: no call, no permission.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function measure(message: string, channelArn: string, measures: Measures, details: Record<string, unknown> = {}): void {
  const Metrics = Object.keys(measures).map((Name) => ({ Name, Unit: Name === Metric.GAP ? 'Milliseconds' : 'Count' }));
  log(message, {
    ...details,
    channelArn,
    // CloudWatch takes no metric from a line that lacks the dimension.
    Channel: parseChannelArn(channelArn)?.resourceId ?? 'unknown',
    ...measures,
    _aws: { Timestamp: Date.now(), CloudWatchMetrics: [{ Namespace: METRIC_NAMESPACE, Dimensions: [['Channel']], Metrics }] },
  });
}
