import { Duration, Stack, Token } from 'aws-cdk-lib';
import * as ivs from 'aws-cdk-lib/aws-ivs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { RenditionConfiguration, RenditionSelection } from './rendition-configuration';
import { ThumbnailConfiguration, ThumbnailRecordingMode } from './thumbnail-configuration';
import { differenceOf, placeOf } from '../core/environment';
import { importError, propError } from '../core/prop-error';
import type { ReferenceKind } from '../core/reference';

const ARN = /^arn:aws[a-z-]*:ivs:[a-z0-9-]+:\d{12}:recording-configuration\/[a-zA-Z0-9-]+$/;

/** The ARN is one of a recording configuration. */
export function validateRecordingConfigurationArn(scope: Construct, id: string, arn: string): void {
  if (Token.isUnresolved(arn) || ARN.test(arn)) return;
  throw importError(scope, id, {
    prop: 'recordingConfigurationArn',
    rule: 'must be the ARN of an IVS recording configuration, like arn:aws:ivs:us-west-2:123456789012:recording-configuration/abcdABCDefgh',
    got: arn,
    advice: 'Copy it from the output of `aws ivs list-recording-configurations`',
  });
}

/** The id is what an ARN ends in. */
export function validateRecordingConfigurationId(scope: Construct, id: string, recordingConfigurationId: string): void {
  if (Token.isUnresolved(recordingConfigurationId) || /^[a-zA-Z0-9-]+$/.test(recordingConfigurationId)) return;
  throw importError(scope, id, {
    prop: 'recordingConfigurationId',
    rule: 'must be the last part of the ARN of an IVS recording configuration, like abcdABCDefgh',
    got: recordingConfigurationId,
    advice: 'Copy it from the output of `aws ivs list-recording-configurations`, or use fromRecordingConfigurationArn',
  });
}

/** A recording configuration, as a channel takes it. */
export const RECORDING_CONFIGURATION: ReferenceKind<ivs.IRecordingConfigurationRef> = {
  ref: 'recordingConfigurationRef',
  l1: ivs.CfnRecordingConfiguration,
  rule: 'must be an IVS recording configuration: a RecordingConfiguration, an L1, or a construct that has one as its default child',
  advice: 'Import one with RecordingConfiguration.fromRecordingConfigurationArn',
};

/** A bucket, as a recording configuration takes it. */
export const BUCKET: ReferenceKind<s3.IBucketRef> = {
  ref: 'bucketRef',
  l1: s3.CfnBucket,
  rule: 'must be an S3 bucket: a Bucket, an L1, or a construct that has one as its default child',
  advice: 'Import one with s3.Bucket.fromBucketName',
};

/** A channel is recorded by the recording configurations of its own region and account only. */
export function validateRecordingConfiguration(scope: Construct, recording?: ivs.IRecordingConfigurationRef): void {
  if (!recording) return;
  const difference = differenceOf(Stack.of(scope), placeOf(recording, recording.recordingConfigurationRef.recordingConfigurationArn));
  if (!difference) return;
  const { where, ours, theirs } = difference;
  throw propError(scope, {
    prop: 'recordingConfiguration',
    rule: `must be in the ${where} of the stack, ${ours}, as IVS records a channel by no other`,
    got: `${recording.node.path} in ${theirs}`,
    advice: `Choose a recording configuration of that ${where}`,
  });
}

/** IVS records to buckets of its own region and of the account of the channel. Elsewhere, it may only say so by the state of what it has made. */
export function validateBucket(scope: Construct, bucket: s3.IBucketRef): void {
  const difference = differenceOf(Stack.of(scope), bucket.env);
  if (!difference) return;
  const { where, ours, theirs } = difference;
  throw propError(scope, {
    prop: 'bucket',
    rule: `must be in the ${where} of the stack, ${ours}, as IVS records to no other`,
    got: `${bucket.node.path} in ${theirs}`,
    advice: `Choose a bucket of that ${where}; S3 can replicate the recordings from there`,
  });
}

/** IVS waits for a broadcaster in seconds, and for 5 minutes at most. */
export function validateReconnectWindow(scope: Construct, window?: Duration): void {
  if (isWholeSeconds(window, 0, 300)) return;
  throw propError(scope, {
    prop: 'recordingReconnectWindow',
    rule: 'must be 0 to 300 whole seconds',
    got: window!.toHumanString(),
    advice: 'Choose a shorter time, or leave it out to record each connection for itself',
  });
}

/** Qualities are named where, and only where, they are looked at. */
export function validateRenditions(scope: Construct, configuration?: RenditionConfiguration): void {
  const { renditionSelection, renditions } = configuration ?? {};
  if (renditionSelection === undefined || Token.isUnresolved(renditionSelection) || Token.isUnresolved(renditions)) return;
  const prop = 'renditionConfiguration.renditions';
  const isCustom = renditionSelection === RenditionSelection.CUSTOM;
  if (isCustom && !renditions?.length) {
    throw propError(scope, {
      prop,
      rule: 'must name one or more where `renditionSelection` is CUSTOM',
      got: 'none',
      advice: 'Name some, or choose RenditionSelection.ALL or RenditionSelection.NONE',
    });
  }
  if (!isCustom && renditions) {
    throw propError(scope, {
      prop,
      rule: 'must not be given unless `renditionSelection` is CUSTOM',
      got: `[${renditions.join(', ')}] where it is ${renditionSelection}`,
      advice: 'Leave them out, or choose RenditionSelection.CUSTOM',
    });
  }
}

/** The other properties of thumbnails require that these are recorded. */
export function validateThumbnails(scope: Construct, configuration: ThumbnailConfiguration = {}): void {
  const { recordingMode, ...others } = configuration;
  if (recordingMode !== ThumbnailRecordingMode.DISABLED) return;
  const given = Object.entries(others).filter(([, value]) => value !== undefined).map(([name]) => name);
  if (given.length === 0) return;
  throw propError(scope, {
    prop: 'thumbnailConfiguration',
    rule: 'must have no other property where `recordingMode` is DISABLED',
    got: given.join(', '),
    advice: 'Leave these out, or choose ThumbnailRecordingMode.INTERVAL',
  });
}

/** IVS takes thumbnails each second at most, and each minute at least. */
export function validateThumbnailInterval(scope: Construct, { targetInterval }: ThumbnailConfiguration = {}): void {
  if (isWholeSeconds(targetInterval, 1, 60)) return;
  throw propError(scope, {
    prop: 'thumbnailConfiguration.targetInterval',
    rule: 'must be 1 to 60 whole seconds',
    got: targetInterval!.toHumanString(),
    advice: 'Leave it out for a thumbnail each minute',
  });
}

function isWholeSeconds(duration: Duration | undefined, least: number, most: number): boolean {
  if (!duration || duration.isUnresolved()) return true;
  const seconds = duration.toSeconds({ integral: false });
  return Number.isInteger(seconds) && seconds >= least && seconds <= most;
}
