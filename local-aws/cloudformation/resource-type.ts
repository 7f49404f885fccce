import { AwsError } from '../core/aws-error';

/** A deployed resource. */
export interface Deployed {
  readonly physicalId: string;
  readonly attributes: Record<string, unknown>;
}

/** The stack and region of a resource. */
export interface ResourceContext {
  readonly region: string;
  readonly stackId: string;
  readonly stackName: string;
  readonly logicalId: string;
  readonly type: string;
}

export type Properties = Record<string, any>;

/** Creates, updates and deletes the resources of a type. */
export interface ResourceType {
  /** The properties that are carried out; a template with any other is refused. Undefined: all. */
  readonly properties?: string[];
  /** The properties whose change makes a new resource. */
  readonly createOnly?: string[];
  /** Whether the tags of the stack are put on the resource too. */
  readonly taggable?: boolean;
  /** Finds an existing resource by the property that identifies it. */
  readonly importable?: {
    readonly identifier: string;
    find(value: string, region: string): Deployed | undefined;
  };
  create(properties: Properties, context: ResourceContext): Promise<Deployed> | Deployed;
  /** Another physical id means that the resource has been replaced. */
  update(deployed: Deployed, properties: Properties, before: Properties, context: ResourceContext): Promise<Deployed> | Deployed;
  delete(deployed: Deployed, properties: Properties, context: ResourceContext): Promise<void> | void;
}

/** A failure that leaves something behind: a custom resource that has failed is deleted all the same. */
export class ResourceFailure extends Error {
  constructor(message: string, public readonly physicalId?: string) {
    super(message);
  }
}

/** Why something has failed, as an event says it. */
export function reasonOf(error: unknown): string {
  if (error instanceof ResourceFailure) return error.message;
  if (error instanceof AwsError) return `${error.message} (${error.code})`;
  return (error as Error).message;
}
