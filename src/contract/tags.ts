/** The tags in which the stream key itself remembers what has been done with it. */
export enum KeyTag {
  /** The id of the stack that owns the key. The secret has it too: the handler's permissions are written on it. */
  STACK = 'managed-stream-key:stack',
  /** The logical id of the resource that owns the key. The secret has it too. */
  RESOURCE = 'managed-stream-key:resource',
  /** The highest serial that the key satisfies; on the secret, the one that it has to satisfy. */
  SERIAL = 'managed-stream-key:serial',
  /** A digest of the ARN of the secret that the key is kept in: ARNs are longer than tags. */
  SECRET = 'managed-stream-key:secret',
  /** Whether we made the key or found it. */
  ORIGIN = 'managed-stream-key:origin',
  /** The logical id that owned the key before a rename, until CloudFormation has removed that one. */
  PREDECESSOR = 'managed-stream-key:predecessor',
  /** When we made the key. */
  CREATED = 'managed-stream-key:created',
  /** The rotations that the key stands for: the token of Secrets Manager, and the id of the stream that had ended or was cut off. */
  ROTATION = 'managed-stream-key:rotation',
  /** A digest of what else the version of the secret holds that has the token as its id. */
  CONTENT = 'managed-stream-key:content',
  /** A rotation that waits for the end of a broadcast: its reason, and its token, stream id or serial. */
  DUE = 'managed-stream-key:due',
  /** What remains to be done once the key is stored: the reason of its rotation, and whether a broadcast is to be cut off. */
  UNFINISHED = 'managed-stream-key:unfinished',
}

/**
 * The tags in which the secret says what is wanted of the stream key that it holds, in addition to the first three of `KeyTag`:
 * a rotation that no deployment has asked for has nothing else to go by.
 */
export enum SecretTag {
  /** The channel whose key it holds: with another channel it is another resource's. */
  CHANNEL = 'managed-stream-key:channel',
  /** What a rotation may do to a running broadcast. */
  WHILE_LIVE = 'managed-stream-key:while-live',
  /** Present if a rule matches rotations: the handler reports them. */
  LISTENED_TO = 'managed-stream-key:listened-to',
  /** Present if the secret is user-supplied: its other tags have nothing to do with the key. */
  OWN_SECRET = 'managed-stream-key:own-secret',
}

/**
 * The tag by which a template hands a key of CloudFormation over, with the value `true`: the key may be adopted although a resource
 * has stood for it. It is not in `KeyTag`, as no key of ours remembers it.
 */
export const ADOPT_TAG = 'managed-stream-key:adopt';

/** How many tags IVS accepts on one resource. */
export const MAX_TAGS = 50;
/** How many of them a key that remembers all that there is to remember leaves to its owner. */
export const MAX_OWN_TAGS = MAX_TAGS - Object.keys(KeyTag).length;
