import type { Tags } from './aws';
import { KeyTag } from '../src/stream-key-contract';

/** Which resource of which stack a stream key belongs to. */
export interface Owner {
  readonly stack: string;
  readonly resource: string;
}

/** What a stream key remembers of itself. */
export interface KeyMemory {
  readonly owner: Owner;
  readonly serial: number;
  /** An adopted key was there before us, and stays when we go. */
  readonly origin: 'created' | 'adopted';
  /** Who had the key before a rename, as long as CloudFormation may still go back to it. */
  readonly predecessor?: string;
}

const KEYS: readonly string[] = Object.values(KeyTag);

/** What the tags of a stream key say; undefined if nobody manages it. */
export function readMemory(tags: Tags): KeyMemory | undefined {
  const { [KeyTag.STACK]: stack, [KeyTag.RESOURCE]: resource } = tags;
  if (!stack) return undefined;
  const predecessor = tags[KeyTag.PREDECESSOR];
  return {
    owner: { stack, resource },
    serial: Number(tags[KeyTag.SERIAL]) || 0,
    origin: tags[KeyTag.ORIGIN] === 'adopted' ? 'adopted' : 'created',
    // Itself: it was about to get the key back.
    predecessor: predecessor === resource ? undefined : predecessor,
  };
}

/** The tags that say it. */
export function writeMemory({ owner, serial, origin, predecessor }: KeyMemory): Tags {
  return {
    [KeyTag.STACK]: owner.stack,
    [KeyTag.RESOURCE]: owner.resource,
    [KeyTag.SERIAL]: String(serial),
    [KeyTag.ORIGIN]: origin,
    ...(predecessor ? { [KeyTag.PREDECESSOR]: predecessor } : {}),
  };
}

/** Whether a tag is part of the memory, and none of the customer's. */
export function isMemory(tagKey: string): boolean {
  return KEYS.includes(tagKey);
}

export function isSameOwner(one: Owner, other: Owner): boolean {
  return one.stack === other.stack && one.resource === other.resource;
}
