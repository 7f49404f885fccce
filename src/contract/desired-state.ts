import { KeyTag, SecretTag } from './tags';
import type { WhileLive } from './while-live';

type Tags = Record<string, string>;

/**
 * The desired state of a stream key, in the tags of its secret: rotations that no deployment started have no other source.
 *
 * CloudFormation writes them with the template; on a secret that it does not manage, the handler does.
 */
export interface DesiredState {
  /** The id of the stack that owns the key. */
  readonly stack: string;
  /** The logical id of the resource that owns the key. */
  readonly resource: string;
  readonly channelArn: string;
  /** A whole number. A key made for a lower serial is due for rotation. */
  readonly serial: string;
  /** @default WhileLive.KEEP */
  readonly whileLive?: WhileLive;
  /** Whether the end of a broadcast rotates. */
  readonly rotatesAfterStream?: boolean;
  /** Seconds. A whole number; absent if nothing may be due at the end of a broadcast. */
  readonly reconnectWindow?: string;
  readonly isUserSupplied?: boolean;
}

const DESIRED_STATE = [KeyTag.STACK, KeyTag.RESOURCE, KeyTag.SERIAL, ...Object.values(SecretTag)];

/** The tags of the secret. */
export function writeDesiredState({ stack, resource, channelArn, serial, whileLive, ...state }: DesiredState): Tags {
  const { rotatesAfterStream, reconnectWindow, isUserSupplied } = state;
  return {
    [KeyTag.STACK]: stack,
    [KeyTag.RESOURCE]: resource,
    [KeyTag.SERIAL]: serial,
    [SecretTag.CHANNEL]: channelArn,
    ...(whileLive ? { [SecretTag.WHILE_LIVE]: whileLive } : {}),
    ...(rotatesAfterStream ? { [SecretTag.ROTATE_AFTER_STREAM]: 'true' } : {}),
    ...(reconnectWindow === undefined ? {} : { [SecretTag.RECONNECT_WINDOW]: reconnectWindow }),
    ...(isUserSupplied ? { [SecretTag.USER_SUPPLIED]: 'true' } : {}),
  };
}

/** Reads the tags of a secret; undefined if they name no stack, resource or channel. An empty tag counts as absent. */
export function readDesiredState(tags: Tags): DesiredState | undefined {
  const { [KeyTag.STACK]: stack, [KeyTag.RESOURCE]: resource, [SecretTag.CHANNEL]: channelArn } = tags;
  if (!stack || !resource || !channelArn) return undefined;
  return {
    stack,
    resource,
    channelArn,
    serial: tags[KeyTag.SERIAL] || '0',
    whileLive: (tags[SecretTag.WHILE_LIVE] || undefined) as WhileLive | undefined,
    rotatesAfterStream: Boolean(tags[SecretTag.ROTATE_AFTER_STREAM]),
    reconnectWindow: tags[SecretTag.RECONNECT_WINDOW] || undefined,
    isUserSupplied: Boolean(tags[SecretTag.USER_SUPPLIED]),
  };
}

/** The tags that a secret needs to say what is wanted, as far as it lacks them; empty where it should have none. */
export function missingTags(present: Tags, wanted: DesiredState): Tags {
  const tags = writeDesiredState(wanted);
  return Object.fromEntries(DESIRED_STATE.map((name) => [name, tags[name] ?? '']).filter(([name, value]) => (present[name] ?? '') !== value));
}
