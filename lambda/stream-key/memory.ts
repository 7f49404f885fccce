import { createHash } from 'node:crypto';
import type { RotationReason } from '../../src/contract/rotation-reason';
import { isMemoryTag, KeyTag } from '../../src/contract/tags';
import { WhileLive } from '../../src/contract/while-live';
import type { Tags } from '../aws/aws-tags';

/** The stack and the resource that own a stream key. */
export interface Owner {
  readonly stack: string;
  readonly resource: string;
}

/** The work left once a rotated key is stored. */
export interface Unfinished {
  readonly reason: RotationReason;
  /** Whether to stop the stream that publishes with the old key. */
  readonly disconnects?: boolean;
}

/** A deferred rotation. */
export interface Due {
  readonly reason: RotationReason;
  /** The token of Secrets Manager, the id of a stream that has ended, or the serial. */
  readonly id?: string;
}

export type Origin = 'created' | 'adopted' | 'retained';

/** What a stream key remembers, in its tags. */
export interface KeyMemory {
  readonly owner: Owner;
  readonly serial: number;
  /** The digest of the ARN of the secret that holds the key; absent where only the next rotation can tell it. */
  readonly secret?: string;
  /**
   * An adopted key was there before the resource, and stays when the resource goes. So does a key that the template retains:
   * the only Delete that comes for it is that of a roll-back, after a Create that has found it again.
   */
  readonly origin: Origin;
  /** The owner before a rename, as long as CloudFormation may roll back to it. */
  readonly predecessor?: string;
  /** When the handler created the key, or how long an adopted one has been there at least; ISO 8601. */
  readonly created?: string;
  /** The rotations that the key stands for: the token of Secrets Manager first, and the id of the stream that had ended or was stopped. */
  readonly rotations?: readonly string[];
  /** The digest of the other fields in the version whose id is the rotation token. */
  readonly content?: string;
  /** The deferred rotation. One of a deployment is noted only to be counted once: the higher serial asks for it again. */
  readonly due?: Due;
  readonly unfinished?: Unfinished;
}

/** The form in which a key remembers its secret. */
export function secretDigest(secretArn: string): string {
  return createHash('sha256').update(secretArn).digest('hex');
}

const ORIGINS: readonly Origin[] = ['created', 'adopted', 'retained'];

/** Reads the tags of a stream key; undefined if no resource manages it. An empty tag counts as absent. */
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
    // Its own name: an interrupted roll-back of a rename, which is as good as done.
    predecessor: predecessor === resource ? undefined : predecessor,
    created: read(KeyTag.CREATED),
    rotations: read(KeyTag.ROTATION)?.split(' '),
    content: read(KeyTag.CONTENT),
    due: due ? { reason: due as RotationReason, id: dueId } : undefined,
    unfinished: reason ? { reason: reason as RotationReason, disconnects: disconnects !== undefined } : undefined,
  };
}

/**
 * The tags that make a key forget a former owner whose stack tag was removed by hand. IAM allows their removal
 * only once the key is ours, and until then they must not be taken for our own.
 */
export function forgetting(tags: Tags): Tags {
  return Object.fromEntries(Object.keys(tags).filter(isMemoryTag).map((name) => [name, '']));
}

/** The tags of the stream key. */
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

export function isSameOwner(one: Owner, other: Owner): boolean {
  return one.stack === other.stack && one.resource === other.resource;
}
