/**
 * The behaviour of the local AWS where AWS documents none: a switch for each open question of docs/assumptions.md.
 * Tests set them before they begin; the handler must come to the same end under every combination.
 */
export interface Variants {
  /** The milliseconds during which ListStreamKeys and GetStreamKey show a channel's key as it was before CreateStreamKey or DeleteStreamKey. */
  listLag: number;
  /** The milliseconds after DeleteStreamKey during which the deleted key counts against the quota. */
  quotaLag: number;
  /** The milliseconds during which GetStream and ListStreams still show an ended stream. */
  streamEndLag: number;
  /** Whether DeleteStreamKey ends the session that runs with the key. */
  deleteEndsSession: boolean;
  /** The resource type on which IAM authorizes CreateStreamKey. */
  createStreamKeyOn: 'stream-key' | 'channel';
  /** Whether IAM also asks for TagResource when CreateStreamKey has tags. */
  createAsksForTagging: boolean;
  /** Whether PutSecretValue with default stages takes AWSPENDING from the empty version of a rotation. */
  putTakesPending: boolean;
  /** The milliseconds until Secrets Manager removes AWSPENDING from a completed rotation; Infinity for never. */
  pendingCleanUp: number;
  /** Whether the version of a testSecret step that comes without a rotation has a value. */
  testVersionHasValue: boolean;
  /** Whether a failed rotation is retried with the same token. */
  retryWithSameToken: boolean;
  /** The outcome of a rotation whose four steps succeed while its version stays empty. */
  emptyVersion: 'done' | 'failed';
  /** The answer of UpdateSecretVersionStage if the named version does not have the label to remove. */
  absentLabel: 'ignored' | 'refused';
  /** Whether aws:ViaAWSService is set where RotateSecret checks that the caller may invoke the rotation function. */
  rotateSecretIsViaService: boolean;
  /** Whether Secrets Manager replicates a secret without a value. */
  replicatesEmptySecrets: boolean;
  /** Whether PutSecretValue asks KMS before it compares a value with that of an existing version. */
  repeatedPutAsksKms: boolean;
  /** The milliseconds during which DescribeSecret shows versions and labels as they were before a change. */
  describeLag: number;
  /** Whether conditions of policies see the tags that CloudFormation puts on its resources, such as `aws:cloudformation:stack-id`. */
  systemTagsInConditions: boolean;
}

/** The defaults. */
export const DEFAULT_VARIANTS: Readonly<Variants> = {
  listLag: 0,
  quotaLag: 0,
  streamEndLag: 0,
  deleteEndsSession: false,
  createStreamKeyOn: 'stream-key',
  createAsksForTagging: true,
  putTakesPending: false,
  pendingCleanUp: 0,
  testVersionHasValue: false,
  retryWithSameToken: true,
  emptyVersion: 'done',
  absentLabel: 'ignored',
  rotateSecretIsViaService: true,
  replicatesEmptySecrets: false,
  repeatedPutAsksKms: true,
  describeLag: 0,
  systemTagsInConditions: true,
};
