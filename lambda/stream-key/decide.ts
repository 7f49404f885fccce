import type { Create, Decision, Keep } from './decision';
import { deferred, withoutRolledBack } from './due';
import { isSameOwner, KeyMemory, readMemory, secretDigest, writeMemory } from './memory';
import { currentVersion, Observed } from './observe';
import { overtakenKey } from './overtaken-key';
import { claimed, keyInAnotherSecret, keyOfAnotherResource, keyOfAnotherStack, keyOfCloudFormation, renameWithRotation } from './ownership';
import { askedRotation, reasonToRotate } from './rotation-reason';
import { currentVersionWith, stayingVersions } from './secret-version';
import { pendingVersion } from './staging-labels';
import { successorOf } from './successor';
import { inheritedTags, tagChanges } from './tag-changes';
import type { WantedStreamKey } from './wanted';
import { RotationReason } from '../../src/contract/rotation-reason';
import { MAX_TAGS } from '../../src/contract/tags';
import { WhileLive } from '../../src/contract/while-live';
import type { StreamKey } from '../aws/ivs';

/** A decision, and the policy that made it. */
export type Decided = Decision & { readonly policy: string };

/** Decides by the first policy that applies. */
export function decide(observed: Observed, wanted: WantedStreamKey): Decided {
  const { key } = observed;
  return key ? first(WITH_KEY, presentKey(observed, wanted, key)) : first(WITHOUT_KEY, { observed, wanted });
}

interface MissingKey {
  readonly observed: Observed;
  readonly wanted: WantedStreamKey;
}

interface PresentKey extends MissingKey {
  readonly key: StreamKey;
  /** The key's memory once it is ours. */
  readonly memory: KeyMemory;
  /** The reason for which the request asks for a rotation. */
  readonly asked?: RotationReason;
  /** The reason for a rotation, asked for now or deferred before. */
  readonly reason?: RotationReason;
  /** The id of the current version if it holds the key. */
  readonly stored?: string;
}

type Policy<State> = (state: State) => Decision | undefined;

const WITHOUT_KEY: Record<string, Policy<MissingKey>> = {
  refuseSecretScheduledForDeletion: ({ observed, wanted }) => refuseIfScheduledForDeletion(observed, wanted),

  /** A Delete beside this rotation, whose secret CloudFormation is about to delete, or a deployment that has a successor in a moment. */
  waitForOtherCaller: ({ observed: { vanished, at }, wanted }) => {
    const until = new Date((vanished?.getTime() ?? 0) + OTHER_CALLER);
    return !wanted.deployment && until > at ? { action: 'wait', until } : undefined;
  },

  /** A value that a user-supplied secret had before its construct is not a lost key. */
  createFirstKey: ({ observed, wanted }) => {
    if (wanted.deployment?.type !== 'create' && currentVersion(observed.secret)) return undefined;
    const key = newKey(wanted);
    const { rotations, content } = successorOf(key.memory, wanted, observed, wanted.rotation.reason);
    return wanted.rotation.id === undefined ? key : { ...key, memory: { ...key.memory, rotations, content } };
  },

  replaceLostKey: ({ observed, wanted }) => {
    const { reason } = wanted.rotation;
    const key = newKey(wanted);
    return { ...key, reason, memory: successorOf(key.memory, wanted, observed, reason) };
  },
};

const WITH_KEY: Record<string, Policy<PresentKey>> = {
  refuseKeyOfAnotherStack: ({ wanted, key }) => keyOfAnotherStack(wanted, key),
  refuseKeyOfAnotherResource: ({ wanted, key }) => keyOfAnotherResource(wanted, key),
  refuseRenameWithRotation: ({ wanted, key }) => renameWithRotation(wanted, key),
  refuseKeyInAnotherSecret: ({ wanted, key }) => keyInAnotherSecret(wanted, key),
  refuseKeyOfCloudFormation: ({ wanted, key }) => keyOfCloudFormation(wanted, key),

  refuseSecretScheduledForDeletion: ({ observed, wanted, reason, stored }) =>
    (reason || !stored ? refuseIfScheduledForDeletion(observed, wanted) : undefined),

  waitForSuccessor: ({ observed, wanted, key, memory }) => overtakenKey(wanted, key, memory, observed),

  keepWithoutReason: (state) => (state.reason ? undefined : keep(state)),

  /** A roll-back could not undo a rotation. */
  keepDuringRename: (state) => {
    const { wanted, memory } = state;
    return wanted.deployment && (memory.predecessor || isTakenOver(state)) ? keep(state) : undefined;
  },

  deferDuringRename: (state) => {
    if (!state.memory.predecessor) return undefined;
    return defer(state, `because the construct is being renamed, which a roll-back could not undo. It is carried out ${LATER} that comes after the rename.`);
  },

  deferWhileLive: (state) => {
    const { observed, wanted: { whileLive }, asked } = state;
    const defersAlways = whileLive === WhileLive.DEFER;
    if (!observed.stream || !(defersAlways || (!asked && waitsForStreamEnd(state)))) return undefined;
    return defer(state, `because the channel is live. It is carried out ${defersAlways ? 'when the broadcast ends, or ' : ''}${LATER} that finds the channel offline.`);
  },

  /** A key whose successor cannot be stored must not be deleted. */
  refuseFullSecret: (state) => {
    const { wanted: { channelArn, secretArn, rotation }, reason } = state;
    const count = countVersions(state);
    if (count < rotation.versionLimit) return undefined;
    return refuse(`The stream key of ${channelArn} is not rotated: the secret ${secretArn} got ${count} versions within 24 hours, `
      + 'and Secrets Manager keeps about 100 and removes none that is younger. The key stays as it is; rotate it less often.', reason);
  },

  /** A key whose successor IVS would refuse for its tags must not be deleted. An adopted key may have more than a construct. */
  refuseTooManyTags: ({ observed, wanted, key, memory, reason }) => {
    const successor = successorOf(memory, wanted, observed, reason!);
    const count = Object.keys({ ...inheritedTags(tagChanges(key, wanted, memory).result), ...writeMemory({ ...successor, created: '' }) }).length;
    if (count <= MAX_TAGS) return undefined;
    return refuse(`The stream key of ${wanted.channelArn} is not rotated: its successor would have ${count} tags, and IVS accepts ${MAX_TAGS}. `
      + 'Take some off the key with "aws ivs untag-resource". The key stays as it is.', reason);
  },

  rotate: ({ observed, wanted, key, memory, reason }) => ({
    action: 'rotate', reason: reason!, key, memory, tags: tagChanges(key, wanted, memory), successor: successorOf(memory, wanted, observed, reason!),
  }),
};

/** The names of all policies, in their order. */
export const POLICIES = { withoutKey: Object.keys(WITHOUT_KEY), withKey: Object.keys(WITH_KEY) };

const LATER = 'by the next scheduled rotation or change of the construct\'s props';
/** The milliseconds that another caller, which has deleted the key, has for the rest of its work. */
const OTHER_CALLER = 10_000;

function first<State>(policies: Record<string, Policy<State>>, state: State): Decided {
  for (const [policy, apply] of Object.entries(policies)) {
    const decision = apply(state);
    if (decision) return { ...decision, policy };
  }
  throw new Error('no policy applies');
}

function presentKey(observed: Observed, wanted: WantedStreamKey, key: StreamKey): PresentKey {
  const memory = withoutRolledBack(claimed(wanted, key), wanted);
  const stored = wanted.deployment?.changesSecret ? undefined : currentVersionWith(key.arn, memory, observed);
  return { observed, wanted, key, memory, asked: askedRotation(wanted, memory), reason: reasonToRotate(wanted, memory), stored };
}

function newKey({ owner, serial, secretArn, tags, recoveredTags, deployment }: WantedStreamKey): Create {
  const origin = deployment?.isRetained ? 'retained' : 'created';
  return { action: 'create', tags: recoveredTags ?? tags, memory: { owner, serial, secret: secretDigest(secretArn), origin } };
}

function keep({ wanted, key, memory, stored }: PresentKey): Keep {
  return { action: 'keep', key, memory, tags: tagChanges(key, wanted, memory), stored };
}

/** Keeps the key, and has it remember the rotation. */
function defer(state: PresentKey, because: string): Keep {
  const { wanted, memory, asked } = state;
  const remark = `The rotation is due, and waits, ${because}`;
  return {
    ...keep({ ...state, memory: { ...memory, due: deferred(memory, wanted, asked) } }),
    deferral: { asked, isRepeated: memory.due !== undefined, remark },
  };
}

function isTakenOver({ wanted, key }: PresentKey): boolean {
  const before = readMemory(key.tags);
  return before !== undefined && !isSameOwner(before.owner, wanted.owner);
}

/** A rotation that has waited for the end of one broadcast neither stops the next one nor deletes its key. */
function waitsForStreamEnd({ wanted, memory }: PresentKey): boolean {
  return wanted.whileLive === WhileLive.DISCONNECT || memory.due?.reason === RotationReason.STREAM_END;
}

/** It does not list the version of a rotation under way while that has no value. */
function countVersions({ observed: { secret, versions, at }, wanted: { rotation }, stored }: PresentKey): number {
  const staying = stayingVersions(versions, at);
  const isPendingAnother = ![undefined, rotation.id].includes(pendingVersion(secret));
  // To prove that a secret with a KMS key can be written, the present key may have to be stored first.
  return staying + (isPendingAnother ? 1 : 0) + (secret.KmsKeyId && !stored ? 1 : 0);
}

function refuseIfScheduledForDeletion({ secret: { DeletedDate } }: Observed, { secretArn }: WantedStreamKey): Decision | undefined {
  return DeletedDate && refuse(`The secret ${secretArn} is scheduled for deletion (${DeletedDate.toISOString()}). `
    + `Restore it with "aws secretsmanager restore-secret --secret-id ${secretArn}" and deploy again.`);
}

function refuse(message: string, reason?: RotationReason): Decision {
  return { action: 'refuse', message, reason };
}
