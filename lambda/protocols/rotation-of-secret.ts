import type { DescribeSecretResponse } from '@aws-sdk/client-secrets-manager';
import { RotationReason } from '../../src/contract/rotation-reason';
import { SecretTag } from '../../src/contract/tags';
import type { Aws } from '../aws/aws';
import type { Patience } from '../aws/patience';
import { Deferral, Outdated, Refusal, Unwritable } from '../report/refusal';
import { rotationFailed } from '../report/rotation-failed';
import { tagsOf } from '../stream-key/observe';
import { ReplacementFailure } from '../stream-key/replacement';

/** What is asked for with a secret, in the words in which a failure says so. */
export interface SecretTask {
  readonly secretArn: string;
  /** @default - what the secret says */
  readonly channelArn?: string;
  readonly task: string;
  readonly reason: RotationReason;
  /** Such as `It is tried again.` */
  readonly again: string;
}

/** Does something with a secret. A failure is logged, counted, and thrown without what caused it, so that whoever has asked tries again. */
export async function withSecret(
  { reason, ...task }: SecretTask, aws: Aws, patience: Patience, work: (secret: DescribeSecretResponse) => Promise<void>,
): Promise<void> {
  let { channelArn = 'an unknown channel' } = task;
  try {
    await patience.within(async () => {
      const secret = await aws.describeSecret(task.secretArn);
      ({ [SecretTag.CHANNEL]: channelArn = channelArn } = tagsOf(secret));
      await work(secret);
    });
  } catch (thrown) {
    if (thrown instanceof Deferral || thrown instanceof Outdated) throw thrown;
    const error = thrown instanceof ReplacementFailure ? thrown.cause : thrown;
    const why = rotationFailed(error, { ...task, channelArn }, reason);
    throw error instanceof Refusal && !(error instanceof Unwritable) ? new Refusal(why) : new Error(why);
  }
}
