import { IResource } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as ivs from 'aws-cdk-lib/aws-ivs';

/**
 * An Amazon IVS channel, created in this app or imported.
 */
export interface IChannel extends IResource, ivs.IChannelRef {
  /**
   * The ARN of the channel, such as `arn:aws:ivs:us-west-2:123456789012:channel/abcdABCDefgh`.
   *
   * @attribute
   */
  readonly channelArn: string;

  /**
   * The host that encoders connect to, without protocol, port and path, such as `a1b2c3d4e5f6.global-contribute.live-video.net`.
   * An error is thrown if the channel was imported without it.
   *
   * @attribute
   */
  readonly channelIngestEndpoint: string;

  /**
   * The URL that players load, such as
   * `https://a1b2c3d4e5f6.us-west-2.playback.live-video.net/api/video/v1/us-west-2.123456789012.channel.abcdABCDefgh.m3u8`.
   * An error is thrown if the channel was imported without it.
   *
   * @attribute
   */
  readonly channelPlaybackUrl: string;

  /**
   * Allows a grantee actions on this channel only.
   *
   * @param grantee the principal to grant to
   * @param actions the IAM actions, such as `ivs:StartViewerSessionRevocation`
   */
  grant(grantee: iam.IGrantable, ...actions: string[]): iam.Grant;

  /**
   * Allows a grantee to read the channel's settings, its live state and the history of its broadcasts.
   *
   * The settings include the ingest endpoint and the SRT passphrase. Without the stream key, which this does not allow to read,
   * nobody can publish with them.
   *
   * @param grantee the principal to grant to
   */
  grantRead(grantee: iam.IGrantable): iam.Grant;

  /**
   * Allows a grantee to stop the broadcast. The encoder can reconnect as long as its stream key is valid.
   *
   * @param grantee the principal to grant to
   */
  grantStopStream(grantee: iam.IGrantable): iam.Grant;

  /**
   * Allows a grantee to put timed metadata into the broadcast.
   *
   * @param grantee the principal to grant to
   */
  grantPutMetadata(grantee: iam.IGrantable): iam.Grant;

  /**
   * A rule for every event of the channel. IVS sends events as best it can: they may come late, twice or not in order, and rarely not at all.
   *
   * The rule belongs to the account and the region of the channel: an error is thrown if its stack is in another one. An `eventPattern`
   * adds to what is matched: leave source and resources to us.
   *
   * @see https://docs.aws.amazon.com/ivs/latest/LowLatencyUserGuide/eventbridge.html
   * @param id the id of the rule
   * @param options the rule's target, name and pattern
   */
  onEvent(id: string, options?: events.OnEventOptions): events.Rule;

  /**
   * A rule for every step of a broadcast: `detail.event_name` is `Session Created`, `Session Ended`, `Stream Start`, `Stream End`,
   * `Stream Failure`, `Stream Takeover` or `Stream Takeover Failure`; `detail.stream_id` names the broadcast.
   *
   * @param id the id of the rule
   * @param options the rule's target, name and pattern
   */
  onStreamStateChange(id: string, options?: events.OnEventOptions): events.Rule;

  /**
   * A rule for the moment from which viewers can watch a broadcast: a stream state change with the name `Stream Start`.
   *
   * @param id the id of the rule
   * @param options the rule's target, name and pattern
   */
  onStreamStart(id: string, options?: events.OnEventOptions): events.Rule;

  /**
   * A rule for the end of a broadcast: a stream state change with the name `Stream End`.
   *
   * @param id the id of the rule
   * @param options the rule's target, name and pattern
   */
  onStreamEnd(id: string, options?: events.OnEventOptions): events.Rule;

  /**
   * A rule for broadcasts that get no data from their encoder, or get it again: `detail.event_name` is `Starvation Start` or `Starvation End`.
   *
   * @param id the id of the rule
   * @param options the rule's target, name and pattern
   */
  onHealthChange(id: string, options?: events.OnEventOptions): events.Rule;

  /**
   * A rule for broadcasts with more than IVS takes: `detail.limit_name` is `Ingest Bitrate` or `Ingest Resolution`;
   * `detail.limit_value`, `detail.exceeded_by` and `detail.limit_unit` tell how much.
   *
   * The events for the limits of the account, `Concurrent Broadcasts` and `Concurrent Viewers`, name no channel, and are not heard here.
   *
   * @param id the id of the rule
   * @param options the rule's target, name and pattern
   */
  onLimitBreach(id: string, options?: events.OnEventOptions): events.Rule;

  /**
   * A rule for recordings: `detail.recording_status` is `Recording Start`, `Recording End`, `Recording Start Failure` or `Recording End Failure`;
   * `detail.recording_s3_bucket_name` and `detail.recording_s3_key_prefix` tell where the recording is.
   *
   * @param id the id of the rule
   * @param options the rule's target, name and pattern
   */
  onRecordingStateChange(id: string, options?: events.OnEventOptions): events.Rule;

  /**
   * A metric of the channel, in the namespace `AWS/IVS` with the dimension `Channel`.
   *
   * @see https://docs.aws.amazon.com/ivs/latest/LowLatencyUserGuide/stream-health.html
   * @param metricName the name of the metric, such as `ConcurrentViews`
   * @param props metric options that override the defaults
   */
  metric(metricName: string, props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * The number of concurrent viewers. Maximum, count; no data point while the channel is offline.
   *
   * @param props metric options that override the defaults
   */
  metricConcurrentViews(props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * The audio bitrate of the ingest. Average, bits per second; one data point per second.
   *
   * @param props metric options that override the defaults
   */
  metricIngestAudioBitrate(props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * The bitrate of the ingest: video, audio and metadata of all tracks. Average, bits per second; one data point per second.
   *
   * @param props metric options that override the defaults
   */
  metricIngestBitrate(props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * The frame rate of the ingest. Average, count per second; one data point per second.
   *
   * @param props metric options that override the defaults
   */
  metricIngestFramerate(props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * The video bitrate of the ingest. Average, bits per second; one data point per second.
   *
   * @param props metric options that override the defaults
   */
  metricIngestVideoBitrate(props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * The time between two keyframes of the ingest. Average, seconds; one data point per second.
   *
   * @param props metric options that override the defaults
   */
  metricKeyframeInterval(props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * The video delivered to all viewers together, which determines the price of the output. Sum, seconds.
   *
   * @param props metric options that override the defaults
   */
  metricLiveDeliveredTime(props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * The video received, which determines the price of the input. Sum, seconds.
   *
   * @param props metric options that override the defaults
   */
  metricLiveInputTime(props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * The video recorded. Sum, seconds.
   *
   * @param props metric options that override the defaults
   */
  metricRecordedTime(props?: cloudwatch.MetricOptions): cloudwatch.Metric;
}
