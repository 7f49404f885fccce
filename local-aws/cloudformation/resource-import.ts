import { Evaluation, Surroundings } from './evaluation';
import { graphOf, transitive, walk } from './graph';
import { Deployed, reasonOf, ResourceType } from './resource-type';
import type { Specification, Stack, StackResource } from './stack';
import { AwsError, NotInLocalAws } from '../core/aws-error';

/** Which existing resource becomes which one of a stack. */
export interface ResourceToImport {
  readonly LogicalResourceId: string;
  readonly ResourceType: string;
  readonly ResourceIdentifier: Record<string, string>;
}

type TypeOf = (name: string) => ResourceType;

/**
 * Throws what CreateChangeSet answers if nothing can come of an import: it takes resources over as they are,
 * and does nothing else to the stack.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resource-import.html
 */
export function validateImport(stack: Stack, { template, parameters, tags }: Specification, imports: ResourceToImport[], typeOf: TypeOf): void {
  const fault = (message: string) => new AwsError('ValidationError', message);
  if (!imports.length) throw fault('Must Provide at least one resource to import');
  const ids = imports.map(({ LogicalResourceId }) => LogicalResourceId);
  if (new Set(ids).size < ids.length) throw fault('Every resource to import must have unique LogicalResourceId');
  for (const { ResourceType: type, ResourceIdentifier } of imports) {
    const { importable } = typeOf(type);
    if (!importable) throw new NotInLocalAws(`the import of ${type}`);
    if (Object.keys(ResourceIdentifier).join() !== importable.identifier) {
      throw fault(`Invalid resource identifier for resource type ${type}. Expected [${importable.identifier}]`);
    }
  }

  const before = stack.specification?.template;
  const old = before?.Resources ?? {};
  const now = template.Resources;
  const missing = ids.filter((id) => !now[id]);
  if (missing.length) throw fault(`The logical resource ids [${missing.join(', ')}] provided in ResourceToImport do not exist in the template.`);
  for (const { LogicalResourceId: id, ResourceType: type } of imports) {
    if (now[id].Type === type) continue;
    throw fault(`Resource type of [${id}] passed in ResourceToImport does not match with resource type defined in the template. `
      + `Resource type in ResourceToImport: ${type}; Resource type in Template: ${now[id].Type}.`);
  }
  const added = Object.keys(now).filter((id) => !old[id]);
  if (!added.length) throw fault('The template should contain at least one new resource to import.');
  const held = ids.filter((id) => old[id]);
  if (held.length) throw fault(`Resources [${held.join(', ')}] passed in ResourceToImport are already in a stack and cannot be imported.`);
  const unlisted = added.filter((id) => !ids.includes(id));
  if (unlisted.length) throw fault(`Resources [${unlisted.join(', ')}] is missing from ResourceToImport list`);
  const modified = Object.keys(old).filter((id) => JSON.stringify(old[id]) !== JSON.stringify(now[id]));
  if (modified.length) {
    throw fault(`You have modified resources [${modified.join(', ')}] in your template that are not being imported. `
      + 'Update, create or delete operations cannot be executed during import operations.');
  }
  if (JSON.stringify(before?.Outputs) !== JSON.stringify(template.Outputs)) throw fault('As part of the import operation, you cannot modify or add [Outputs]');
  const unprotected = ids.filter((id) => !now[id].DeletionPolicy);
  if (unprotected.length) throw fault(`The following resources to import [${unprotected.join(', ')}] must have DeletionPolicy attribute specified in the template.`);

  if (tags.length) throw new NotInLocalAws('an import into a stack with tags');
  if (before && JSON.stringify(stack.specification!.parameters) !== JSON.stringify(parameters)) throw new NotInLocalAws('an import that changes parameters');
}

/** Why a change set fails although it was accepted, if it does: there is no such resource, or a stack has it already. */
export function findImportFault({ region }: Stack, imports: ResourceToImport[], typeOf: TypeOf, stacks: readonly Stack[]): string | undefined {
  for (const each of imports) {
    const found = find(each, region, typeOf);
    if (!found) return absent(each);
    const isIt = ({ physicalId, definition }: StackResource) => physicalId === found.physicalId && definition.Type === each.ResourceType;
    const owner = stacks.find((stack) => stack.exists && [...stack.resources.values()].some(isIt));
    if (owner) return `${found.physicalId} already exists in stack ${owner.id}`;
  }
  return undefined;
}

/** Takes resources over. */
export async function importResources(
  stack: Stack, specification: Specification, imports: ResourceToImport[], surroundings: Surroundings,
): Promise<void> {
  const { resourceType } = surroundings;
  const evaluation = new Evaluation(stack, specification, surroundings);
  const wanted = new Map(imports.map((each) => [each.LogicalResourceId, each]));
  const graph = graphOf(specification.template.Resources, () => true);
  const resourcesBefore = new Map(stack.resources);
  stack.become('IMPORT_IN_PROGRESS', 'User Initiated');
  try {
    await walk(transitive(graph, new Map([...graph].filter(([id]) => wanted.has(id)))), async (logicalId) => {
      const definition = specification.template.Resources[logicalId];
      const note = (physicalId: string, status: string, reason?: string) => stack.note(logicalId, physicalId, definition.Type, status, reason);
      note('', 'IMPORT_IN_PROGRESS', 'Resource import started.');
      try {
        const properties = evaluation.properties(resourceType(definition.Type), definition);
        const found = find(wanted.get(logicalId)!, stack.region, resourceType);
        if (!found) throw new Error(absent(wanted.get(logicalId)!));
        stack.resources.set(logicalId, { ...found, logicalId, definition, properties });
        note(found.physicalId, 'IMPORT_COMPLETE', 'Resource import completed.');
        note(found.physicalId, 'UPDATE_IN_PROGRESS', 'Apply stack-level tags to imported resource if applicable.');
        note(found.physicalId, 'UPDATE_COMPLETE');
      } catch (error) {
        note('', 'IMPORT_FAILED', reasonOf(error));
        throw new Error(`The following resource(s) failed to import: [${logicalId}].`);
      }
    });
    stack.specification = specification;
    stack.become('IMPORT_COMPLETE');
  } catch (error) {
    stack.become('IMPORT_ROLLBACK_IN_PROGRESS', reasonOf(error));
    stack.resources = resourcesBefore;
    stack.become('IMPORT_ROLLBACK_COMPLETE');
  }
}

export function importChange({ LogicalResourceId, ResourceType: type, ResourceIdentifier }: ResourceToImport): object {
  return { Type: 'Resource', ResourceChange: { Action: 'Import', LogicalResourceId, PhysicalResourceId: valueOf(ResourceIdentifier), ResourceType: type } };
}

function find({ ResourceType: type, ResourceIdentifier }: ResourceToImport, region: string, typeOf: TypeOf): Deployed | undefined {
  return typeOf(type).importable!.find(valueOf(ResourceIdentifier), region);
}

function absent({ ResourceType: type, ResourceIdentifier }: ResourceToImport): string {
  return `Resource of type '${type}' with identifier '${valueOf(ResourceIdentifier)}' was not found.`;
}

function valueOf(identifier: Record<string, string>): string {
  return Object.values(identifier)[0];
}
