import { KeyMemory, forgetting, readMemory, writeMemory } from './memory';
import type { WantedStreamKey } from './wanted';
import { ADOPT_TAG, isMemoryTag, KeyTag } from '../../src/contract/tags';
import type { Tags } from '../aws/aws-tags';
import type { StreamKey } from '../aws/ivs';

/** The changes that bring a key's tags up to date. */
export interface TagChanges {
  readonly removed: string[];
  /** All tags of the key after the change. */
  readonly result: Tags;
  /** Whether the result has a tag that the key lacks. */
  readonly sets: boolean;
}

export function tagChanges({ tags: before }: StreamKey, wanted: WantedStreamKey, memory: KeyMemory): TagChanges {
  // An unmanaged key cannot have a tag of ours.
  const isManaged = readMemory(before) !== undefined;
  const removed = wanted.unwantedTags.filter((name) => isManaged && name in before && !isMemoryTag(name));
  const written = writeMemory(memory);
  if (isManaged) removed.push(...[KeyTag.DUE, KeyTag.PREDECESSOR].filter((name) => before[name] && !(name in written)));
  const kept = Object.entries(before).filter(([name]) => !removed.includes(name));
  const result = { ...Object.fromEntries(kept), ...wanted.tags, ...(isManaged ? {} : forgetting(before)), ...written };
  return { removed, result, sets: Object.entries(result).some(([name, value]) => before[name] !== value) };
}

/** The tags that a key passes on to its successor, besides its memory. CloudFormation did not create the successor: it needs no `ADOPT_TAG`. */
export function inheritedTags(tags: Tags): Tags {
  return Object.fromEntries(Object.entries(tags).filter(([name]) => !isMemoryTag(name) && name !== ADOPT_TAG));
}
