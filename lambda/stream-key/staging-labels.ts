import type { DescribeSecretResponse } from '@aws-sdk/client-secrets-manager';
import { currentVersion, labelsOf } from './observe';
import type { Rotation } from './wanted';
import type { Aws } from '../aws/aws';
import { CallFailure } from '../aws/call-failure';

const CURRENT = 'AWSCURRENT';
const PENDING = 'AWSPENDING';

/** The milliseconds during which DescribeSecret may show outdated labels: its reads are eventually consistent. */
export const LAG = 20_000;

/** The version of a rotation under way, which has no value yet. A version that is current, or was, belongs to a completed rotation. */
export function pendingVersion(secret: DescribeSecretResponse): string | undefined {
  const id = holderOf(secret, PENDING);
  return id !== undefined && isOnlyPending(labelsOf(secret, id)) ? id : undefined;
}

/** Whether a version with these labels belongs to a rotation under way. */
export function isOnlyPending(labels: string[]): boolean {
  return labels.length > 0 && labels.every((label) => label === PENDING);
}

/**
 * The labels of a version that becomes current; undefined for the default, AWSCURRENT.
 *
 * Naming AWSPENDING moves that label along in the same call, wherever it is: on an older version it would count as
 * a rotation under way, and RotateSecret would be refused. A rotation under way for another version ends in either case:
 * Secrets Manager abandons it when a version is created that is not its own, and removes the label.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/cloudtrail_log_entries.html
 */
export function stagesOf(versionId: string, secret: DescribeSecretResponse, { id, isToken }: Rotation): string[] | undefined {
  const isRotated = secret.RotationEnabled || holderOf(secret, PENDING) !== undefined || (isToken && id === versionId);
  return isRotated ? [PENDING, CURRENT] : undefined;
}

/** Makes a version current that was stored before and has lost the label. */
export async function makeCurrent(aws: Aws, secretArn: string, versionId: string): Promise<void> {
  const isCurrent = async () => {
    const secret = await aws.secrets.describe(secretArn);
    const current = currentVersion(secret);
    // An outdated answer.
    if (current === versionId) return false;
    if (!await moved(aws, secretArn, CURRENT, current, versionId)) return false;
    if (current && labelsOf(secret, current).includes(PENDING)) await moved(aws, secretArn, PENDING, current, versionId);
    return true;
  };
  if (await aws.budget.waitUntil(isCurrent, LAG) || currentVersion(await aws.secrets.describe(secretArn)) === versionId) return;
  throw new Error(`the version ${versionId} of the secret could not be made current, as another one was each time`);
}

/** Removes AWSPENDING from a rotation's version that is not current. It may be gone already: an answer was lost, or the look is outdated. */
export async function endPending(aws: Aws, secretArn: string, versionId: string): Promise<void> {
  const isGone = async () =>
    await moved(aws, secretArn, PENDING, versionId) || !labelsOf(await aws.secrets.describe(secretArn), versionId).includes(PENDING);
  if (!await aws.budget.waitUntil(isGone, LAG)) throw new Error(`AWSPENDING could not be taken off the version ${versionId} of the secret`);
}

/** Moves a label, and returns whether it was where the look had shown it. */
async function moved(aws: Aws, secretArn: string, label: string, from?: string, to?: string): Promise<boolean> {
  try {
    await aws.secrets.moveLabel(secretArn, label, from, to);
    return true;
  } catch (error) {
    if (error instanceof CallFailure && error.name === 'InvalidParameterException') return false;
    throw error;
  }
}

function holderOf({ VersionIdsToStages = {} }: DescribeSecretResponse, label: string): string | undefined {
  return Object.keys(VersionIdsToStages).find((id) => VersionIdsToStages[id].includes(label));
}
