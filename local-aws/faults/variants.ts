/**
 * How the local AWS behaves where AWS does not say how it does: a switch for each open question of docs/assumptions.md.
 * Tests set them before they begin; the handler must come to the same end under every combination.
 */
export interface Variants {
  /** For so many milliseconds ListStreamKeys and GetStreamKey show a channel's key as it was before CreateStreamKey or DeleteStreamKey. */
  listLag: number;
  /** For so many milliseconds after DeleteStreamKey, the deleted key still counts against the quota. */
  quotaLag: number;
  /** For so many milliseconds GetStream and ListStreams still show a stream that has ended. */
  streamEndLag: number;
  /** Whether DeleteStreamKey ends the session that runs with the key. */
  deleteEndsSession: boolean;
  /** The resource type on which IAM authorizes CreateStreamKey. */
  createStreamKeyOn: 'stream-key' | 'channel';
  /** Whether IAM also asks for TagResource when CreateStreamKey has tags. */
  createAsksForTagging: boolean;
  /** Whether PutSecretValue with default stages takes AWSPENDING from the empty version of a rotation. */
  putTakesPending: boolean;
  /** When Secrets Manager takes AWSPENDING from a completed rotation: right away, after a while (milliseconds), or never. */
  pendingCleanUp: number;
  /** Whether the version of a testSecret step that comes without a rotation has a value. */
  testVersionHasValue: boolean;
  /** Whether a failed rotation is retried with the same token. */
  retryWithSameToken: boolean;
  /** How Secrets Manager judges a rotation whose four steps succeed and whose version stays empty. */
  emptyVersion: 'done' | 'failed';
  /** How UpdateSecretVersionStage answers if the label to be removed is not on the named version. */
  absentLabel: 'ignored' | 'refused';
  /** Whether aws:ViaAWSService is set where RotateSecret checks that the caller may invoke the rotation function. */
  rotateSecretIsViaService: boolean;
  /** Whether Secrets Manager replicates a secret without a value. */
  replicatesEmptySecrets: boolean;
  /** Whether PutSecretValue asks KMS before it compares a value with that of an existing version. */
  repeatedPutAsksKms: boolean;
  /** For so many milliseconds DescribeSecret shows versions and labels as they were before a change. */
  describeLag: number;
}

/** What the local AWS does if nothing is set. */
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
};
