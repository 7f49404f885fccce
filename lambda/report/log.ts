import { parseChannelArn } from '../../src/contract/channel-arn';
import { Metric, METRIC_NAMESPACE } from '../../src/contract/metrics';
import { redact } from '../aws/redaction';

/** Values by the names of the metrics. */
export type Measures = Partial<Record<Metric, number>>;

/** Writes one line of JSON. Without the prefix of Lambda's console.log, CloudWatch reads it as JSON, too. */
export function log(message: string, details: Record<string, unknown> = {}): void {
  process.stdout.write(`${redact(JSON.stringify({ message, ...details }))}\n`);
}

/**
 * The same, with metrics of a channel: CloudWatch extracts them, without a call or a permission.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function measure(message: string, channelArn: string, measures: Measures, details: Record<string, unknown> = {}): void {
  const Metrics = Object.keys(measures).map((Name) => ({ Name, Unit: Name === Metric.GAP ? 'Milliseconds' : 'Count' }));
  log(message, {
    ...details,
    channelArn,
    // CloudWatch extracts no metric from a line without the dimension.
    Channel: parseChannelArn(channelArn)?.resourceId ?? 'unknown',
    ...measures,
    _aws: { Timestamp: Date.now(), CloudWatchMetrics: [{ Namespace: METRIC_NAMESPACE, Dimensions: [['Channel']], Metrics }] },
  });
}
