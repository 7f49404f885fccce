import type { DescribeSecretResponse } from '@aws-sdk/client-secrets-manager';
import type { RotationReason } from '../../src/contract/rotation-reason';
import { SecretTag } from '../../src/contract/tags';
import type { Aws } from '../aws/aws';
import { Deferral, Outdated, Refusal, Unwritable } from '../report/refusal';
import { rotationFailed } from '../report/rotation-failed';
import { tagsOf } from '../stream-key/observe';
import { RotationFailure } from '../stream-key/reconcile';

/** A task on a secret, in the words of its failure. */
export interface SecretTask {
  readonly secretArn: string;
  /** @default - the channel in the secret's tags */
  readonly channelArn?: string;
  readonly task: string;
  readonly reason: RotationReason;
  /** The way to repeat it, for example `It is retried.` */
  readonly again: string;
}

/** Runs a task on a secret. Logs, counts and throws a failure, without its cause, so that the caller tries again. */
export async function withSecret<T>({ reason, ...task }: SecretTask, aws: Aws, work: (secret: DescribeSecretResponse) => Promise<T>): Promise<T> {
  let { channelArn = 'an unknown channel' } = task;
  try {
    return await aws.budget.within(async () => {
      const secret = await aws.secrets.describe(task.secretArn);
      ({ [SecretTag.CHANNEL]: channelArn = channelArn } = tagsOf(secret));
      return work(secret);
    });
  } catch (thrown) {
    if (thrown instanceof Deferral || thrown instanceof Outdated) throw thrown;
    const error = thrown instanceof RotationFailure ? thrown.cause : thrown;
    if (error instanceof Outdated) throw error;
    const why = rotationFailed(error, { ...task, channelArn }, reason);
    throw error instanceof Refusal && !(error instanceof Unwritable) ? new Refusal(why) : new Error(why);
  }
}
