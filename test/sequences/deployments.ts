import * as fc from 'fast-check';
import type { Action, NewAction } from './actions';
import type { KeyProps } from './key-stack';
import type { World } from './world';
import { WhileLive } from '../../src/contract/while-live';

/** A construct of the first deployment, and whether its channel has a key before. */
type FirstKey = Omit<KeyProps, 'id' | 'serial'> & { readonly hasKey: boolean };
/** A change of a construct: undefined takes it out. */
type Change = (before: KeyProps) => KeyProps | undefined;

/** The hours from one scheduled rotation to the next: more than it takes until looks change nothing, whatever the hours of two schedules. */
const SCHEDULE = 12;

const renamed = ({ id }: KeyProps) => `${id}x`;

const CHANGES: Record<string, Change> = {
  'count serial up': (before) => ({ ...before, serial: before.serial + 1 }),
  'count serial down': (before) => ({ ...before, serial: Math.max(0, before.serial - 1) }),
  'rename': (before) => ({ ...before, id: renamed(before) }),
  'rename and count serial up': (before) => ({ ...before, id: renamed(before), serial: before.serial + 1 }),
  'set KEEP': (before) => ({ ...before, whileLive: WhileLive.KEEP }),
  'set DISCONNECT': (before) => ({ ...before, whileLive: WhileLive.DISCONNECT }),
  'set DEFER': (before) => ({ ...before, whileLive: WhileLive.DEFER }),
  'switch rotateAfterStream': (before) => ({ ...before, rotateAfterStream: !before.rotateAfterStream }),
  'switch the schedule': (before) => ({ ...before, rotatedEvery: before.rotatedEvery === undefined ? SCHEDULE : undefined }),
  'take out': () => undefined,
};

/** A stack that can be deployed, without a secret that nothing can be stored in. */
function isDeployable(world: World): boolean {
  return /^[A-Z_]*COMPLETE$/.test(world.stack.deployed.status) && world.keys.every((key, index) => !key || !world.secretOf(index)?.deleted);
}

async function deploy(world: World, index: number, change: (before?: KeyProps) => KeyProps | undefined, fails: boolean): Promise<void> {
  const before = world.keys[index];
  const after = change(before);
  const asked = world.asked[index];
  if (after && (before === undefined || after.serial > before.serial)) asked.serials++;
  if (!after || !before) asked.removals++;
  const wanted = world.keys.map((key, other) => (other === index ? after : key));
  if (await world.stack.deploy(wanted, fails)) world.keys = wanted;
  else if (before && after && before.id !== after.id) asked.undoneRenames++;
  world.noteSecrets();
}

const props = {
  whileLive: fc.constantFrom(WhileLive.KEEP, WhileLive.DISCONNECT, WhileLive.DEFER),
  rotateAfterStream: fc.boolean(),
  reconnectWindow: fc.constantFrom(0, 120),
};

const described = ({ whileLive, rotateAfterStream, reconnectWindow }: Pick<KeyProps, keyof typeof props>) =>
  `${whileLive}${rotateAfterStream ? ', rotateAfterStream' : ''}, ${reconnectWindow} s`;

const propsOf = ({ hasKey: _, ...others }: FirstKey): Omit<KeyProps, 'id' | 'serial'> => others;

const firstDescribed = (key?: FirstKey) =>
  (key ? `(${described(key)}${key.hasKey ? ', on a key' : ''}${key.rotatedEvery ? ', scheduled' : ''})` : 'nothing');

/** The first deployment of a sequence, also on a channel that has a key already. */
export function firstDeployment(newAction: NewAction): fc.Arbitrary<Action> {
  const key = fc.record({ ...props, hasKey: fc.boolean(), rotatedEvery: fc.constantFrom(undefined, undefined, SCHEDULE) });
  return fc.tuple(key, fc.option(key, { nil: undefined })).map((keys) => newAction(
    `deploy ${keys.map(firstDescribed).join(' and ')}`,
    () => true,
    async (world) => {
      keys.forEach((one, index) => { if (one?.hasKey) world.aws.ivs.createStreamKey(world.channels[index].arn, { team: 'sports' }); });
      const wanted = keys.map((one, index) => (one && { id: `Key${index}`, serial: 1, ...propsOf(one) }));
      if (await world.stack.deploy(wanted)) world.keys = wanted;
      world.noteSecrets();
    },
  ));
}

/** Deployments that add, change, rename and take out constructs, some of which are rolled back. */
export function deployments(channel: fc.Arbitrary<number>, newAction: NewAction): fc.Arbitrary<Action>[] {
  const fails = fc.nat({ max: 3 }).map((chance) => chance === 3);
  const added = fc.record({
    index: channel, ...props, fails,
  }).map(({ index, fails: isFailing, ...wanted }) => newAction(
    `deploy ${index} with ${described(wanted)}${isFailing ? ', which fails' : ''}`,
    (world) => isDeployable(world) && world.keys[index] === undefined,
    (world) => deploy(world, index, () => ({ id: `Key${index}`, serial: 1, ...wanted }), isFailing),
  ));
  const parts = { index: channel, change: fc.constantFrom(...Object.keys(CHANGES)), fails };
  const changed = fc.record(parts).map(({ index, change, fails: isFailing }) => newAction(
    `deploy: ${change} of ${index}${isFailing ? ', which fails' : ''}`,
    (world) => isDeployable(world) && world.keys[index] !== undefined,
    (world) => deploy(world, index, (before) => CHANGES[change](before!), isFailing),
  ));
  return [added, changed, changed];
}
