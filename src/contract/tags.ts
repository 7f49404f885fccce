/** The tags in which the stream key remembers what was done with it. */
export enum KeyTag {
  /** The id of the stack that owns the key. The secret has it too: the handler's permissions are written on it. */
  STACK = 'managed-stream-key:stack',
  /** The logical id of the resource that owns the key. The secret has it too. */
  RESOURCE = 'managed-stream-key:resource',
  /** The highest serial that the key satisfies; on the secret, the one that it has to satisfy. */
  SERIAL = 'managed-stream-key:serial',
  /** A digest of the ARN of the secret that holds the key: ARNs are longer than tags. */
  SECRET = 'managed-stream-key:secret',
  /** `created` by the handler, `adopted`, or `retained` by its template. */
  ORIGIN = 'managed-stream-key:origin',
  /** The logical id that owned the key before a rename, until CloudFormation has removed that resource. */
  PREDECESSOR = 'managed-stream-key:predecessor',
  /** When the handler created the key, or how long an adopted one has been there at least; ISO 8601. */
  CREATED = 'managed-stream-key:created',
  /** The rotations that the key stands for: the token of Secrets Manager, and the id of the stream that had ended or was stopped. */
  ROTATION = 'managed-stream-key:rotation',
  /** A digest of the other fields in the version whose id is the rotation token. */
  CONTENT = 'managed-stream-key:content',
  /** A deferred rotation: its reason, and its token, stream id or serial. */
  DUE = 'managed-stream-key:due',
  /** The work left once the key is stored: the reason of its rotation, and whether to stop the stream of the old key. */
  UNFINISHED = 'managed-stream-key:unfinished',
}

/** The tags of the secret, besides the first three of `KeyTag`. */
export enum SecretTag {
  /** The channel whose key the secret holds. */
  CHANNEL = 'managed-stream-key:channel',
  /** The effect of a rotation on a running broadcast. */
  WHILE_LIVE = 'managed-stream-key:while-live',
  /** Present if the end of a broadcast rotates. */
  ROTATE_AFTER_STREAM = 'managed-stream-key:rotate-after-stream',
  /** The seconds that an encoder has to come back after the end of a broadcast; present if something may be due then. */
  RECONNECT_WINDOW = 'managed-stream-key:reconnect-window',
  /** Present if the secret is user-supplied: its other tags do not belong to the key. */
  USER_SUPPLIED = 'managed-stream-key:user-supplied',
}

/** The tags in which the look after the keys remembers what it did: on the secret, or on the key if the secret takes none. */
export enum LookAfterTag {
  /** The times of the last two repairs, the later one first; ISO 8601. */
  REPAIRED = 'managed-stream-key:repaired',
  /** The trouble that was told last, and the time of that; ISO 8601. */
  TOLD = 'managed-stream-key:told',
}

/** The beginning of all reserved tags, also those of later versions. */
export const RESERVED_PREFIX = 'managed-stream-key:';

/**
 * The tag, with the value `true`, by which a template hands over a key that CloudFormation created: it may be adopted.
 * Not in `KeyTag`, as no key of ours remembers it.
 */
export const ADOPT_TAG = `${RESERVED_PREFIX}adopt`;

/** The number of tags that IVS accepts on one resource. */
export const MAX_TAGS = 50;
/** The number of these that are reserved on a key and on a secret: more than this version writes, so that a later one has room. */
export const RESERVED_TAGS = 15;
/** The number of tags that a key or a secret may have besides. */
export const MAX_OWN_TAGS = MAX_TAGS - RESERVED_TAGS;

/** Whether a tag is reserved. */
export function isReservedTag(tagKey: string): boolean {
  return tagKey.startsWith(RESERVED_PREFIX);
}

/** Whether a tag is part of the memory. `ADOPT_TAG` is the user's. */
export function isMemoryTag(tagKey: string): boolean {
  return isReservedTag(tagKey) && tagKey !== ADOPT_TAG;
}
