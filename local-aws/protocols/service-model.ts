import { NormalizedSchema } from '@smithy/core/schema';

/** An operation, as the SDK client describes it. */
export interface OperationModel {
  readonly name: string;
  readonly input: NormalizedSchema;
  readonly output: NormalizedSchema;
  /** Absent in protocols that send every request to `/`. */
  readonly http?: HttpBinding;
}

export interface HttpBinding {
  readonly method: string;
  /** A template, such as `/tags/{resourceArn}`. */
  readonly uri: string;
  /** The status of a success. */
  readonly status: number;
}

/** The operations that a service has in AWS, by name. */
export type ServiceModel = ReadonlyMap<string, OperationModel>;

type SchemaRef = Parameters<typeof NormalizedSchema.of>[0];
/** An operation, as SDK clients export it. */
type OperationSchema = [id: typeof OPERATION, namespace: string, name: string, traits: Traits | number, input: SchemaRef, output: SchemaRef];
type Traits = { readonly http?: [method: string, uri: string, status: number] };
/** The required members come first. */
type StructureSchema = [id: number, namespace: string, name: string, traits: unknown, names: string[], members: unknown[], required?: number];

const OPERATION = 9;

/**
 * Reads the model of a service from the schemas that its SDK client exports. The schemas have routes, status codes,
 * members, types and which members are required; they do not have lengths, patterns or ranges.
 *
 * @param client the module of the client, such as `import * as ivs from '@aws-sdk/client-ivs'`
 */
export function modelOf(client: object): ServiceModel {
  return new Map(Object.values(client).filter(isOperation).map(([, , name, traits, input, output]) => {
    const http = typeof traits === 'object' && traits.http ? bindingOf(...traits.http) : undefined;
    return [name, { name, http, input: NormalizedSchema.of(input), output: NormalizedSchema.of(output) }];
  }));
}

/** The members of a structure; none of an operation without input or output. */
export function membersOf(structure: NormalizedSchema): Map<string, NormalizedSchema> {
  return new Map(structure.isUnitSchema() ? [] : structure.structIterator());
}

/** The names of the members without which a structure is not valid. */
export function requiredMembersOf(structure: NormalizedSchema): string[] {
  if (structure.isUnitSchema()) return [];
  const [, , , , names, , required = 0] = structure.getSchema() as StructureSchema;
  return names.slice(0, required);
}

function isOperation(exported: unknown): exported is OperationSchema {
  return Array.isArray(exported) && exported[0] === OPERATION;
}

function bindingOf(method: string, uri: string, status: number): HttpBinding {
  return { method, uri, status };
}
