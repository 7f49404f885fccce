import { memberAt, membersIn } from './members';
import type { Service } from '../endpoint/operation';

/** Throws if an operation answers with a member that AWS's answer does not have: clients would drop it, and tests could rely on it. */
export function checkOutput({ name, model }: Service, operation: string, output: unknown): void {
  const shape = model.operations.get(operation)!.output;
  const unknown = membersIn(shape, output).find((path) => !memberAt(shape, path));
  if (unknown) throw new Error(`${name}:${operation} answers with the member ${unknown}, which AWS's answer does not have`);
}
