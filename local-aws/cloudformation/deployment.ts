import { isDeepStrictEqual } from 'node:util';
import { Evaluation, Surroundings } from './evaluation';
import { Graph, graphOf, reaches, reversed, transitive, walk } from './graph';
import { Deployed, Properties, reasonOf, ResourceContext, ResourceFailure } from './resource-type';
import type { Specification, Stack, StackResource } from './stack';
import type { ResourceDefinition } from './template';
import { AwsError } from '../core/aws-error';

/** A change of a resource, so that it can be undone. */
interface Step {
  readonly logicalId: string;
  readonly kind: 'created' | 'updated' | 'replaced';
  readonly before?: StackResource;
  readonly after: StackResource;
}

/** A resource that has to go, and the policy that may keep it. */
interface Superfluous {
  readonly resource: StackResource;
  readonly policy: 'DeletionPolicy' | 'UpdateReplacePolicy';
}

/** One operation on a stack, from its first event to its last. */
export class Deployment {
  private readonly steps: Step[] = [];

  constructor(private readonly stack: Stack, private readonly surroundings: Surroundings) {}

  public async create(specification: Specification, rollBack: boolean): Promise<void> {
    const { stack } = this;
    stack.become('CREATE_IN_PROGRESS', 'User Initiated');
    try {
      await this.apply(specification);
      stack.become('CREATE_COMPLETE');
    } catch (error) {
      stack.specification = specification;
      if (!rollBack) return stack.become('CREATE_FAILED', reasonOf(error));
      stack.become('ROLLBACK_IN_PROGRESS', `${reasonOf(error)} Rollback requested by user.`);
      const failed = await this.deleteAll(specification, [...stack.resources.values()]);
      stack.imports.clear();
      stack.become(failed ? 'ROLLBACK_FAILED' : 'ROLLBACK_COMPLETE', failed);
    }
  }

  public async update(specification: Specification, rollBack: boolean): Promise<void> {
    const { stack } = this;
    const before = stack.specification!;
    const resourcesBefore = new Map(stack.resources);
    const importsBefore = new Set(stack.imports);
    stack.become('UPDATE_IN_PROGRESS', 'User Initiated');
    try {
      await this.apply(specification);
    } catch (error) {
      if (!rollBack) {
        stack.specification = specification;
        return stack.become('UPDATE_FAILED', reasonOf(error));
      }
      await this.rollBack(before, resourcesBefore, reasonOf(error));
      stack.imports = importsBefore;
      return;
    }
    stack.become('UPDATE_COMPLETE_CLEANUP_IN_PROGRESS');
    const replaced = this.steps.filter(({ kind }) => kind === 'replaced').map((step) => step.before!);
    const removed = [...resourcesBefore.values()].filter(({ logicalId }) => !stack.resources.has(logicalId));
    await this.cleanUp(before, [
      ...replaced.map((resource): Superfluous => ({ resource, policy: 'UpdateReplacePolicy' })),
      ...removed.map((resource): Superfluous => ({ resource, policy: 'DeletionPolicy' })),
    ]);
    stack.become('UPDATE_COMPLETE');
  }

  public async delete(): Promise<void> {
    const { stack } = this;
    try {
      this.surroundings.exports.validateChange(stack, []);
    } catch (error) {
      return stack.become(stack.status, reasonOf(error));
    }
    stack.become('DELETE_IN_PROGRESS', 'User Initiated');
    const failed = stack.specification && await this.deleteAll(stack.specification, [...stack.resources.values()], true);
    if (failed) return stack.become('DELETE_FAILED', failed);
    stack.outputs = [];
    stack.become('DELETE_COMPLETE');
  }

  private async apply(specification: Specification): Promise<void> {
    const evaluation = new Evaluation(this.stack, specification, this.surroundings);
    const definitions = evaluation.resources();
    const graph = this.graph(specification, definitions);
    const gone = [...this.stack.resources.keys()].filter((logicalId) => !(logicalId in definitions));
    await walk(graph, (logicalId) => this.applyResource(logicalId, definitions[logicalId], evaluation));
    for (const logicalId of gone) this.stack.resources.delete(logicalId);
    const outputs = evaluation.outputs();
    this.surroundings.exports.validateChange(this.stack, outputs);
    this.stack.outputs = outputs;
    this.stack.imports = evaluation.imports;
    this.stack.specification = specification;
  }

  private async applyResource(logicalId: string, definition: ResourceDefinition, evaluation: Evaluation): Promise<void> {
    const type = this.surroundings.resourceType(definition.Type);
    const before = this.stack.resources.get(logicalId);
    let properties: Properties = {};
    let metadata: unknown;
    try {
      properties = evaluation.properties(type, definition);
      metadata = evaluation.metadata(definition);
    } catch (error) {
      this.stack.note(logicalId, before?.physicalId ?? '', definition.Type, before ? 'UPDATE_FAILED' : 'CREATE_FAILED', reasonOf(error));
      throw new Error(`The following resource(s) failed to ${before ? 'update' : 'create'}: [${logicalId}].`);
    }

    if (before && before.definition.Type !== definition.Type) throw new AwsError('ValidationError', `Update of resource type is not permitted for ${logicalId}`);
    if (!before) {
      await this.make('created', logicalId, definition, properties);
    } else if (isDeepStrictEqual(before.properties, properties)) {
      this.stack.resources.set(logicalId, { ...before, definition });
    } else if (type.createOnly?.some((name) => !isDeepStrictEqual(before.properties[name], properties[name]))) {
      this.stack.note(logicalId, before.physicalId, definition.Type, 'UPDATE_IN_PROGRESS', 'Requested update requires the creation of a new physical resource; hence creating one.');
      await this.make('replaced', logicalId, definition, properties, before);
    } else {
      await this.change(logicalId, definition, properties, before);
    }
    this.stack.resources.set(logicalId, { ...this.stack.resources.get(logicalId)!, metadata });
  }

  private async make(kind: 'created' | 'replaced', logicalId: string, definition: ResourceDefinition, properties: Properties, before?: StackResource): Promise<void> {
    const verb = kind === 'created' ? 'CREATE' : 'UPDATE';
    const type = this.surroundings.resourceType(definition.Type);
    await this.attempt(verb, logicalId, definition, before?.physicalId ?? '', properties, async () => {
      const deployed = await type.create(properties, this.context(logicalId, definition));
      const after = { ...deployed, logicalId, definition, properties };
      this.steps.push({ logicalId, kind, before, after });
      this.stack.resources.set(logicalId, after);
      return deployed;
    }, (physicalId) => {
      // A failed resource may have left something behind, and is deleted by its id.
      const after = { physicalId, attributes: {}, logicalId, definition, properties };
      this.steps.push({ logicalId, kind, before, after });
      if (!before) this.stack.resources.set(logicalId, after);
    });
  }

  private async change(logicalId: string, definition: ResourceDefinition, properties: Properties, before: StackResource): Promise<void> {
    const type = this.surroundings.resourceType(definition.Type);
    await this.attempt('UPDATE', logicalId, definition, before.physicalId, properties, async () => {
      const deployed = await type.update(before, properties, before.properties, this.context(logicalId, definition));
      const after = { ...deployed, logicalId, definition, properties };
      this.steps.push({ logicalId, kind: deployed.physicalId === before.physicalId ? 'updated' : 'replaced', before, after });
      this.stack.resources.set(logicalId, after);
      return deployed;
    }, () => {
      this.steps.push({ logicalId, kind: 'updated', before, after: { ...before, definition, properties } });
    });
  }

  /** Does something to a resource between the events that say so. */
  private async attempt(
    verb: string, logicalId: string, { Type }: ResourceDefinition, physicalId: string, properties: Properties,
    act: () => Promise<Deployed>, failed: (physicalId: string) => void,
  ): Promise<void> {
    this.stack.note(logicalId, physicalId, Type, `${verb}_IN_PROGRESS`, undefined, properties);
    try {
      const deployed = await act();
      this.stack.note(logicalId, deployed.physicalId, Type, `${verb}_COMPLETE`, undefined, properties);
    } catch (error) {
      const leftBehind = error instanceof ResourceFailure ? error.physicalId : undefined;
      this.stack.note(logicalId, leftBehind ?? physicalId, Type, `${verb}_FAILED`, reasonOf(error), properties);
      if (leftBehind) failed(leftBehind);
      throw new Error(`The following resource(s) failed to ${verb.toLowerCase()}: [${logicalId}].`);
    }
  }

  /** Every resource that was updated is updated back, with old and new swapped; then what was created is deleted. */
  private async rollBack(before: Specification, resourcesBefore: Stack['resources'], reason: string): Promise<void> {
    const { stack } = this;
    stack.become('UPDATE_ROLLBACK_IN_PROGRESS', reason);
    const created: StackResource[] = [];
    const undo = new Map<string, Step>();
    for (const step of this.steps) {
      if (step.kind === 'created') created.push(step.after);
      else undo.set(step.logicalId, step);
    }
    stack.resources = new Map(resourcesBefore);
    const definitions = Object.fromEntries([...undo].map(([logicalId]) => [logicalId, before.template.Resources[logicalId]]));
    const graph = this.graph(before, before.template.Resources);
    const relevant: Graph = new Map([...graph].filter(([logicalId]) => logicalId in definitions));
    try {
      await walk(transitive(graph, relevant), async (logicalId) => {
        const leftOver = await this.undo(undo.get(logicalId)!);
        if (leftOver) created.push(leftOver);
      });
    } catch (error) {
      return stack.become('UPDATE_ROLLBACK_FAILED', reasonOf(error));
    }
    stack.become('UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS');
    await this.cleanUp(before, created.map((resource) => ({ resource, policy: 'UpdateReplacePolicy' })));
    stack.become('UPDATE_ROLLBACK_COMPLETE');
  }

  /** Returns the resource that is superfluous afterwards, if any. */
  private async undo({ logicalId, before, after }: Step): Promise<StackResource | undefined> {
    const old = before!;
    const type = this.surroundings.resourceType(old.definition.Type);
    const createdAnew = type.createOnly?.some((name) => !isDeepStrictEqual(old.properties[name], after.properties[name]));
    if (createdAnew) return after;
    const { Type } = old.definition;
    this.stack.note(logicalId, after.physicalId, Type, 'UPDATE_IN_PROGRESS', undefined, old.properties);
    try {
      const deployed = await type.update(after, old.properties, after.properties, this.context(logicalId, old.definition));
      this.stack.note(logicalId, deployed.physicalId, Type, 'UPDATE_COMPLETE', undefined, old.properties);
      this.stack.resources.set(logicalId, { ...old, ...deployed });
      return deployed.physicalId === after.physicalId ? undefined : after;
    } catch (error) {
      this.stack.note(logicalId, after.physicalId, Type, 'UPDATE_FAILED', reasonOf(error), old.properties);
      throw new Error(`The following resource(s) failed to update: [${logicalId}].`);
    }
  }

  /** Removes what is superfluous after success or roll-back. What cannot be removed is left, and the stack goes on without it. */
  private async cleanUp(specification: Specification, superfluous: Superfluous[]): Promise<void> {
    const byId = new Map(superfluous.map((entry) => [entry.resource.logicalId, entry]));
    const graph = new Map([...byId.keys()].map((id) => [id, dependenciesOf(byId.get(id)!.resource, specification, byId)]));
    await walk(reversed(graph), async (logicalId) => {
      const { resource, policy } = byId.get(logicalId)!;
      if (resource.definition[policy] === 'Retain') return this.note(resource, 'DELETE_SKIPPED');
      await this.deleteOne(resource).catch(() => {});
    });
  }

  /** Deletes resources, dependents first. Returns why some could not be. */
  private async deleteAll(specification: Specification, resources: StackResource[], respectRetain = false): Promise<string | undefined> {
    const byId = new Map(resources.map((resource) => [resource.logicalId, resource]));
    const graph = this.graph(specification, Object.fromEntries(resources.map(({ logicalId, definition }) => [logicalId, definition])));
    const failed: string[] = [];
    const kept = new Set<string>();
    await walk(reversed(graph), async (logicalId) => {
      const resource = byId.get(logicalId)!;
      const isNeeded = reversed(graph).get(logicalId)!.some((dependent) => kept.has(dependent));
      if (isNeeded) {
        kept.add(logicalId);
      } else if (respectRetain && ['Retain', 'RetainExceptOnCreate'].includes(resource.definition.DeletionPolicy ?? '')) {
        this.note(resource, 'DELETE_SKIPPED');
        this.stack.resources.delete(logicalId);
      } else {
        await this.deleteOne(resource).then(() => this.stack.resources.delete(logicalId), () => {
          failed.push(logicalId);
          kept.add(logicalId);
        });
      }
    });
    return failed.length ? `The following resource(s) failed to delete: [${failed.join(', ')}]. ` : undefined;
  }

  private async deleteOne(resource: StackResource): Promise<void> {
    this.note(resource, 'DELETE_IN_PROGRESS');
    try {
      const { logicalId, definition, properties } = resource;
      await this.surroundings.resourceType(definition.Type).delete(resource, properties, this.context(logicalId, definition));
      this.note(resource, 'DELETE_COMPLETE');
    } catch (error) {
      this.note(resource, 'DELETE_FAILED', reasonOf(error));
      throw error;
    }
  }

  private note({ logicalId, physicalId, definition }: StackResource, status: string, reason?: string): void {
    this.stack.note(logicalId, physicalId, definition.Type, status, reason);
  }

  private graph(specification: Specification, definitions: Record<string, ResourceDefinition>): Graph {
    const known = (name: string) => name.startsWith('AWS::') || name in specification.parameters || name in specification.template.Resources;
    return graphOf(definitions, known);
  }

  private context(logicalId: string, { Type }: ResourceDefinition): ResourceContext {
    const { id, name, region } = this.stack;
    return { region, stackId: id, stackName: name, logicalId, type: Type };
  }
}

function dependenciesOf({ definition, logicalId }: StackResource, specification: Specification, among: ReadonlyMap<string, Superfluous>): string[] {
  // After a roll-back, some of what is superfluous was only in the other template.
  const superfluous = Object.fromEntries([...among].map(([id, { resource }]) => [id, resource.definition]));
  const graph = graphOf({ ...superfluous, ...specification.template.Resources, [logicalId]: definition }, () => true);
  return [...among.keys()].filter((other) => other !== logicalId && reaches(graph, logicalId, other));
}
