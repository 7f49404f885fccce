import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';

/** The namespace of IVS's metrics. */
export const METRIC_NAMESPACE = 'AWS/IVS';

const { Stats, Unit } = cloudwatch;

/**
 * The metrics of IVS, each with a statistic that it has and the unit that it comes in.
 *
 * @see https://docs.aws.amazon.com/ivs/latest/LowLatencyUserGuide/stream-health.html
 */
export const METRIC = {
  ConcurrentStreams: { statistic: Stats.MAXIMUM, unit: Unit.COUNT },
  ConcurrentViews: { statistic: Stats.MAXIMUM, unit: Unit.COUNT },
  IngestAudioBitrate: { statistic: Stats.AVERAGE, unit: Unit.BITS_PER_SECOND },
  IngestBitrate: { statistic: Stats.AVERAGE, unit: Unit.BITS_PER_SECOND },
  IngestFramerate: { statistic: Stats.AVERAGE, unit: Unit.COUNT_PER_SECOND },
  IngestVideoBitrate: { statistic: Stats.AVERAGE, unit: Unit.BITS_PER_SECOND },
  KeyframeInterval: { statistic: Stats.AVERAGE, unit: Unit.SECONDS },
  LiveDeliveredTime: { statistic: Stats.SUM, unit: Unit.SECONDS },
  LiveInputTime: { statistic: Stats.SUM, unit: Unit.SECONDS },
  RecordedTime: { statistic: Stats.SUM, unit: Unit.SECONDS },
} as const satisfies Record<string, cloudwatch.MetricOptions>;

export type MetricName = keyof typeof METRIC;
