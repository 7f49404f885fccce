import { createHash } from 'node:crypto';
import type { DescribeSecretResponse } from '@aws-sdk/client-secrets-manager';
import { SecretTask, withSecret } from './rotation-of-secret';
import { wantedBySecret } from './wanted-by-secret';
import { RotationReason } from '../../src/contract/stream-key-contract';
import type { Aws } from '../aws/aws';
import type { Patience } from '../aws/patience';
import { Refusal } from '../report/refusal';
import { keepStreamKey } from '../stream-key/keep';
import { readMemory } from '../stream-key/memory';
import { labelsOf, observe } from '../stream-key/observe';
import { currentVersionWith } from '../stream-key/store';
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
}

const MINUTE = 60_000;

/** What only looks, and rotates nothing. */
const LOOK: Rotation = { reason: RotationReason.ROTATE_SECRET, expected: false, versionLimit: MAX_VERSIONS };

/** Carries out a step; a failure is thrown, and Secrets Manager tries the rotation again. */
export async function carryOutStep(step: RotationStep, aws: Aws, patience: Patience): Promise<void> {
  const task: SecretTask = { secretArn: step.SecretId, task: step.Step, reason: RotationReason.ROTATE_SECRET, again: 'Secrets Manager tries it again.' };
  await withSecret(task, aws, patience, (secret) => STEPS[nameOf(step)](step, secret, aws, patience));
}

type Carry = (step: RotationStep, secret: DescribeSecretResponse, aws: Aws, patience: Patience) => Promise<void>;

const STEPS: Record<string, Carry> = {
  /** Does it all: IVS makes the value, and from then on the old one is dead, so that the version is current as soon as it has a value. */
  createsecret: async ({ ClientRequestToken: id }, secret, aws, patience) => {
    // A version that is current, or was, has had its value from an earlier attempt.
    const isPending = requireStaged(secret, id).every((label) => label === 'AWSPENDING');
    const rotation: Rotation = isPending ? { ...LOOK, expected: true, ...idOf(id) } : LOOK;
    await keepStreamKey(aws, patience, wantedBySecret(secret, rotation));
  },

  /** IVS has the value already. */
  setsecret: async () => {},

  /** Also comes alone, with a version without value, when a schedule is made or changed: then it must rotate nothing. */
  testsecret: async ({ ClientRequestToken: id }, secret, aws, patience) => {
    const labels = requireStaged(secret, id);
    const wanted = wantedBySecret(secret, LOOK);
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
   * Takes AWSPENDING away even from a version that is current: with the next deployment that rotates it no longer would be,
   * and a label that is left on another version than the current one blocks every further rotation.
   */
  finishsecret: async ({ ClientRequestToken: id }, secret, aws, patience) => {
    await keepStreamKey(aws, patience, wantedBySecret(secret, LOOK));
    if (labelsOf(secret, id).includes('AWSPENDING')) await aws.noLongerPending(secret.ARN!, id);
  },
};

/**
 * How the key remembers the token. Whoever calls RotateSecret may choose any text for it, and IVS does not take any for a tag:
 * then the key remembers a digest, and is stored in a version of its own.
 */
function idOf(token: string): Pick<Rotation, 'id' | 'isToken'> {
  return /^[\p{L}\p{N}_.:/=+\-@]*$/u.test(token) ? { id: token, isToken: true } : { id: createHash('sha256').update(token).digest('hex') };
}

/** One page of the documentation spells them create_secret and so on. */
function nameOf({ Step }: RotationStep): string {
  const name = Step.replace('_', '').toLowerCase();
  if (!Object.hasOwn(STEPS, name)) throw new Refusal(`Step must be createSecret, setSecret, testSecret or finishSecret, got: ${Step}.`);
  return name;
}

function requireStaged(secret: DescribeSecretResponse, versionId: string): string[] {
  const labels = labelsOf(secret, versionId);
  if (!labels.length) throw new Refusal(`The secret ${secret.ARN} has no version ${versionId} that is staged for rotation. Start the rotation with "aws secretsmanager rotate-secret".`);
  return labels;
}
