import { randomBytes } from 'node:crypto';
import type { Broadcaster } from './broadcaster';
import { callAs } from './caller';
import type { Clients } from './clients';
import { Context, NotObserved, Observation, Paces, Reading } from './observation';
import { ObserveStack } from './stack';
import { Waiting } from './waiting';

/** The result of one observation, as it goes into the JSON file. */
export interface Result {
  readonly id: string;
  readonly question: string;
  readonly outcome: 'observed' | 'not observed';
  /** What was seen, or why nothing was. */
  readonly seen: string;
  readonly reading?: Reading;
  readonly evidence?: Record<string, unknown>;
  readonly seconds: number;
}

export interface RunOptions {
  readonly clients: Clients;
  readonly region: string;
  readonly replicaRegion: string;
  readonly observations: readonly Observation[];
  readonly paces: Paces;
  readonly broadcaster?: Broadcaster;
  /** Interrupts the run; what it has made is removed all the same. */
  readonly signal: AbortSignal;
  /** Hears of the progress. */
  readonly say: (text: string) => void;
}

/** For AWS: every wait together stays under an hour. */
export const PACES: Paces = {
  lag: { every: 250, longest: 60_000 },
  permission: { every: 2000, longest: 180_000 },
  rotation: { every: 5000, longest: 30 * 60_000 },
  trail: { every: 30_000, longest: 20 * 60_000 },
  stack: { every: 3000, longest: 15 * 60_000 },
  rounds: 5,
};

/** A stack must have a resource, and not every observation needs one. */
const NEVER_EMPTY = { Handle: { Type: 'AWS::CloudFormation::WaitConditionHandle' } };

/** A new account runs ten functions at a time. */
const AT_ONCE = 6;

/** Makes the observations with a stack of their own, which is deleted whatever happens. */
export async function observe(options: RunOptions): Promise<Result[]> {
  const { clients, observations, paces, say, signal } = options;
  const waiting = new Waiting(signal);
  const name = `observe-ivs-stream-key-${randomBytes(4).toString('hex')}`;
  const resources = Object.assign({ ...NEVER_EMPTY }, ...observations.map((observation) => observation.resources));

  say(`making the stack ${name}`);
  let stack: ObserveStack | undefined;
  try {
    const made = stack = await ObserveStack.create(clients, name, resources, paces.stack, waiting);
    await made.complete();
    const id = (logicalId: string) => made.physicalId(logicalId);
    return await makeAll(options, {
      ...clients, ...options, stack: made, waiting, id, callAs: (functionId, call) => callAs(clients, id(functionId), call),
    });
  } catch (error) {
    // What an observation fails at is in its result.
    return observations.map(({ id, question }) => ({ id, question, outcome: 'not observed', seen: `no stack: ${(error as Error).message}`, seconds: 0 }));
  } finally {
    if (stack) say(`deleting the stack ${name}`);
    await stack?.delete();
  }
}

/** Several at a time, in their order. */
async function makeAll({ observations, say }: RunOptions, context: Context): Promise<Result[]> {
  const results = new Map<Observation, Result>();
  const queue = [...observations];
  const work = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const result = await make(next, context);
      results.set(next, result);
      say(`${result.id}: ${result.outcome === 'observed' ? result.seen : `not observed: ${result.seen}`}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return observations.map((observation) => results.get(observation)!);
}

async function make({ id, question, observe: run }: Observation, context: Context): Promise<Result> {
  const start = Date.now();
  const result = await run(context).then(
    (finding) => ({ outcome: 'observed' as const, ...finding }),
    (error) => ({ outcome: 'not observed' as const, seen: error instanceof NotObserved ? error.message : `${error.name}: ${error.message}` }),
  );
  return { id, question, ...result, seconds: Math.round((Date.now() - start) / 1000) };
}
