import type { Caller } from '../core/identities';
import type { Protocol } from '../protocols/protocol';
import type { ServiceModel } from '../protocols/service-model';

/** The context of a request that a policy's conditions test. */
export interface RequestContext {
  readonly resourceTags?: Record<string, string>;
  readonly requestTags?: Record<string, string>;
  readonly tagKeys?: string[];
  readonly keys?: Record<string, string>;
  /** Set if the service reference does not name this type of resource for the action. */
  readonly isUnreferenced?: boolean;
}

/** One call of an operation. */
export interface Call {
  readonly service: string;
  readonly operation: string;
  readonly region: string;
  readonly account: string;
  readonly caller: Caller;
  /** Throws AccessDenied unless the caller's policies allow the action. */
  authorize(action: string, resource: string, context?: RequestContext): Promise<void>;
}

/** An operation: returns the output for an input, or throws an `AwsError`. */
export type Operation = (input: any, call: Call) => unknown;

/** A service: the protocol it speaks, and the operations it knows. */
export interface Service {
  /** The name in the signature's scope. */
  readonly name: string;
  readonly protocol: Protocol;
  /** Every input is checked against it. Absent if no SDK client is at hand. */
  readonly model?: ServiceModel;
  readonly operations: Record<string, Operation>;
  /** Calls per second of each operation that an account has in a region; unlimited if absent. */
  readonly rate?: number;
}
