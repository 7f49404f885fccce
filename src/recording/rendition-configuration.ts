import type { RecordingResolution } from './recording-resolution';

/**
 * Which of the qualities of a broadcast are recorded.
 */
export enum RenditionSelection {
  /** All of them. */
  ALL = 'ALL',
  /** None of them. */
  NONE = 'NONE',
  /** Those that are named. It has no effect on channels of the type `BASIC`, which have one quality. */
  CUSTOM = 'CUSTOM',
}

/**
 * Which of the qualities of a broadcast are recorded.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-ivs-recordingconfiguration-renditionconfiguration.html
 */
export interface RenditionConfiguration {
  /**
   * Records all renditions, none, or those that `renditions` names.
   */
  readonly renditionSelection: RenditionSelection;

  /**
   * The qualities that are recorded; where a broadcast does not have one of them, its best one. To be given with
   * `RenditionSelection.CUSTOM`, and with no other: an error is thrown otherwise.
   *
   * @default - no renditions are named; `CUSTOM` needs them
   */
  readonly renditions?: RecordingResolution[];
}
