import type { NormalizedSchema } from '@smithy/core/schema';
import { membersOf, OperationModel, requiredMembersOf } from './service-model';
import { AwsError, NotInLocalAws } from '../core/aws-error';

/**
 * Throws unless an input has the members and the types of the operation's schema.
 *
 * A wrong type comes before validation. The names and texts of these errors are unconfirmed for IVS and Secrets Manager, and the library does not
 * rely on them. AWS may ignore unknown members, which hides mistakes: the local AWS refuses them.
 *
 * @param service the prefix of the operation's name in errors, such as `ivs`
 */
export function checkInput(service: string, { name, input }: OperationModel, value: unknown): void {
  checkType(input, value);
  checkMembers(input, value, (unknown) => { throw new NotInLocalAws(`the member ${unknown} of ${service}:${name}`); });
}

/** Calls back with the path of each member that the schema does not have, and throws for a required one that is missing. */
function checkMembers(schema: NormalizedSchema, value: any, refuse: (path: string) => never, path = ''): void {
  if (isAbsent(value)) return;
  const at = (step: string | number) => path ? `${path}.${step}` : String(step);
  if (schema.isListSchema() || schema.isMapSchema()) {
    for (const [step, each] of Object.entries(value)) checkMembers(schema.getValueSchema(), each, refuse, at(step));
  } else if (isStructure(schema)) {
    const members = membersOf(schema);
    for (const name of Object.keys(value)) if (!members.has(name)) refuse(at(name));
    for (const name of requiredMembersOf(schema)) if (isAbsent(value[name])) throw missing(at(name));
    for (const [name, member] of members) checkMembers(member, value[name], refuse, at(name));
  }
}

function checkType(schema: NormalizedSchema, value: unknown): void {
  if (isAbsent(value)) return;
  if (schema.isListSchema()) {
    if (!Array.isArray(value)) throw malformed(value, 'Expected list or null');
    for (const each of value) checkType(schema.getValueSchema(), each);
  } else if (schema.isMapSchema()) {
    for (const each of Object.values(structureIn(value))) checkType(schema.getValueSchema(), each);
  } else if (isStructure(schema)) {
    const given = structureIn(value);
    for (const [name, member] of membersOf(schema)) checkType(member, given[name]);
  } else if (!schema.isDocumentSchema()) {
    const { type, name } = scalarOf(schema);
    if (typeof value !== type) throw malformed(value, `${tokenOf(value)}_VALUE can not be converted to ${name}`);
  }
}

/** How JSON carries a scalar, and what errors call it. */
function scalarOf(schema: NormalizedSchema): { readonly type: string; readonly name: string } {
  if (schema.isBooleanSchema()) return { type: 'boolean', name: 'a Boolean' };
  if (schema.isNumericSchema()) return { type: 'number', name: 'an Integer' };
  if (schema.isTimestampSchema()) return { type: 'number', name: 'a Timestamp' };
  return { type: 'string', name: 'a String' };
}

function structureIn(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || Array.isArray(value)) throw malformed(value, 'Expected null');
  return value as Record<string, unknown>;
}

/** An operation without input takes an empty structure. */
function isStructure(schema: NormalizedSchema): boolean {
  return schema.isUnitSchema() || schema.isStructSchema();
}

function isAbsent(value: unknown): value is undefined | null {
  return value === undefined || value === null;
}

/** The name of a JSON token in the errors of AWS. */
function tokenOf(value: unknown): string {
  return typeof value === 'boolean' ? String(value).toUpperCase() : (typeof value).toUpperCase();
}

/** @param scalar the message if the value is neither a list nor a structure */
function malformed(value: unknown, scalar: string): AwsError {
  if (Array.isArray(value)) return new AwsError('SerializationException', 'Start of list found where not expected');
  if (typeof value === 'object') return new AwsError('SerializationException', 'Start of structure or map found where not expected.');
  return new AwsError('SerializationException', scalar);
}

function missing(path: string): AwsError {
  const name = path[0].toLowerCase() + path.slice(1);
  return new AwsError('ValidationException', `1 validation error detected: Value null at '${name}' failed to satisfy constraint: Member must not be null`);
}
