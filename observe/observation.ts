import type { Broadcaster } from './broadcaster';
import type { Outcome, RemoteCall } from './caller';
import type { Clients } from './clients';
import type { ObserveStack } from './stack';
import type { Pace, Waiting } from './waiting';

/** The paces of an observation run. */
export interface Paces {
  /** For reads that may lag behind a write. */
  readonly lag: Pace;
  /** For policies that IAM takes its time to apply. */
  readonly permission: Pace;
  /** For rotations, which Secrets Manager runs and retries in its own time. */
  readonly rotation: Pace;
  /** For records in CloudTrail. */
  readonly trail: Pace;
  /** For a stack operation. */
  readonly stack: Pace;
  /** How often a lag is measured. */
  readonly rounds: number;
}

/** What an observation works with. */
export interface Context extends Clients {
  readonly region: string;
  /** A region to replicate a secret to. */
  readonly replicaRegion: string;
  /** Absent unless a broadcast was asked for. */
  readonly broadcaster?: Broadcaster;
  readonly stack: ObserveStack;
  readonly paces: Paces;
  readonly waiting: Waiting;
  /** The physical id of a resource of the stack. */
  id(logicalId: string): string;
  /** Makes a call with the role of a function of the stack. */
  callAs(functionId: string, call: RemoteCall): Promise<Outcome>;
}

/** The values of switches, or of facts without a switch, that the observation supports. */
export type Reading = Record<string, string | number | boolean>;

/** The result of an observation. */
export interface Finding {
  /** One sentence for a person. */
  readonly seen: string;
  readonly reading: Reading;
  /** Timings, error names, labels. Never the value of a stream key. */
  readonly evidence: Record<string, unknown>;
}

/** A question to AWS that documentation leaves open. */
export interface Observation {
  /** Such as `ivs-list-lag`; docs/assumptions.md refers to it. */
  readonly id: string;
  readonly question: string;
  /** Resources of the stack that only this observation uses, by logical id. */
  readonly resources?: Record<string, object>;
  observe(context: Context): Promise<Finding>;
}

/** Thrown by an observation that comes to no result; the message says why. */
export class NotObserved extends Error {}
