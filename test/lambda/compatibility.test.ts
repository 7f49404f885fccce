import * as tags1 from './compatibility/tags-1.json';
import { KeyMemory, readMemory, writeMemory } from '../../lambda/stream-key/memory';
import { DesiredState, readDesiredState, writeDesiredState } from '../../src/contract/desired-state';
import { RotationReason } from '../../src/contract/rotation-reason';
import { isMemoryTag, KeyTag, MAX_OWN_TAGS, MAX_TAGS, RESERVED_TAGS, SecretTag } from '../../src/contract/tags';
import { WhileLive } from '../../src/contract/while-live';

const { stack } = tags1;
const owner = { stack, resource: 'Live' };
const secret = 'bf1d4dc1a07dfdfc52dc9e7b4d2e3b0f5c4a9b1c5b1b6f8e4f2f7f0a6d1c2b3a';
const channelArn = 'arn:aws:ivs:us-east-1:123456789012:channel/abcdABCDefgh';

const STREAM_KEYS: Record<keyof typeof tags1.streamKeys, KeyMemory> = {
  created: { owner, serial: 1, secret, origin: 'created', created: '2026-11-26T12:00:00.000Z' },
  rotated: {
    owner,
    serial: 3,
    secret,
    origin: 'retained',
    predecessor: 'OldName',
    created: '2026-11-26T12:00:00.000Z',
    rotations: ['0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0', 'st-1FQzeLONMT9XTKI43leLSo1'],
    content: '5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8',
    due: { reason: RotationReason.ROTATE_SECRET, id: '11111111-2222-4333-8444-555555555555' },
    unfinished: { reason: RotationReason.STREAM_END, disconnects: true },
  },
  adopted: { owner, serial: 0, secret, origin: 'adopted' },
};

const SECRETS: Record<keyof typeof tags1.secrets, DesiredState> = {
  'in the template': { ...owner, channelArn, serial: '3', whileLive: WhileLive.DEFER, rotatesAfterStream: true, reconnectWindow: '120', isUserSupplied: false },
  'user-supplied': { ...owner, channelArn, serial: '0', rotatesAfterStream: false, isUserSupplied: true },
};

describe.each(Object.entries(STREAM_KEYS))('a stream key that the first version tagged, %s,', (name, memory) => {
  const stored = tags1.streamKeys[name as keyof typeof STREAM_KEYS];

  test('is understood', () => {
    expect(readMemory(stored)).toEqual(memory);
  });

  test('is tagged the same by this version', () => {
    expect(writeMemory(memory)).toEqual(stored);
  });
});

describe.each(Object.entries(SECRETS))('a secret that the first version tagged, %s,', (name, state) => {
  const stored = tags1.secrets[name as keyof typeof SECRETS];

  test('is understood', () => {
    expect(readDesiredState(stored)).toEqual(state);
  });

  test('is tagged the same by this version', () => {
    expect(writeDesiredState(state)).toEqual(stored);
  });
});

test('the example of a rotated key has every tag that a key can have', () => {
  expect(Object.keys(tags1.streamKeys.rotated).sort()).toEqual(Object.values(KeyTag).sort());
});

test('the examples of secrets have every tag that a secret can have', () => {
  const names = new Set(Object.values(tags1.secrets).flatMap((tags) => Object.keys(tags)));

  expect([...names].sort()).toEqual([KeyTag.STACK, KeyTag.RESOURCE, KeyTag.SERIAL, ...Object.values(SecretTag)].sort());
});

test('a key or a secret with the most tags that a user may add has room for ours', () => {
  const onKey = Object.keys(writeMemory(STREAM_KEYS.rotated));
  const onSecret = new Set(Object.values(tags1.secrets).flatMap((tags) => Object.keys(tags)));

  expect(Math.max(onKey.length, onSecret.size)).toBeLessThanOrEqual(RESERVED_TAGS);
  expect(MAX_OWN_TAGS + RESERVED_TAGS).toBe(MAX_TAGS);
});

test('a reserved tag of a later version is not treated as a tag of the user', () => {
  expect(isMemoryTag('managed-stream-key:of-a-later-version')).toBe(true);
});

test('a secret without channel, resource or stack has no desired state', () => {
  const { [KeyTag.RESOURCE]: _, ...withoutResource } = tags1.secrets['user-supplied'];

  expect(readDesiredState(withoutResource)).toBeUndefined();
});
