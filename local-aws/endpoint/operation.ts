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
  /** The signature in a presigned URL. */
  readonly signature?: string;
  /** Throws AccessDenied unless the caller's policies, or the one of the resource, allow the action. */
  authorize(action: string, resource: string, context?: RequestContext, resourcePolicy?: object): Promise<void>;
}

/** An operation: returns the output for an input, or throws an `AwsError`. */
export type Operation = (input: any, call: Call) => unknown;

/** The members of each operation's input that have the effect that AWS documents, such as `SecretId` or `filterBy.health`. */
export type HonouredMembers = Readonly<Record<string, readonly string[]>>;

/** A service: the protocol it speaks, and the operations it knows. */
export interface Service {
  /** The name in the signature's scope. */
  readonly name: string;
  readonly protocol: Protocol;
  /** Every input and output is checked against it. */
  readonly model: ServiceModel;
  readonly operations: Record<string, Operation>;
  /** A call with any other member is refused. */
  readonly honours: HonouredMembers;
  /** The name of the error for an input that breaks a constraint. @default 'ValidationException' */
  readonly invalidInput?: string;
  /** Calls per second of each operation that an account has in a region; unlimited if absent. */
  readonly rate?: number;
}
