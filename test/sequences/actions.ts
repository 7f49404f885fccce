import * as fc from 'fast-check';
import { BY_HAND, carryOutByHand } from './by-hand';
import { deployments, firstDeployment } from './deployments';
import { faults } from './faults';
import { interruptions } from './interruptions';
import type { World } from './world';

/** One action of a sequence: somebody does something, or time passes. */
export class Action implements fc.AsyncCommand<World, World, false> {
  public wasRun = false;

  constructor(
    private readonly name: string, private readonly isPossible: (world: World) => boolean, private readonly act: (world: World) => Promise<unknown>,
  ) {}

  public check(world: Readonly<World>): boolean {
    return this.isPossible(world as World);
  }

  public async run(world: World): Promise<void> {
    this.wasRun = true;
    world.watch.begin(this.name);
    await this.act(world);
    await world.idle();
  }

  public toString(): string {
    return this.name;
  }
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const TIMES: Record<string, number> = { '10 seconds': 10 * SECOND, '2 minutes': 2 * MINUTE, '20 minutes': 20 * MINUTE, 'an hour': HOUR, '5 hours': 5 * HOUR, '12 hours': 12 * HOUR };

const channel = fc.nat({ max: 1 });

const time = fc.constantFrom(...Object.keys(TIMES)).map((name) => new Action(`wait ${name}`, () => true, (world) => world.pass(TIMES[name])));

const rotation = channel.map((index) => new Action(`rotate ${index} by RotateSecret`, (world) => world.secretOf(index) !== undefined, (world) => world.rotateSecret(index)));

const start = channel.map((index) => new Action(
  `go live on ${index}`, (world) => world.keyOf(index) !== undefined && !world.isLive(index), async (world) => world.aws.ivs.startStream(world.keyOf(index)!.value),
));

const end = fc.record({ index: channel, told: fc.constantFrom('once', 'twice', 'never') }).map(({ index, told }) => new Action(
  `go off the air on ${index}, of which IVS tells ${told}`, (world) => world.isLive(index), (world) => world.endBroadcast(index, told),
));

/** An event of the past: late, repeated, or out of order. */
const lateEvent = fc.nat({ max: 9 }).map((back) => new Action(
  `deliver the event ${back} back once more`, (world) => world.pastEvents.length > back, async (world) => world.deliverAgain(world.pastEvents[world.pastEvents.length - 1 - back]),
));

const change = fc.record({ index: channel, deed: fc.constantFrom(...Object.keys(BY_HAND)), isTold: fc.boolean() });
const byHand = change.map(({ index, deed, isTold }) => new Action(
  `${deed} of ${index} by hand${isTold ? ', with a trail' : ''}`,
  (world) => world.resourceOf(index) !== undefined && BY_HAND[deed].isPossible(world, index),
  (world) => carryOutByHand(world, index, deed, isTold),
));

const newAction: NewAction = (...parts) => new Action(...parts);

/** The first action of a sequence. */
export const FIRST = firstDeployment(newAction);

/** All actions after it. */
export const ACTIONS: fc.Arbitrary<Action>[] = [
  ...deployments(channel, newAction), time, time, rotation, start, end, lateEvent, byHand, byHand,
  faults(newAction), interruptions(channel, newAction),
];

/** Makes an action. */
export type NewAction = (...parts: ConstructorParameters<typeof Action>) => Action;
