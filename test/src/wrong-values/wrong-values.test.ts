import { CHANNEL } from './channel';
import { MANAGED_STREAM_KEY } from './managed-stream-key';
import { METHODS_OF_A_STREAM_KEY } from './methods-of-a-stream-key';
import { PROVIDER } from './provider';
import { RECORDING_AND_PLAYBACK } from './recording-and-playback';
import { Given, WrongValue } from './wrong-value';
import { Channel, ManagedStreamKey } from '../../../src';

const TABLE: [string, WrongValue[]][] = [
  ['a stream key', MANAGED_STREAM_KEY],
  ['a method of a stream key', METHODS_OF_A_STREAM_KEY],
  ['a channel', CHANNEL],
  ['a recording configuration or a playback key pair', RECORDING_AND_PLAYBACK],
  ['a provider', PROVIDER],
];

/** As JavaScript, a cast or the context may pass them: each is an error that says where, which rule, what was got and what to do. */
describe.each(TABLE)('wrong values of %s', (_, rows) => {
  test.each(rows)('%s', (_value, program, message) => {
    expect(() => program(new Given())).toThrow(new Error(message));
  });
});

describe('what the CDK takes is taken', () => {
  const given = new Given();

  test('null where a prop may be left out', () => {
    const names = ['serial', 'rotationSchedule', 'whileLive', 'secret', 'secretName', 'replicaRegions', 'channel', 'removalPolicy'];
    const props = Object.fromEntries(names.map((name) => [name, null]));

    expect(() => new ManagedStreamKey(given.stack, 'Null', props as any)).not.toThrow();
  });

  test('null for all props', () => {
    expect(() => new Channel(given.stack, 'NullProps', null as any)).not.toThrow();
  });

  test('props that belong to a subclass', () => {
    expect(() => new ManagedStreamKey(given.stack, 'More', { serial: 1, team: 'sports' } as any)).not.toThrow();
  });

  test('props of a class with getters', () => {
    class Props {
      public get channelName() { return 'main'; }
    }

    expect(new Channel(given.stack, 'Getters', new Props()).node.defaultChild).toMatchObject({ name: 'main' });
  });
});
