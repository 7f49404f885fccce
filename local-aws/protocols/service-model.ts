import * as fs from 'node:fs';
import * as path from 'node:path';

/** The type of a value in an input or output, and its constraints. */
export interface Shape {
  readonly type: 'structure' | 'list' | 'map' | 'string' | 'blob' | 'boolean' | 'integer' | 'long' | 'float' | 'double' | 'timestamp';
  /** The members of a structure. */
  readonly members?: Readonly<Record<string, Member>>;
  readonly required?: readonly string[];
  /** The elements of a list. */
  readonly member?: Member;
  /** The keys and values of a map. */
  readonly key?: Member;
  readonly value?: Member;
  /** The member that is the body of a request or an answer. */
  readonly payload?: string;
  /** The least length, size or value, by type. */
  readonly min?: number;
  readonly max?: number;
  /** A regular expression that the whole text matches. */
  readonly pattern?: string;
  readonly enum?: readonly string[];
  /** Whether errors must not repeat the value. */
  readonly sensitive?: boolean;
  readonly flattened?: boolean;
  readonly timestampFormat?: string;
}

/** A place for a value, and where HTTP carries it. */
export interface Member {
  readonly shape: Shape;
  readonly location?: 'uri' | 'querystring' | 'header' | 'headers' | 'statusCode';
  readonly locationName?: string;
}

export interface OperationModel {
  readonly name: string;
  readonly http: {
    readonly method: string;
    readonly requestUri: string;
    readonly responseCode?: number;
    /** The parameters that each request has, of an operation without members here. */
    readonly query?: readonly string[];
  };
  readonly input: Shape;
  readonly output: Shape;
}

/** The operations of a service, as AWS describes them. Those that the local AWS does not declare have a route, if anything, and no members. */
export interface ServiceModel {
  /** The folder that has it. */
  readonly directory: string;
  readonly metadata: { readonly apiVersion: string; readonly protocol: string; readonly targetPrefix?: string; readonly xmlNamespace?: string };
  readonly operations: ReadonlyMap<string, OperationModel>;
}

const NOTHING: Shape = { type: 'structure' };

/** Reads `model.json` in the folder of a service: botocore's model, as `npx projen local-aws:models` writes it. */
export function modelOf(directory: string): ServiceModel {
  const { metadata, operations, shapes } = JSON.parse(fs.readFileSync(path.join(directory, 'model.json'), 'utf8'));
  // Shapes may contain themselves, so each name gives way to its shape in place.
  const link = (member?: any): Shape => {
    if (member) member.shape = shapes[member.shape];
    return member?.shape ?? NOTHING;
  };
  for (const { members = {}, member, key, value } of Object.values<any>(shapes)) {
    for (const each of [...Object.values(members), member, key, value]) link(each);
  }
  const linked = Object.entries<any>(operations).map(([name, { http, input, output }]): [string, OperationModel] => (
    [name, { name, http, input: link(input), output: link(output) }]
  ));
  return { directory, metadata, operations: new Map(linked) };
}
