import { decide, POLICIES } from '../../lambda/stream-key/decide';
import type { Decision } from '../../lambda/stream-key/decision';
import { KeyMemory, readMemory, secretDigest, writeMemory } from '../../lambda/stream-key/memory';
import type { Observed } from '../../lambda/stream-key/observe';
import { versionIds } from '../../lambda/stream-key/secret-version';
import { Deployment, MAX_VERSIONS, Rotation, WantedStreamKey } from '../../lambda/stream-key/wanted';
import { RotationReason } from '../../src/contract/rotation-reason';
import { KeyTag, MAX_TAGS } from '../../src/contract/tags';
import { WhileLive } from '../../src/contract/while-live';

/** Everything that a decision depends on. */
const DIMENSIONS = {
  key: ['none', 'ours', 'of another name of ours', 'of another stack', 'unmanaged', 'of CloudFormation'],
  serial: ['lower', 'equal', 'higher'],
  due: ['nothing', 'Deployment', 'RotateSecret', 'StreamEnd'],
  live: [true, false],
  secret: ['right', 'empty', 'wrong', 'just overwritten', 'scheduled for deletion', 'full'],
  predecessor: [true, false],
  holder: ['this secret', 'another secret'],
  vanished: [true, false],
  wish: ['create', 'update', 'move', 'RotateSecret', 'look', 'stream end'],
  retained: [true, false],
  whileLive: [WhileLive.KEEP, WhileLive.DISCONNECT, WhileLive.DEFER],
} as const;

type State = { readonly [name in keyof typeof DIMENSIONS]: (typeof DIMENSIONS)[name][number] };
/** For each dimension, the values that a row is about; all of them if it does not name the dimension. */
type Pattern = { readonly [name in keyof State]?: readonly State[name][] } & { readonly rotation?: readonly ('asked' | 'due' | 'none')[] };

const DEPLOYMENTS = ['create', 'update', 'move'] as const;
const ROTATIONS = ['RotateSecret', 'look', 'stream end'] as const;

/** What happens and why, the policy that says so, and the states it is about: of several rows that fit, the first one holds. */
const ROWS: [happens: string, policy: string, states: Pattern][] = [
  ['no key is created that could not be stored', 'refuseSecretScheduledForDeletion', { key: ['none'], secret: ['scheduled for deletion'] }],
  ['a rotation leaves a key that is being deleted to the caller that deletes it', 'waitForOtherCaller', { key: ['none'], vanished: [true], wish: ROTATIONS }],
  ['a Create makes a key', 'createFirstKey', { key: ['none'], wish: ['create'] }],
  ['an empty secret gets a key', 'createFirstKey', { key: ['none'], secret: ['empty'] }],
  ['a key that the secret has held is replaced, which is a rotation', 'replaceLostKey', { key: ['none'] }],

  ['the key of another stack is not touched', 'refuseKeyOfAnotherStack', { key: ['of another stack'] }],
  ['the old name does not rotate the key of the new one', 'refuseKeyOfAnotherResource', { key: ['of another name of ours'], wish: ROTATIONS }],
  ['a rename does not rotate', 'refuseRenameWithRotation', { key: ['of another name of ours'], serial: ['lower'] }],
  ['a secret that no longer holds the key does not rotate it', 'refuseKeyInAnotherSecret', { key: ['ours'], holder: ['another secret'], wish: ROTATIONS }],
  ['a key that CloudFormation may delete is not adopted', 'refuseKeyOfCloudFormation', { key: ['of CloudFormation'] }],

  ['a key whose successor cannot be stored is not rotated', 'refuseSecretScheduledForDeletion', { secret: ['scheduled for deletion'], rotation: ['asked', 'due'] }],
  ['a secret that takes no value is not written', 'refuseSecretScheduledForDeletion', { secret: ['scheduled for deletion'], wish: ['move'] }],
  ['a key that may have been replaced is not stored', 'waitForSuccessor', { secret: ['just overwritten'], wish: ['create', 'update', ...ROTATIONS] }],
  ['nothing asks for a rotation', 'keepWithoutReason', { rotation: ['none'] }],
  ['a rename only takes the key over', 'keepDuringRename', { key: ['of another name of ours'] }],
  ['a rename that is repeated does not rotate', 'keepDuringRename', { key: ['ours'], predecessor: [true], wish: ['create', 'move'] }],
  ['a rotation waits until a rename cannot be rolled back', 'deferDuringRename', { key: ['ours'], predecessor: [true], wish: ROTATIONS }],
  ['DEFER waits for the end of the broadcast', 'deferWhileLive', { live: [true], whileLive: [WhileLive.DEFER] }],
  ['the end of one broadcast does not rotate during the next', 'deferWhileLive', { live: [true], wish: ['stream end'] }],
  ['a deferred rotation does not stop the next broadcast', 'deferWhileLive', { live: [true], rotation: ['due'], whileLive: [WhileLive.DISCONNECT] }],
  ['a deferred rotation at the end of a stream waits for the end of the next', 'deferWhileLive', { live: [true], rotation: ['due'], due: ['StreamEnd'] }],
  ['a key is not deleted when its successor finds no room', 'refuseFullSecret', { secret: ['full'] }],
  ['everything else rotates', 'rotate', {}],
];

const NOW = new Date('2026-11-26T12:00:00.000Z');
const HOUR = 3_600_000;
const [OWNER, SECRET_ARN, SERIAL] = [{ stack: 'arn:stack/Ours', resource: 'Live' }, 'arn:secret', 5];
const CHANNEL = { arn: 'arn:aws:ivs:us-east-1:123456789012:channel/abc', ingestEndpoint: 'ingest.example.com' };
const KEY_ARN = 'arn:aws:ivs:us-east-1:123456789012:stream-key/abc';
const REASONS = { Deployment: RotationReason.DEPLOYMENT, RotateSecret: RotationReason.ROTATE_SECRET, StreamEnd: RotationReason.STREAM_END };

describe('a decision', () => {
  test('is the one that the table names, in every state', () => {
    const used = new Map<string, number>();
    const wrong: string[] = [];
    for (const state of allStates()) {
      const [happens, policy] = ROWS.find(([, , pattern]) => fits(state, pattern))!;
      used.set(happens, (used.get(happens) ?? 0) + 1);
      const decided = decide(observed(state), wanted(state)).policy;
      if (decided !== policy) wrong.push(`${decided}, not ${policy} (${happens}): ${JSON.stringify(state)}`);
    }

    expect(wrong.slice(0, 5)).toEqual([]);
    expect(ROWS.map(([happens]) => happens).filter((happens) => !used.has(happens))).toEqual([]);
  });

  test('is made by a policy of the table, but for the number of tags', () => {
    const named = new Set(ROWS.map(([, policy]) => policy));

    expect([...POLICIES.withoutKey, ...POLICIES.withKey].filter((policy) => !named.has(policy))).toEqual(['refuseTooManyTags']);
  });

  test('that is carried out is not made again', () => {
    const repeated: string[] = [];
    for (const state of allStates()) {
      const [before, wish] = [observed(state), wanted(state)];
      const first = decide(before, wish);
      if (!['create', 'keep', 'rotate'].includes(first.action)) continue;
      // A rename only takes the key over; the next request carries out what was deferred before.
      if (first.policy === 'keepDuringRename') continue;
      const second = decide(carriedOut(before, wish, first), wish);
      const isDone = second.action === 'keep' && !second.tags.sets && !second.tags.removed.length && (second.stored || wish.deployment?.changesSecret);
      if (!isDone) repeated.push(`${first.policy}, then ${second.policy}: ${JSON.stringify(state)}`);
    }

    expect(repeated.slice(0, 5)).toEqual([]);
  });

  test('to rotate ends with a key that satisfies the serial and remembers the rotation', () => {
    for (const state of allStates().filter(({ key }) => key === 'ours')) {
      const wish = wanted(state);
      const decision = decide(observed(state), wish);
      if (decision.action !== 'rotate') continue;
      const { successor, reason } = decision;
      expect(successor.serial).toBeGreaterThanOrEqual(SERIAL);
      expect(successor.owner).toEqual(OWNER);
      expect(successor.unfinished).toEqual({ reason, disconnects: wish.whileLive === WhileLive.DISCONNECT });
      if (wish.rotation.id) expect(successor.rotations).toContain(wish.rotation.id);
    }
  });

  test('refuses a rotation after which the key would have more tags than IVS accepts', () => {
    const state: State = {
      key: 'ours',
      serial: 'lower',
      due: 'nothing',
      live: false,
      secret: 'right',
      predecessor: false,
      holder: 'this secret',
      vanished: false,
      wish: 'update',
      retained: false,
      whileLive: WhileLive.KEEP,
    };
    const { key, ...rest } = observed(state);
    const others = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`tag-${index}`, '']));
    const withTags = (count: number) => decide({ ...rest, key: { ...key!, tags: { ...key!.tags, ...others(count) } } }, wanted(state));
    // Of a successor: stack, resource, serial, secret, origin, created, unfinished.
    const room = MAX_TAGS - 7;

    expect(withTags(room).policy).toBe('rotate');
    expect(withTags(room + 1)).toMatchObject({ policy: 'refuseTooManyTags', message: expect.stringContaining(`${MAX_TAGS + 1} tags, and IVS accepts ${MAX_TAGS}`) });
  });
});

/** Every combination, without those that only differ in what the others make meaningless. */
function allStates(): State[] {
  let states: Partial<State>[] = [{}];
  for (const [name, values] of Object.entries(DIMENSIONS)) states = states.flatMap((state) => values.map((value) => ({ ...state, [name]: value })));
  return (states as State[]).filter((state) => {
    const { key, serial, due, predecessor, holder, vanished, wish, retained } = state;
    const isManaged = ['ours', 'of another name of ours', 'of another stack'].includes(key);
    if (!isManaged && (serial !== 'equal' || due !== 'nothing' || predecessor || holder === 'another secret')) return false;
    return (key === 'none' || !vanished) && (isDeployment(wish) || !retained);
  });
}

function isDeployment(wish: State['wish']): boolean {
  return DEPLOYMENTS.some((type) => type === wish);
}

function fits(state: State, { rotation = ['asked', 'due', 'none'], ...pattern }: Pattern): boolean {
  const isAbout = ([name, values]: [string, readonly unknown[]]) => values.includes(state[name as keyof State]);
  return rotation.includes(rotationIn(state)) && Object.entries(pattern).every(isAbout);
}

/** Whether the wish asks for a rotation, one was deferred before, or neither. */
function rotationIn({ serial, wish, due }: State): 'asked' | 'due' | 'none' {
  if (serial === 'lower' || wish === 'RotateSecret' || wish === 'stream end') return 'asked';
  return due === 'RotateSecret' || due === 'StreamEnd' ? 'due' : 'none';
}

function wanted({ wish, retained, whileLive }: State): WantedStreamKey {
  const type = DEPLOYMENTS.find((deployment) => deployment === wish);
  const deployment: Deployment | undefined = type && {
    type, requested: NOW, serialBefore: type === 'update' ? SERIAL : undefined, isRetained: retained, changesSecret: type === 'move',
  };
  const rotations: Record<State['wish'], Partial<Rotation>> = {
    'create': { reason: RotationReason.DEPLOYMENT },
    'update': { reason: RotationReason.DEPLOYMENT },
    'move': { reason: RotationReason.DEPLOYMENT },
    'RotateSecret': { reason: RotationReason.ROTATE_SECRET, id: 'token', isToken: true },
    'look': { reason: RotationReason.ROTATE_SECRET },
    'stream end': { reason: RotationReason.STREAM_END, id: 'st-ended', unlessMadeAfter: NOW.toISOString() },
  };
  return {
    owner: OWNER,
    channelArn: CHANNEL.arn,
    secretArn: SECRET_ARN,
    serial: SERIAL,
    tags: {},
    unwantedTags: [],
    whileLive: wish === 'stream end' ? WhileLive.DEFER : whileLive,
    rotation: { versionLimit: MAX_VERSIONS, ...rotations[wish] } as Rotation,
    deployment,
  };
}

function observed(state: State): Observed {
  const key = state.key === 'none' ? undefined : {
    arn: KEY_ARN,
    tags: memoryOf(state) ? writeMemory(memoryOf(state)!) : {},
    madeFor: state.key === 'of CloudFormation' ? { stack: OWNER.stack, logicalId: 'StreamKey' } : undefined,
  };
  const [holds] = versionIds(KEY_ARN, memoryOf(state) ?? {}, { channel: CHANNEL });
  const current = { 'right': holds, 'empty': undefined, 'wrong': 'other', 'just overwritten': 'other', 'scheduled for deletion': holds, 'full': holds }[state.secret];
  const age = state.secret === 'just overwritten' ? 1000 : 48 * HOUR;
  const versions = current ? [{ VersionId: current, CreatedDate: new Date(NOW.getTime() - age), VersionStages: ['AWSCURRENT'] }] : [];
  const filling = state.secret === 'full' ? Array.from({ length: MAX_VERSIONS }, (_, index) => ({ VersionId: `v${index}`, CreatedDate: NOW })) : [];
  return {
    key,
    channel: CHANNEL,
    stream: state.live ? { id: 'st-live', startTime: new Date(NOW.getTime() - HOUR) } : undefined,
    secret: {
      ARN: SECRET_ARN,
      VersionIdsToStages: {
        ...(current ? { [current]: ['AWSCURRENT'] } : {}),
        ...(state.secret === 'just overwritten' ? { [holds]: ['AWSPREVIOUS'] } : {}),
        ...(state.wish === 'RotateSecret' ? { token: ['AWSPENDING'] } : {}),
      },
      DeletedDate: state.secret === 'scheduled for deletion' ? NOW : undefined,
    },
    versions: [...versions, ...filling],
    at: NOW,
    vanished: state.vanished ? NOW : undefined,
  };
}

function memoryOf({ key, serial, due, predecessor, holder }: State): KeyMemory | undefined {
  const owners: Partial<Record<State['key'], KeyMemory['owner']>> = {
    'ours': OWNER,
    'of another name of ours': { ...OWNER, resource: 'OldName' },
    'of another stack': { stack: 'arn:stack/Theirs', resource: 'Live' },
  };
  const owner = owners[key];
  return owner && {
    owner,
    serial: SERIAL + { lower: -1, equal: 0, higher: 1 }[serial],
    secret: secretDigest(holder === 'this secret' ? SECRET_ARN : 'arn:another-secret'),
    origin: 'created',
    predecessor: predecessor ? 'Before' : undefined,
    due: due === 'nothing' ? undefined : { reason: REASONS[due], id: due === 'Deployment' ? String(SERIAL) : 'earlier' },
  };
}

/** What there is to be seen once a decision is carried out. */
function carriedOut(before: Observed, { secretArn }: WantedStreamKey, decision: Decision): Observed {
  const isNew = decision.action !== 'keep';
  const arn = isNew ? `${KEY_ARN}2` : KEY_ARN;
  const tags = decision.action === 'keep' ? decision.tags.result
    : decision.action === 'create' ? writeMemory({ ...decision.memory, created: NOW.toISOString() })
      : decision.action === 'rotate' ? writeMemory({ ...decision.successor, created: NOW.toISOString() }) : {};
  delete tags[KeyTag.UNFINISHED];
  const [id] = versionIds(arn, readMemory(tags)!, before);
  const version = { VersionId: id, CreatedDate: NOW, VersionStages: ['AWSCURRENT'] };
  return {
    ...before,
    key: { arn, tags },
    secret: { ARN: secretArn, VersionIdsToStages: { [id]: ['AWSCURRENT'] } },
    versions: [...before.versions.map(({ VersionStages: _, ...other }) => other), version],
    vanished: undefined,
  };
}
