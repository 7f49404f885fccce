import * as fc from 'fast-check';
import type { Action, NewAction } from './actions';
import { BY_HAND, carryOutByHand } from './by-hand';
import { OPERATIONS } from './faults';
import type { World } from './world';

type Deed = [isPossible: (world: World, index: number) => boolean, carryOut: (world: World, index: number) => Promise<unknown>];

const DEEDS: Record<string, Deed> = {
  'the encoder comes': [
    (world, index) => !world.isLive(index) && world.canPublish(index), async (world, index) => world.aws.ivs.startStream(world.keyOf(index)!.value),
  ],
  'the encoder goes': [(world, index) => world.isLive(index), (world, index) => world.endBroadcast(index, 'once')],
};
for (const deed of ['delete the key', 'replace the key', 'take all tags off the key', 'overwrite the secret', 'take all tags off the secret']) {
  DEEDS[`somebody comes to ${deed}`] = [
    (world, index) => world.resourceOf(index) !== undefined && BY_HAND[deed].isPossible(world, index),
    (world, index) => {
      world.asked[index].collisions++;
      return carryOutByHand(world, index, deed, true);
    },
  ];
}

/** Something that comes between two calls of the handler. */
export function interruptions(channel: fc.Arbitrary<number>, newAction: NewAction): fc.Arbitrary<Action> {
  const parts = {
    index: channel,
    operation: fc.constantFrom(...OPERATIONS),
    when: fc.constantFrom('before', 'after'),
    name: fc.constantFrom(...Object.keys(DEEDS)),
    skip: fc.nat({ max: 2 }),
  };
  return fc.record(parts).map(({ index, operation, when, name, skip }) => newAction(
    `prepare that ${name} of ${index} ${when} ${operation}${skip ? `, call ${skip + 1}` : ''}`,
    (world) => !world.hasFaultAhead,
    async (world) => {
      const [isPossible, carryOut] = DEEDS[name];
      world.prepareFault({ operation, when, skip, effect: async () => { if (isPossible(world, index)) await carryOut(world, index); } });
    },
  ));
}
