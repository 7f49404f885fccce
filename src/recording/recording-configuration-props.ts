import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import type { RenditionConfiguration } from './rendition-configuration';
import type { ThumbnailConfiguration } from './thumbnail-configuration';

/**
 * Properties of a `RecordingConfiguration`. A change of any of them makes a new one, as IVS changes none,
 * and the channels that use it must not be live meanwhile, as IVS changes no live channel.
 */
export interface RecordingConfigurationProps {
  /**
   * The bucket that broadcasts are recorded to, as an L2 or an L1. It must be in the account and in the region of the stack: an error is thrown if it is not.
   */
  readonly bucket: s3.IBucketRef;

  /**
   * The name of the recording configuration: 0 to 128 letters, digits, `-` and `_`. It need not be unique.
   *
   * @default - no name
   */
  readonly recordingConfigurationName?: string;

  /**
   * The time within which a broadcaster that reconnects is still recorded as the same broadcast: 0 to 300 whole seconds.
   *
   * @default Duration.seconds(0)
   */
  readonly recordingReconnectWindow?: Duration;

  /**
   * Which of the qualities of a broadcast are recorded.
   *
   * @default - all of them
   */
  readonly renditionConfiguration?: RenditionConfiguration;

  /**
   * Which thumbnails of a broadcast are recorded.
   *
   * @default - one each minute, in the resolution of the source
   */
  readonly thumbnailConfiguration?: ThumbnailConfiguration;

  /**
   * The removal policy of the recording configuration. The recordings stay in their bucket in any case.
   *
   * @default - no policy in the template: CloudFormation deletes it, unless `MissingRemovalPolicies` say otherwise
   */
  readonly removalPolicy?: RemovalPolicy;
}
