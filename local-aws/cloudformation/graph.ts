import { references } from './intrinsics';
import type { ResourceDefinition } from './template';
import { AwsError } from '../core/aws-error';

/** The dependencies of each resource. */
export type Graph = Map<string, string[]>;

/** The dependencies between resources: what they refer to, and what they say they depend on. */
export function graphOf(resources: Record<string, ResourceDefinition>, known: (name: string) => boolean): Graph {
  const graph: Graph = new Map();
  for (const [logicalId, { Properties, DependsOn = [] }] of Object.entries(resources)) {
    const named = [...references(Properties), ...[DependsOn].flat()];
    const unresolved = named.filter((name) => !(name in resources) && !known(name));
    if (unresolved.length) {
      throw new AwsError('ValidationError', `Template format error: Unresolved resource dependencies [${unresolved.join(', ')}] in the Resources block of the template`);
    }
    graph.set(logicalId, [...new Set(named.filter((name) => name in resources))]);
  }
  refuseCycles(graph);
  return graph;
}

/** The same graph with its arrows turned round, as a deletion walks it. */
export function reversed(graph: Graph): Graph {
  const result: Graph = new Map([...graph.keys()].map((id) => [id, []]));
  for (const [id, dependencies] of graph) for (const dependency of dependencies) result.get(dependency)?.push(id);
  return result;
}

/**
 * Visits every node after those it depends on, independent ones in parallel.
 *
 * After a failure no further node is begun; the first error is thrown when those under way have ended.
 */
export async function walk(graph: Graph, visit: (id: string) => Promise<void>): Promise<void> {
  const visits = new Map<string, Promise<void>>();
  const failures: unknown[] = [];
  const begin = (id: string): Promise<void> => {
    const begun = visits.get(id) ?? (async () => {
      await Promise.all((graph.get(id) ?? []).filter((dependency) => graph.has(dependency)).map(begin));
      if (failures.length) return;
      await visit(id).catch((error) => failures.push(error));
    })();
    visits.set(id, begun);
    return begun;
  };
  await Promise.all([...graph.keys()].map(begin));
  if (failures.length) throw failures[0];
}

/** The part of a graph, with the dependencies that lead through the rest of it. */
export function transitive(graph: Graph, part: Graph): Graph {
  const within = (id: string): string[] => graph.get(id)!.flatMap((dependency) => (part.has(dependency) ? [dependency] : within(dependency)));
  return new Map([...part.keys()].map((id) => [id, [...new Set(within(id))]]));
}

export function reaches(graph: Graph, from: string, to: string): boolean {
  return graph.get(from)!.some((dependency) => dependency === to || reaches(graph, dependency, to));
}

function refuseCycles(graph: Graph): void {
  const done = new Set<string>();
  const visit = (id: string, path: string[]) => {
    if (path.includes(id)) throw new AwsError('ValidationError', `Circular dependency between resources: [${path.join(', ')}]`);
    if (done.has(id)) return;
    for (const dependency of graph.get(id)!) visit(dependency, [...path, id]);
    done.add(id);
  };
  for (const id of graph.keys()) visit(id, []);
}
