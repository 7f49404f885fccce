import { createHash } from 'node:crypto';
import type { DescribeSecretResponse } from '@aws-sdk/client-secrets-manager';
import type { SecretsManagerRotationEvent } from 'aws-lambda';
import { SecretTask, withSecret } from './secret-task';
import { wantedBySecret } from './wanted-by-secret';
import { RotationReason } from '../../src/contract/rotation-reason';
import type { Aws } from '../aws/aws';
import { rememberForRedaction } from '../aws/redaction';
import { Deferral, Refusal } from '../report/refusal';
import { readMemory } from '../stream-key/memory';
import { labelsOf } from '../stream-key/observe';
import { reconcile } from '../stream-key/reconcile';
import { currentVersionWith } from '../stream-key/secret-version';
import { endPending, isOnlyPending, LAG } from '../stream-key/staging-labels';
import { MAX_VERSIONS, Rotation } from '../stream-key/wanted';

/** One of the four steps of a rotation. */
export interface RotationStep extends Omit<SecretsManagerRotationEvent, 'Step'> {
  readonly Step: string;
  /** Shows Secrets Manager that a call is part of this rotation. */
  readonly RotationToken?: string;
}

const MINUTE = 60_000;

/** Carries out a step. Throws a failure, and Secrets Manager tries the rotation again. */
export async function carryOutStep(step: RotationStep, aws: Aws): Promise<void> {
  const task: SecretTask = { secretArn: step.SecretId, task: step.Step, reason: RotationReason.ROTATE_SECRET, again: 'Secrets Manager retries it.' };
  await withSecret(task, aws, (secret) => STEPS[nameOf(step)](step, secret, aws));
}

type Carry = (step: RotationStep, secret: DescribeSecretResponse, aws: Aws) => Promise<void>;

const STEPS: Record<string, Carry> = {
  /** Does all the work: IVS makes the value, and from then on the old one is dead, so that the version is current as soon as it has a value. */
  createsecret: async (step, secret, aws) => {
    // A version that is current, or was, got its value from an earlier attempt.
    const isPending = isOnlyPending(await requireStaged(step, secret, aws));
    const rotation = isPending ? { ...look(step), ...idOf(step) } : look(step);
    const { deferral, channelArn } = await reconcile(aws, (now = secret) => wantedBySecret(now, rotation));
    if (deferral) {
      throw new Deferral(`The stream key of ${channelArn} is not rotated now. ${deferral} Until then Secrets Manager shows a rotation that is not complete.`);
    }
  },

  /** IVS already has the value. */
  setsecret: async () => {},

  /** Also comes alone, with a version that is removed afterwards, when a schedule is created or changed: then it must rotate nothing. */
  testsecret: async (step, secret, aws) => {
    const labels = await requireStaged(step, secret, aws);
    const wanted = wantedBySecret(secret, look(step));
    const { channelArn, secretArn } = wanted;
    const isStored = async () => {
      const { ivs, secrets } = aws;
      const [key, channel, now] = await Promise.all([ivs.findStreamKey(channelArn), ivs.getChannel(channelArn), secrets.describe(secretArn)]);
      return key !== undefined && currentVersionWith(key.arn, readMemory(key.tags) ?? {}, { channel, secret: now }) !== undefined;
    };
    const isCurrent = labels.includes('AWSCURRENT');
    // A deployment may have deleted the key just now, to create another one.
    if (await aws.budget.waitUntil(isStored, isCurrent ? MINUTE : 0) || !isCurrent) return;
    throw new Refusal(`The secret ${secret.ARN} does not hold the stream key that its channel has. The next attempt of the rotation stores it.`);
  },

  /**
   * Leaves AWSPENDING on a version that is current: Secrets Manager removes it, and would count its absence as an incomplete rotation.
   * Removes it from a version that is not current, because another rotation has come in between: it would block every further rotation.
   */
  finishsecret: async (step, secret, aws) => {
    const { ClientRequestToken: id } = step;
    const { secretVersionId } = await reconcile(aws, (now = secret) => wantedBySecret(now, look(step)));
    if (secretVersionId !== id && labelsOf(secret, id).includes('AWSPENDING')) await endPending(aws, secret.ARN!, id);
  },
};

/** Asks for no rotation. */
function look({ RotationToken }: RotationStep): Rotation {
  const rotationToken = RotationToken && rememberForRedaction(RotationToken);
  return { reason: RotationReason.ROTATE_SECRET, versionLimit: MAX_VERSIONS, rotationToken };
}

/**
 * The form in which the key remembers the token. A caller of RotateSecret may choose any text, and IVS does not accept every one in a tag:
 * then the key remembers a digest, and is stored in a version of its own.
 */
function idOf({ ClientRequestToken: token }: RotationStep): Pick<Rotation, 'id' | 'isToken'> {
  return /^[\p{L}\p{N}_.:/=+\-@]*$/u.test(token) ? { id: token, isToken: true } : { id: createHash('sha256').update(token).digest('hex') };
}

/** One page of the documentation spells them create_secret and so on. */
function nameOf({ Step }: RotationStep): string {
  const name = Step.replace('_', '').toLowerCase();
  if (!Object.hasOwn(STEPS, name)) throw new Refusal(`Step must be createSecret, setSecret, testSecret or finishSecret, got: ${Step}.`);
  return name;
}

/** The labels of the rotation's version; none if it has lost them since the key was created for it. */
async function requireStaged(step: RotationStep, secret: DescribeSecretResponse, aws: Aws): Promise<string[]> {
  const { ClientRequestToken: versionId } = step;
  let labels = labelsOf(secret, versionId);
  if (labels.length || await isCarriedOut(step, secret, aws)) return labels;
  const isStaged = async () => {
    labels = labelsOf(await aws.secrets.describe(secret.ARN!), versionId);
    return labels.length > 0;
  };
  if (await aws.budget.waitUntil(isStaged, LAG)) return labels;
  throw new Refusal(`The secret ${secret.ARN} has no version ${versionId} that is staged for rotation. Start the rotation with "aws secretsmanager rotate-secret".`);
}

/** Whether the channel's key was created for the rotation. */
async function isCarriedOut(step: RotationStep, secret: DescribeSecretResponse, aws: Aws): Promise<boolean> {
  const key = await aws.ivs.findStreamKey(wantedBySecret(secret, look(step)).channelArn);
  return key !== undefined && (readMemory(key.tags)?.rotations ?? []).includes(idOf(step).id!);
}
