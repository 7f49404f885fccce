import { WhileLive } from '../../src/contract/while-live';

/** Everything that a decision depends on. */
export const DIMENSIONS = {
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

export type State = { readonly [name in keyof typeof DIMENSIONS]: (typeof DIMENSIONS)[name][number] };
/** For each dimension, the values that a row is about; all of them if it does not name the dimension. */
export type Pattern = { readonly [name in keyof State]?: readonly State[name][] } & { readonly rotation?: readonly ('asked' | 'due' | 'none')[] };

export const DEPLOYMENTS = ['create', 'update', 'move'] as const;
const ROTATIONS = ['RotateSecret', 'look', 'stream end'] as const;

/** What happens and why, the policy that says so, and the states it is about: of several rows that fit, the first one holds. */
export const ROWS: [happens: string, policy: string, states: Pattern][] = [
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
  ['the key stays, as nothing asks for a rotation', 'keepWithoutReason', { rotation: ['none'] }],
  ['a rename only takes the key over', 'keepDuringRename', { key: ['of another name of ours'] }],
  ['a rename that is repeated does not rotate', 'keepDuringRename', { key: ['ours'], predecessor: [true], wish: ['create', 'move'] }],
  ['a rotation waits until a rename cannot be rolled back', 'deferDuringRename', { key: ['ours'], predecessor: [true], wish: ROTATIONS }],
  ['DEFER waits for the end of the broadcast', 'deferWhileLive', { live: [true], whileLive: [WhileLive.DEFER] }],
  ['the end of one broadcast does not rotate during the next', 'deferWhileLive', { live: [true], wish: ['stream end'] }],
  ['a deferred rotation does not stop the next broadcast', 'deferWhileLive', { live: [true], rotation: ['due'], whileLive: [WhileLive.DISCONNECT] }],
  ['a deferred rotation at the end of a stream waits for the end of the next', 'deferWhileLive', { live: [true], rotation: ['due'], due: ['StreamEnd'] }],
  ['a key is not deleted when its successor finds no room', 'refuseFullSecret', { secret: ['full'] }],
  ['the key is rotated', 'rotate', {}],
];

/** The table as docs/decisions-of-the-handler.md has it. */
export function decisionTable(): string {
  const shown = (values: readonly unknown[]) => values.map((value) => (value === true ? 'yes' : value === false ? 'no' : value)).join(', ');
  const rows = ROWS.map(([happens, policy, pattern], index) => {
    const state = Object.entries(pattern).map(([name, values]) => `${NAMES[name as keyof Pattern]}: ${shown(values)}`).join('; ');
    return `| ${index + 1} | ${state || 'any other'} | ${happens} | \`${policy}\` |`;
  });
  return ['| | If | Then | Policy |', '|---|---|---|---|', ...rows].join('\n');
}

const NAMES: Record<keyof Pattern, string> = {
  key: 'key',
  serial: 'serial of the key',
  due: 'deferred',
  live: 'live',
  secret: 'secret',
  predecessor: 'rename under way',
  holder: 'key is kept in',
  vanished: 'key was seen before',
  wish: 'request',
  retained: 'retained',
  whileLive: '`whileLive`',
  rotation: 'rotation',
};
