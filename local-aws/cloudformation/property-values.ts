import { randomBytes } from 'node:crypto';
import type { ResourceContext } from './resource-type';
import type { Tag } from './stack';

/** The name that CloudFormation makes for a resource without one. */
export function generatedName({ stackName, logicalId }: ResourceContext, longest = 64): string {
  const suffix = randomBytes(6).toString('hex');
  return `${`${stackName}-${logicalId}`.slice(0, longest - suffix.length - 1)}-${suffix}`;
}

export function tagsOf(tags: Tag[] = []): Record<string, string> {
  return Object.fromEntries(tags.map(({ Key, Value }) => [Key, String(Value)]));
}

export function booleanOf(value: unknown): boolean {
  return value === true || value === 'true';
}
