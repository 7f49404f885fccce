import * as fs from 'node:fs';
import * as path from 'node:path';
import { decisionTable, DEPLOYMENTS, DIMENSIONS, Pattern, ROWS, State } from './decision-table';
import { decide, POLICIES } from '../../lambda/stream-key/decide';
import type { Decision } from '../../lambda/stream-key/decision';
import { KeyMemory, readMemory, secretDigest, writeMemory } from '../../lambda/stream-key/memory';
import type { Observed } from '../../lambda/stream-key/observe';
import { versionIds } from '../../lambda/stream-key/secret-version';
import { Deployment, MAX_VERSIONS, Rotation, WantedStreamKey } from '../../lambda/stream-key/wanted';
import { RotationReason } from '../../src/contract/rotation-reason';
import { KeyTag, MAX_TAGS } from '../../src/contract/tags';
import { WhileLive } from '../../src/contract/while-live';

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

  test('is explained in docs/decisions-of-the-handler.md', () => {
    const page = fs.readFileSync(path.join(__dirname, '..', '..', 'docs', 'decisions-of-the-handler.md'), 'utf8');

    // `npm run docs:decisions` writes the table.
    expect(page).toContain(decisionTable());
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
    type, isReturn: false, requested: NOW, serialBefore: type === 'update' ? SERIAL : undefined, isRetained: retained, changesSecret: type === 'move',
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
