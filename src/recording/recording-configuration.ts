import { Arn, ArnFormat, IResource, Resource, Stack } from 'aws-cdk-lib';
import * as ivs from 'aws-cdk-lib/aws-ivs';
import { propertyInjectable } from 'aws-cdk-lib/core/lib/prop-injectable';
import { Construct } from 'constructs';
import type { RecordingConfigurationProps } from './recording-configuration-props';
import { BUCKET, validateBucket, validateReconnectWindow, validateRecordingConfigurationArn, validateRecordingConfigurationId, validateRenditions, validateThumbnailInterval, validateThumbnails } from './recording-configuration-rules';
import { RECORDING_CONFIGURATION_PROPS } from './recording-configuration-shape';
import type { ThumbnailConfiguration } from './thumbnail-configuration';
import { validateIvsName } from '../core/ivs-name';
import { referenceFrom } from '../core/reference';
import { validProps } from '../core/valid-props';

/**
 * A recording configuration for channels, created in this app or imported.
 */
export interface IRecordingConfiguration extends IResource, ivs.IRecordingConfigurationRef {
  /**
   * The ARN of the recording configuration, such as `arn:aws:ivs:us-west-2:123456789012:recording-configuration/abcdABCDefgh`.
   *
   * @attribute
   */
  readonly recordingConfigurationArn: string;

  /**
   * The id of the recording configuration, which is the last part of its ARN, such as `abcdABCDefgh`.
   *
   * @attribute
   */
  readonly recordingConfigurationId: string;
}

abstract class RecordingConfigurationBase extends Resource implements IRecordingConfiguration {
  public abstract readonly recordingConfigurationArn: string;

  public get recordingConfigurationId(): string {
    return Arn.split(this.recordingConfigurationArn, ArnFormat.SLASH_RESOURCE_NAME).resourceName!;
  }

  public get recordingConfigurationRef(): ivs.RecordingConfigurationReference {
    return { recordingConfigurationArn: this.recordingConfigurationArn };
  }
}

/**
 * A recording configuration: where and how broadcasts are recorded. Any number of channels of the region may share it.
 *
 * @resource AWS::IVS::RecordingConfiguration
 * @see https://docs.aws.amazon.com/ivs/latest/LowLatencyUserGuide/record-to-s3.html
 *
 * @example
 * import { Channel, RecordingConfiguration, RecordingResolution, RenditionSelection } from 'cdk-ivs-managed-stream-key';
 *
 * const recordingConfiguration = new RecordingConfiguration(this, 'Recording', {
 *   bucket: new s3.Bucket(this, 'Recordings'),
 *   recordingReconnectWindow: Duration.minutes(1),
 *   renditionConfiguration: { renditionSelection: RenditionSelection.CUSTOM, renditions: [RecordingResolution.HD] },
 * });
 * new Channel(this, 'Channel', { recordingConfiguration });
 */
@propertyInjectable
export class RecordingConfiguration extends RecordingConfigurationBase {
  /** Uniquely identifies this class. */
  public static readonly PROPERTY_INJECTION_ID: string = 'cdk-ivs-managed-stream-key.RecordingConfiguration';

  /**
   * A recording configuration that exists already. An error is thrown if the ARN is the ARN of something else.
   *
   * @param scope the parent construct
   * @param id the construct id
   * @param recordingConfigurationArn the ARN of the recording configuration
   */
  public static fromRecordingConfigurationArn(scope: Construct, id: string, recordingConfigurationArn: string): IRecordingConfiguration {
    validateRecordingConfigurationArn(scope, id, recordingConfigurationArn);
    class Import extends RecordingConfigurationBase {
      public readonly recordingConfigurationArn = recordingConfigurationArn;
    }
    return new Import(scope, id, { environmentFromArn: recordingConfigurationArn });
  }

  /**
   * A recording configuration that exists already, in the account and the region of the stack. An error is thrown if the id is none.
   *
   * @param scope the parent construct
   * @param id the construct id
   * @param recordingConfigurationId the id of the recording configuration, such as `abcdABCDefgh`
   */
  public static fromRecordingConfigurationId(scope: Construct, id: string, recordingConfigurationId: string): IRecordingConfiguration {
    validateRecordingConfigurationId(scope, id, recordingConfigurationId);
    const arn = Stack.of(scope).formatArn({ service: 'ivs', resource: 'recording-configuration', resourceName: recordingConfigurationId });
    return RecordingConfiguration.fromRecordingConfigurationArn(scope, id, arn);
  }

  /** The ARN of the recording configuration. */
  public readonly recordingConfigurationArn: string;

  constructor(scope: Construct, id: string, props: RecordingConfigurationProps) {
    props = validProps(scope, id, props, RECORDING_CONFIGURATION_PROPS);
    super(scope, id, { physicalName: props.recordingConfigurationName });
    const bucket = referenceFrom(props.bucket, BUCKET);
    validateIvsName(this, 'recordingConfigurationName', props.recordingConfigurationName);
    validateBucket(this, bucket);
    validateReconnectWindow(this, props.recordingReconnectWindow);
    validateRenditions(this, props.renditionConfiguration);
    validateThumbnails(this, props.thumbnailConfiguration);
    validateThumbnailInterval(this, props.thumbnailConfiguration);

    const resource = new ivs.CfnRecordingConfiguration(this, 'Resource', {
      name: this.physicalName,
      destinationConfiguration: { s3: { bucketName: bucket.bucketRef.bucketName } },
      recordingReconnectWindowSeconds: props.recordingReconnectWindow?.toSeconds(),
      renditionConfiguration: props.renditionConfiguration,
      thumbnailConfiguration: props.thumbnailConfiguration && thumbnails(props.thumbnailConfiguration),
    });
    if (props.removalPolicy) resource.applyRemovalPolicy(props.removalPolicy);

    this.recordingConfigurationArn = resource.attrArn;
  }
}

function thumbnails({ targetInterval, ...others }: ThumbnailConfiguration): ivs.CfnRecordingConfiguration.ThumbnailConfigurationProperty {
  return { ...others, targetIntervalSeconds: targetInterval?.toSeconds() };
}
