import { createHash } from 'node:crypto';
import type { DescribeSecretResponse } from '@aws-sdk/client-secrets-manager';
import { SecretTask, withSecret } from './rotation-of-secret';
import { wantedBySecret } from './wanted-by-secret';
import { RotationReason } from '../../src/contract/rotation-reason';
import type { Aws } from '../aws/aws';
import type { Patience } from '../aws/patience';
import { Deferral, Refusal } from '../report/refusal';
import { keepSecret } from '../report/secret-values';
import { keepStreamKey } from '../stream-key/keep';
import { readMemory } from '../stream-key/memory';
import { labelsOf, observe } from '../stream-key/observe';
import { currentVersionWith } from '../stream-key/secret-version';
import { endPending, isOnlyPending, LAG } from '../stream-key/staging-labels';
import { MAX_VERSIONS, Rotation } from '../stream-key/wanted';

/**
 * One of the four steps in which Secrets Manager rotates a secret.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda-functions.html
 */
export interface RotationStep {
  readonly Step: string;
  readonly SecretId: string;
  readonly ClientRequestToken: string;
  /** What shows Secrets Manager that a call is part of this rotation. */
  readonly RotationToken?: string;
}

const MINUTE = 60_000;

/** Carries out a step; a failure is thrown, and Secrets Manager tries the rotation again. */
export async function carryOutStep(step: RotationStep, aws: Aws, patience: Patience): Promise<void> {
  const task: SecretTask = { secretArn: step.SecretId, task: step.Step, reason: RotationReason.ROTATE_SECRET, again: 'Secrets Manager tries it again.' };
  await withSecret(task, aws, patience, (secret) => STEPS[nameOf(step)](step, secret, aws, patience));
}

type Carry = (step: RotationStep, secret: DescribeSecretResponse, aws: Aws, patience: Patience) => Promise<void>;

const STEPS: Record<string, Carry> = {
  /** Does it all: IVS makes the value, and from then on the old one is dead, so that the version is current as soon as it has a value. */
  createsecret: async (step, secret, aws, patience) => {
    // A version that is current, or was, has had its value from an earlier attempt.
    const isPending = isOnlyPending(await requireStaged(step, secret, aws, patience));
    const rotation = isPending ? { ...look(step), expected: true, ...idOf(step) } : look(step);
    const { deferral, channelArn } = await keepStreamKey(aws, patience, (now = secret) => wantedBySecret(now, rotation));
    if (deferral) {
      throw new Deferral(`The stream key of ${channelArn} is not rotated now. ${deferral} Until then Secrets Manager shows a rotation that is not complete.`);
    }
  },

  /** IVS has the value already. */
  setsecret: async () => {},

  /** Also comes alone, with a version that is removed afterwards, when a schedule is made or changed: then it must rotate nothing. */
  testsecret: async (step, secret, aws, patience) => {
    const labels = await requireStaged(step, secret, aws, patience);
    const wanted = wantedBySecret(secret, look(step));
    const isStored = async () => {
      const seen = await observe(aws, wanted);
      return seen.key !== undefined && currentVersionWith(seen.key.arn, readMemory(seen.key.tags) ?? {}, seen) !== undefined;
    };
    const isCurrent = labels.includes('AWSCURRENT');
    // It may not be so yet: a deployment may have deleted the key just now, to make another one.
    if (await patience.until(isStored, isCurrent ? MINUTE : 0) || !isCurrent) return;
    throw new Refusal(`The secret ${secret.ARN} does not hold the stream key that its channel has. The next attempt of the rotation stores it.`);
  },

  /**
   * Leaves AWSPENDING on a version that is current: Secrets Manager takes it off, and would take its absence for a rotation that was not completed.
   * From a version that is not current, because another rotation has come in between, it has to go: it would block every further rotation.
   */
  finishsecret: async (step, secret, aws, patience) => {
    const { ClientRequestToken: id } = step;
    const { secretVersionId } = await keepStreamKey(aws, patience, (now = secret) => wantedBySecret(now, look(step)));
    if (secretVersionId !== id && labelsOf(secret, id).includes('AWSPENDING')) await endPending(aws, patience, secret.ARN!, id);
  },
};

/** What only looks, and rotates nothing. */
function look({ RotationToken }: RotationStep): Rotation {
  const rotationToken = RotationToken && keepSecret(RotationToken);
  return { reason: RotationReason.ROTATE_SECRET, expected: false, versionLimit: MAX_VERSIONS, rotationToken };
}

/**
 * How the key remembers the token. Whoever calls RotateSecret may choose any text for it, and IVS does not take any for a tag:
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

/** The labels of the rotation's version; none if it has lost them since the key was made for it. */
async function requireStaged(step: RotationStep, secret: DescribeSecretResponse, aws: Aws, patience: Patience): Promise<string[]> {
  const { ClientRequestToken: versionId } = step;
  let labels = labelsOf(secret, versionId);
  if (labels.length || await isCarriedOut(step, secret, aws)) return labels;
  const isStaged = async () => {
    labels = labelsOf(await aws.describeSecret(secret.ARN!), versionId);
    return labels.length > 0;
  };
  if (await patience.until(isStaged, LAG)) return labels;
  throw new Refusal(`The secret ${secret.ARN} has no version ${versionId} that is staged for rotation. Start the rotation with "aws secretsmanager rotate-secret".`);
}

/** Whether the channel's key was made for the rotation. */
async function isCarriedOut(step: RotationStep, secret: DescribeSecretResponse, aws: Aws): Promise<boolean> {
  const key = await aws.findStreamKey(wantedBySecret(secret, look(step)).channelArn);
  return key !== undefined && (readMemory(key.tags)?.rotations ?? []).includes(idOf(step).id!);
}
