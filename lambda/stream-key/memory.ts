import { createHash } from 'node:crypto';
import { RotationReason } from '../../src/contract/rotation-reason';
import { KeyTag } from '../../src/contract/tags';
import { WhileLive } from '../../src/contract/while-live';
import type { Tags } from '../aws/aws';

/** Which resource of which stack a stream key belongs to. */
export interface Owner {
  readonly stack: string;
  readonly resource: string;
}

/** What remains to be done once a rotated key is stored. */
export interface Unfinished {
  readonly reason: RotationReason;
  /** Whether whoever publishes with the old key is to be cut off. */
  readonly disconnects?: boolean;
}

/** A rotation that waits for the end of a broadcast. */
export interface Due {
  readonly reason: RotationReason;
  /** The token of Secrets Manager, the id of a stream that has ended, or the serial. */
  readonly id?: string;
}

type Origin = 'created' | 'adopted' | 'retained';

/** What a stream key remembers of itself. */
export interface KeyMemory {
  readonly owner: Owner;
  readonly serial: number;
  /** The digest of the ARN of the secret that the key is kept in; absent on keys of older versions. */
  readonly secret?: string;
  /**
   * An adopted key was there before us, and stays when we go. So does a key that a template retains: no Delete comes for it
   * but that of a roll-back, after a Create that has found it again.
   */
  readonly origin: Origin;
  /** Who had the key before a rename, as long as CloudFormation may still go back to it. */
  readonly predecessor?: string;
  /** When the key was made; ISO 8601. */
  readonly created?: string;
  /** The rotations that the key stands for: the token of Secrets Manager first, and the id of the stream that had ended or was cut off. */
  readonly rotations?: readonly string[];
  /** The digest of what else the secret's version holds whose id is the token. */
  readonly content?: string;
  /** The rotation that the key is due for. One that a deployment has asked for is noted only to be counted once: a higher serial asks for it again. */
  readonly due?: Due;
  readonly unfinished?: Unfinished;
}

/** How a key remembers its secret. */
export function secretDigest(secretArn: string): string {
  return createHash('sha256').update(secretArn).digest('hex');
}

const ORIGINS: readonly Origin[] = ['created', 'adopted', 'retained'];
const KEYS: readonly string[] = Object.values(KeyTag);

/** What the tags of a stream key say; undefined if nobody manages it. An empty tag says nothing. */
export function readMemory(tags: Tags): KeyMemory | undefined {
  const read = (name: KeyTag) => tags[name] || undefined;
  const [stack, resource, predecessor] = [read(KeyTag.STACK), read(KeyTag.RESOURCE) ?? '', read(KeyTag.PREDECESSOR)];
  if (!stack) return undefined;
  const [reason, disconnects] = read(KeyTag.UNFINISHED)?.split(' ') ?? [];
  const [due, dueId] = read(KeyTag.DUE)?.split(' ') ?? [];
  return {
    owner: { stack, resource },
    serial: Number(read(KeyTag.SERIAL)) || 0,
    secret: read(KeyTag.SECRET),
    origin: ORIGINS.find((origin) => origin === read(KeyTag.ORIGIN)) ?? 'created',
    // Itself: it was about to get the key back.
    predecessor: predecessor === resource ? undefined : predecessor,
    created: read(KeyTag.CREATED),
    rotations: read(KeyTag.ROTATION)?.split(' '),
    content: read(KeyTag.CONTENT),
    due: due ? { reason: due as RotationReason, id: dueId } : undefined,
    unfinished: reason ? { reason: reason as RotationReason, disconnects: disconnects !== undefined } : undefined,
  };
}

/**
 * The tags that make a key forget its former owner, whose tag was taken off by hand. IAM allows to take the others off
 * only once the key is ours, and until then they must not be taken for our own.
 */
export function forgetting(tags: Tags): Tags {
  return Object.fromEntries(Object.keys(tags).filter(isMemory).map((name) => [name, '']));
}

/** The tags that say it. */
export function writeMemory({ owner, serial, secret, origin, predecessor, created, rotations, content, due, unfinished }: KeyMemory): Tags {
  const tags: Record<KeyTag, string | undefined> = {
    [KeyTag.STACK]: owner.stack,
    [KeyTag.RESOURCE]: owner.resource,
    [KeyTag.SERIAL]: String(serial),
    [KeyTag.SECRET]: secret,
    [KeyTag.ORIGIN]: origin,
    [KeyTag.PREDECESSOR]: predecessor,
    [KeyTag.CREATED]: created,
    [KeyTag.ROTATION]: rotations?.join(' '),
    [KeyTag.CONTENT]: content,
    [KeyTag.DUE]: due && [due.reason, ...(due.id === undefined ? [] : [due.id])].join(' '),
    [KeyTag.UNFINISHED]: unfinished && [unfinished.reason, ...(unfinished.disconnects ? [WhileLive.DISCONNECT] : [])].join(' '),
  };
  return Object.fromEntries(Object.entries(tags).filter((tag): tag is [string, string] => tag[1] !== undefined));
}

/** Whether a tag is part of the memory, and none of the customer's. */
export function isMemory(tagKey: string): boolean {
  return KEYS.includes(tagKey);
}

export function isSameOwner(one: Owner, other: Owner): boolean {
  return one.stack === other.stack && one.resource === other.resource;
}
