// The handler writes these fields: nothing here may import aws-cdk-lib.

/**
 * A field of the JSON object that the secret of a stream key holds.
 */
export enum SecretField {
  /** The ARN of the channel, such as `arn:aws:ivs:us-west-2:123456789012:channel/abcdABCDefgh`. */
  CHANNEL_ARN = 'channelArn',
  /** The ARN of the stream key, such as `arn:aws:ivs:us-west-2:123456789012:stream-key/efghEFGHijkl`. Every rotation makes another one. */
  STREAM_KEY_ARN = 'streamKeyArn',
  /** The stream key alone, such as `sk_us-west-2_abcdABCDefgh_567890abcdef`: all that OBS needs with the service Amazon IVS. */
  STREAM_KEY = 'streamKey',
  /** The host that encoders connect to, without protocol, port and path, such as `a1b2c3d4e5f6.global-contribute.live-video.net`. */
  INGEST_ENDPOINT = 'ingestEndpoint',
  /** The RTMPS URL without the stream key, such as `rtmps://a1b2c3d4e5f6.global-contribute.live-video.net:443/app/`: the server of encoders that take the stream key separately. */
  RTMPS_SERVER = 'rtmpsServer',
  /** The RTMPS URL with the stream key at its end: all that ffmpeg or GStreamer needs. */
  RTMPS_URL = 'rtmpsUrl',
  /**
   * The RTMP URL without the stream key, such as `rtmp://a1b2c3d4e5f6.global-contribute.live-video.net/app/`: for encoders without TLS.
   *
   * It is absent unless the channel allows insecure ingest. CloudFormation and ECS then fail with what refers to it.
   */
  RTMP_SERVER = 'rtmpServer',
  /** The RTMP URL with the stream key at its end; absent as `rtmpServer` is. */
  RTMP_URL = 'rtmpUrl',
  /**
   * The SRT URL without stream id and passphrase, such as `srt://a1b2c3d4e5f6.srt.live-video.net:9000`: host and port of encoders that
   * take the rest separately.
   *
   * It is absent while the channel has no SRT, which is so with insecure ingest. CloudFormation and ECS then fail with what refers to it.
   */
  SRT_SERVER = 'srtServer',
  /** The stream id of SRT, which is the stream key; absent as `srtServer` is. */
  SRT_STREAM_ID = 'srtStreamId',
  /** The passphrase of SRT, as it is; absent as `srtServer` is. */
  SRT_PASSPHRASE = 'srtPassphrase',
  /**
   * The SRT URL with stream id and passphrase, such as `srt://a1b2c3d4e5f6.srt.live-video.net:9000?streamid=<stream key>&passphrase=<passphrase>`;
   * absent as `srtServer` is. In it, characters that have a meaning in a URL are escaped: ffmpeg reads them right, OBS does not.
   */
  SRT_URL = 'srtUrl',
  /** The URL that players load, such as `https://a1b2c3d4e5f6.us-west-2.playback.live-video.net/api/video/v1/us-west-2.123456789012.channel.abcdABCDefgh.m3u8`. It is not secret. */
  PLAYBACK_URL = 'playbackUrl',
}
