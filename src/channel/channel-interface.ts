import { IResource } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as ivs from 'aws-cdk-lib/aws-ivs';

/**
 * An Amazon IVS channel, made in this app or anywhere else.
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
   * Allows a grantee what it does with the channel itself, and with no other.
   *
   * @param grantee who gets the permission
   * @param actions what is allowed, such as `ivs:StartViewerSessionRevocation`
   */
  grant(grantee: iam.IGrantable, ...actions: string[]): iam.Grant;

  /**
   * Allows a grantee to see the settings of the channel, whether it is live, and how its broadcasts went.
   *
   * To the settings belong the ingest endpoint and the SRT passphrase. Without the stream key, which this does not allow to read,
   * nobody can publish with them.
   *
   * @param grantee who gets the permission
   */
  grantRead(grantee: iam.IGrantable): iam.Grant;

  /**
   * Allows a grantee to end the broadcast. The encoder can connect again as long as its stream key is good.
   *
   * @param grantee who gets the permission
   */
  grantStopStream(grantee: iam.IGrantable): iam.Grant;

  /**
   * Allows a grantee to put timed metadata into the broadcast, which all viewers get at the same moment of the video.
   *
   * @param grantee who gets the permission
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
   * @param options what the rule does with the event
   */
  onEvent(id: string, options?: events.OnEventOptions): events.Rule;

  /**
   * A rule for every step of a broadcast: `detail.event_name` is `Session Created`, `Session Ended`, `Stream Start`, `Stream End`,
   * `Stream Failure`, `Stream Takeover` or `Stream Takeover Failure`; `detail.stream_id` names the broadcast.
   *
   * @param id the id of the rule
   * @param options what the rule does with the event
   */
  onStreamStateChange(id: string, options?: events.OnEventOptions): events.Rule;

  /**
   * A rule for the moment from which viewers can watch a broadcast: a stream state change with the name `Stream Start`.
   *
   * @param id the id of the rule
   * @param options what the rule does with the event
   */
  onStreamStart(id: string, options?: events.OnEventOptions): events.Rule;

  /**
   * A rule for the end of a broadcast: a stream state change with the name `Stream End`.
   *
   * @param id the id of the rule
   * @param options what the rule does with the event
   */
  onStreamEnd(id: string, options?: events.OnEventOptions): events.Rule;

  /**
   * A rule for broadcasts that get no data from their encoder, or get it again: `detail.event_name` is `Starvation Start` or `Starvation End`.
   *
   * @param id the id of the rule
   * @param options what the rule does with the event
   */
  onHealthChange(id: string, options?: events.OnEventOptions): events.Rule;

  /**
   * A rule for broadcasts with more than IVS takes: `detail.limit_name` is `Ingest Bitrate` or `Ingest Resolution`;
   * `detail.limit_value`, `detail.exceeded_by` and `detail.limit_unit` tell how much.
   *
   * The events for the limits of the account, `Concurrent Broadcasts` and `Concurrent Viewers`, name no channel, and are not heard here.
   *
   * @param id the id of the rule
   * @param options what the rule does with the event
   */
  onLimitBreach(id: string, options?: events.OnEventOptions): events.Rule;

  /**
   * A rule for recordings: `detail.recording_status` is `Recording Start`, `Recording End`, `Recording Start Failure` or `Recording End Failure`;
   * `detail.recording_s3_bucket_name` and `detail.recording_s3_key_prefix` tell where the recording is.
   *
   * @param id the id of the rule
   * @param options what the rule does with the event
   */
  onRecordingStateChange(id: string, options?: events.OnEventOptions): events.Rule;

  /**
   * A metric of the channel, in the namespace `AWS/IVS` with the dimension `Channel`.
   *
   * @see https://docs.aws.amazon.com/ivs/latest/LowLatencyUserGuide/stream-health.html
   * @param metricName the name of the metric, such as `ConcurrentViews`
   * @param props how it differs from the default
   */
  metric(metricName: string, props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * How many players watch at the same time. Maximum, count; no data point while the channel is not live.
   *
   * @param props how it differs from the default
   */
  metricConcurrentViews(props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * How much audio comes in. Average, bits a second; one data point a second.
   *
   * @param props how it differs from the default
   */
  metricIngestAudioBitrate(props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * How much video, audio and metadata comes in, all tracks together. Average, bits a second; one data point a second.
   *
   * @param props how it differs from the default
   */
  metricIngestBitrate(props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * How many frames come in. Average, count a second; one data point a second.
   *
   * @param props how it differs from the default
   */
  metricIngestFramerate(props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * How much video comes in. Average, bits a second; one data point a second.
   *
   * @param props how it differs from the default
   */
  metricIngestVideoBitrate(props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * How long it takes from one keyframe that comes in to the next. Average, seconds; one data point a second.
   *
   * @param props how it differs from the default
   */
  metricKeyframeInterval(props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * How much video was delivered, to all viewers together, which determines the price of the output. Sum, seconds.
   *
   * @param props how it differs from the default
   */
  metricLiveDeliveredTime(props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * How much video came in, which determines the price of the input. Sum, seconds.
   *
   * @param props how it differs from the default
   */
  metricLiveInputTime(props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * How much video was recorded. Sum, seconds.
   *
   * @param props how it differs from the default
   */
  metricRecordedTime(props?: cloudwatch.MetricOptions): cloudwatch.Metric;
}
