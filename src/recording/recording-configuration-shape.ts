import { RemovalPolicy } from 'aws-cdk-lib';
import type { RecordingConfigurationProps } from './recording-configuration-props';
import { BUCKET } from './recording-configuration-rules';
import { RecordingResolution } from './recording-resolution';
import { RenditionConfiguration, RenditionSelection } from './rendition-configuration';
import { ThumbnailConfiguration, ThumbnailRecordingMode, ThumbnailStorage } from './thumbnail-configuration';
import { reference } from '../core/reference';
import { duration, listOf, oneOf, required, Shape, struct, text } from '../core/value-kinds';

const RENDITIONS: Shape<RenditionConfiguration> = {
  renditionSelection: required(oneOf('RenditionSelection', RenditionSelection)),
  renditions: listOf(oneOf('RecordingResolution', RecordingResolution), '[RecordingResolution.HD]'),
};

const THUMBNAILS: Shape<ThumbnailConfiguration> = {
  recordingMode: oneOf('ThumbnailRecordingMode', ThumbnailRecordingMode),
  targetInterval: duration('Duration.seconds(30)'),
  resolution: oneOf('RecordingResolution', RecordingResolution),
  storage: listOf(oneOf('ThumbnailStorage', ThumbnailStorage), '[ThumbnailStorage.LATEST]'),
};

/** The kinds of the props of a recording configuration. */
export const RECORDING_CONFIGURATION_PROPS: Shape<RecordingConfigurationProps> = {
  bucket: required(reference(BUCKET)),
  recordingConfigurationName: text('Give it as text, or leave it out'),
  recordingReconnectWindow: duration('Duration.minutes(1)'),
  renditionConfiguration: struct(RENDITIONS, '{ renditionSelection: RenditionSelection.ALL }'),
  thumbnailConfiguration: struct(THUMBNAILS, '{ targetInterval: Duration.seconds(30) }'),
  removalPolicy: oneOf('RemovalPolicy', RemovalPolicy),
};
