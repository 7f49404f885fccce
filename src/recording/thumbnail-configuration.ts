import { Duration } from 'aws-cdk-lib';
import type { RecordingResolution } from './recording-resolution';

/**
 * The recording mode of thumbnails.
 */
export enum ThumbnailRecordingMode {
  /** A thumbnail is recorded again and again, at an interval. */
  INTERVAL = 'INTERVAL',
  /** There are no thumbnails. */
  DISABLED = 'DISABLED',
}

/**
 * The storage of thumbnails.
 */
export enum ThumbnailStorage {
  /** All of them, one after the other. */
  SEQUENTIAL = 'SEQUENTIAL',
  /** The latest one, in place of the one before. */
  LATEST = 'LATEST',
}

/**
 * Which thumbnails of a broadcast are recorded.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-ivs-recordingconfiguration-thumbnailconfiguration.html
 */
export interface ThumbnailConfiguration {
  /**
   * Whether thumbnails are recorded. An error is thrown if another property is given with `ThumbnailRecordingMode.DISABLED`.
   *
   * @default ThumbnailRecordingMode.INTERVAL
   */
  readonly recordingMode?: ThumbnailRecordingMode;

  /**
   * The time between two thumbnails: 1 to 60 whole seconds. It must be longer than the keyframe interval of
   * the encoder, without which there is nothing to take a thumbnail of.
   *
   * @default Duration.seconds(60)
   */
  readonly targetInterval?: Duration;

  /**
   * The resolution of the thumbnails, where the broadcast has it; else they have that of the source.
   *
   * @default - the resolution of the source
   */
  readonly resolution?: RecordingResolution;

  /**
   * The storage of thumbnails: one way, or both.
   *
   * @default [ThumbnailStorage.SEQUENTIAL]
   */
  readonly storage?: ThumbnailStorage[];
}
