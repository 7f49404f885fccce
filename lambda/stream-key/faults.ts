import { decide } from './decide';
import { KeyMemory, readMemory } from './memory';
import type { Observed } from './observe';
import { pendingVersion } from './staging-labels';
import type { WantedStreamKey } from './wanted';
import { RotationReason } from '../../src/contract/rotation-reason';
import { FUNCTION_TIMEOUT } from '../../src/contract/timeouts';

/** What is wrong with a stream key and its secret. */
export interface Diagnosis {
  /** What the handler can put right, in the words of the log. */
  readonly faults: string[];
  /** Why nothing may be done. */
  readonly refusal?: string;
  /** Whether a rotation is due. */
  readonly isDue: boolean;
}

/** What a look at a key shows. */
export type Look = Pick<Observed, 'key' | 'channel' | 'secret' | 'at'>;

/** A rotation of Secrets Manager that will not end by itself. */
export const DEAD_ROTATION = 'a rotation has died';

/** A replica that does not follow the secret. */
export const FAILED_REPLICA = 'a replica has failed';

/** The milliseconds without any change of the secret after which a rotation that has not ended counts as dead. */
const ROTATION_LIFETIME = 3_600_000;

/** Compares what a look shows with what is wanted. */
export function diagnose(look: Look, wanted: WantedStreamKey): Diagnosis {
  // Without a key, the first policy refuses a secret that is scheduled for deletion.
  const decision = decide({ ...look, key: look.secret.DeletedDate ? undefined : look.key, versions: [] }, wanted);
  if (decision.action === 'refuse') return { faults: [], refusal: decision.message, isDue: false };
  return { faults: [...faultsBy(decision, look), ...faultsOfSecret(look)], isDue: decision.action === 'rotate' };
}

/** Whether another run may be at it: what looks like a fault may be one of its steps. */
export function isUnderWay(look: Look): boolean {
  return isRotating(look) || isBeingFinished(look);
}

/** Whether the run that made the key may still be about to store it, or to finish. The event of the store brings a look at once. */
function isBeingFinished({ key, at }: Look): boolean {
  const { unfinished, created } = (key && readMemory(key.tags)) ?? {};
  return unfinished !== undefined && created !== undefined && at.getTime() - Date.parse(created) < FUNCTION_TIMEOUT * 1000;
}

/** Whether a rotation of Secrets Manager is under way. */
function isRotating({ key, secret, at }: Look): boolean {
  return isPending(secret, key && readMemory(key.tags)) && at.getTime() - (secret.LastChangedDate?.getTime() ?? 0) < ROTATION_LIFETIME;
}

function faultsBy(decision: ReturnType<typeof decide>, { key }: Look): string[] {
  switch (decision.action) {
    case 'create':
      return ['the channel has no stream key'];
    case 'wait':
      return ['the secret does not hold the stream key'];
    case 'keep':
      return [
        ...(decision.tags.sets || decision.tags.removed.length ? [readMemory(key!.tags) ? 'the stream key has other tags' : 'nobody owns the stream key'] : []),
        ...(decision.stored ? [] : ['the secret does not hold the stream key']),
        ...(decision.memory.unfinished ? ['a rotation is not finished'] : []),
      ];
    default:
      return [];
  }
}

function faultsOfSecret(look: Look): string[] {
  const { key, secret: { ReplicationStatus = [] } } = look;
  return [
    ...(isPending(look.secret, key && readMemory(key.tags)) && !isRotating(look) ? [DEAD_ROTATION] : []),
    ...(ReplicationStatus.some(({ Status }) => Status === 'Failed') ? [FAILED_REPLICA] : []),
  ];
}

/** Whether a version waits for a key, other than that of a rotation that is deferred. */
function isPending(secret: Look['secret'], memory?: KeyMemory): boolean {
  const pending = pendingVersion(secret);
  const { reason, id } = memory?.due ?? {};
  return pending !== undefined && !(reason === RotationReason.ROTATE_SECRET && id === pending);
}
