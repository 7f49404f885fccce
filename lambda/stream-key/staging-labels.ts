import type { DescribeSecretResponse } from '@aws-sdk/client-secrets-manager';
import { currentVersion, labelsOf } from './observe';
import type { Rotation } from './wanted';
import type { Aws } from '../aws/aws';
import { CallFailure } from '../aws/call-failure';
import type { Patience } from '../aws/patience';

const CURRENT = 'AWSCURRENT';
const PENDING = 'AWSPENDING';

/** How long DescribeSecret may show labels as they were: its reads are eventually consistent. */
export const LAG = 20_000;

/** The version of a rotation under way, which has no value yet; undefined without one. A version that is current, or was, is a completed rotation's. */
export function pendingVersion(secret: DescribeSecretResponse): string | undefined {
  const id = holderOf(secret, PENDING);
  return id !== undefined && isOnlyPending(labelsOf(secret, id)) ? id : undefined;
}

/** Whether a version with these labels belongs to a rotation under way. */
export function isOnlyPending(labels: string[]): boolean {
  return labels.length > 0 && labels.every((label) => label === PENDING);
}

/**
 * The labels that a version gets which becomes current; undefined for the default, AWSCURRENT.
 *
 * With AWSPENDING named as well, the label moves along in the same call, wherever it is: on an older version it would be taken
 * for a rotation under way, and RotateSecret be refused. A rotation that is under way for another version ends in either case:
 * Secrets Manager abandons it when a version is made that is not its own, and takes the label off.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/cloudtrail_log_entries.html
 */
export function stagesOf(versionId: string, secret: DescribeSecretResponse, { id, isToken }: Rotation): string[] | undefined {
  const isRotated = secret.RotationEnabled || holderOf(secret, PENDING) !== undefined || (isToken && id === versionId);
  return isRotated ? [PENDING, CURRENT] : undefined;
}

/** Makes a version current that was stored before and, as the answer to storing it once more says, has lost the label. */
export async function makeCurrent(aws: Aws, patience: Patience, secretArn: string, versionId: string): Promise<void> {
  const isCurrent = async () => {
    const secret = await aws.describeSecret(secretArn);
    const current = currentVersion(secret);
    // An old read.
    if (current === versionId) return false;
    if (!await moved(aws, secretArn, CURRENT, current, versionId)) return false;
    if (current && labelsOf(secret, current).includes(PENDING)) await moved(aws, secretArn, PENDING, current, versionId);
    return true;
  };
  if (await patience.until(isCurrent, LAG) || currentVersion(await aws.describeSecret(secretArn)) === versionId) return;
  throw new Error(`the version ${versionId} of the secret could not be made current, as another one was each time`);
}

/** Takes AWSPENDING off a version that a rotation has begun with and that is not current. It may be gone: an answer was lost, or the read was old. */
export async function endPending(aws: Aws, patience: Patience, secretArn: string, versionId: string): Promise<void> {
  const isGone = async () =>
    await moved(aws, secretArn, PENDING, versionId) || !labelsOf(await aws.describeSecret(secretArn), versionId).includes(PENDING);
  if (!await patience.until(isGone, LAG)) throw new Error(`AWSPENDING could not be taken off the version ${versionId} of the secret`);
}

/** Moves a label, and returns whether it could be: it is not where an old read has shown it. */
async function moved(aws: Aws, secretArn: string, label: string, from?: string, to?: string): Promise<boolean> {
  try {
    await aws.moveLabel(secretArn, label, from, to);
    return true;
  } catch (error) {
    if (error instanceof CallFailure && error.name === 'InvalidParameterException') return false;
    throw error;
  }
}

function holderOf({ VersionIdsToStages = {} }: DescribeSecretResponse, label: string): string | undefined {
  return Object.keys(VersionIdsToStages).find((id) => VersionIdsToStages[id].includes(label));
}
