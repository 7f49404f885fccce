import { App, Aws, CfnParameter, Duration, Stack } from 'aws-cdk-lib';
import { Channel, ManagedStreamKey, ManagedStreamKeyProps, WhileLive } from '../../../src';
import { ForeignChannel } from '../foreign-channel';
import { onlyResource } from '../only-resource';
import { secretTag } from '../secret-tag';

const CHANNEL_ARN = 'arn:aws:ivs:us-west-2:123456789012:channel/abcdABCDefgh';

const WAITING: [string, ManagedStreamKeyProps][] = [
  ['rotateAfterStream', { rotateAfterStream: true }],
  ['whileLive', { whileLive: WhileLive.DEFER }],
];

let stack: Stack;

beforeEach(() => {
  stack = new Stack(new App(), 'Stack');
});

/** What the handler goes by: the tags of the secret, and the properties of the key. */
const wantedWith = (props: ManagedStreamKeyProps) => {
  new ManagedStreamKey(stack, 'Live', props);
  const { RotateAfterStream, ReconnectWindow } = onlyResource(stack, 'Custom::IvsStreamKey').Properties;
  return {
    tags: [secretTag(stack, 'managed-stream-key:rotate-after-stream'), secretTag(stack, 'managed-stream-key:reconnect-window')],
    properties: [RotateAfterStream, ReconnectWindow],
  };
};

describe('the handler', () => {
  test.each<[string, ManagedStreamKeyProps]>([
    ['by default', {}],
    ['with rotateAfterStream off', { rotateAfterStream: false }],
    ['with KEEP', { whileLive: WhileLive.KEEP }],
    ['with DISCONNECT', { whileLive: WhileLive.DISCONNECT }],
    ['with a schedule', { rotationSchedule: {} }],
  ])('does nothing at the end of a broadcast %s', (_, props) => {
    expect(wantedWith(props)).toEqual({ tags: [undefined, undefined], properties: [undefined, undefined] });
  });

  test('rotates 2 minutes after the end of a broadcast with `rotateAfterStream`', () => {
    expect(wantedWith({ rotateAfterStream: true })).toEqual({ tags: ['true', '120'], properties: [true, '120'] });
  });

  test('carries out 2 minutes after the end of a broadcast what DEFER has deferred', () => {
    expect(wantedWith({ whileLive: WhileLive.DEFER })).toEqual({ tags: [undefined, '120'], properties: [undefined, '120'] });
  });

  test.each([[Duration.seconds(0), '0'], [Duration.seconds(90), '90'], [Duration.minutes(15), '900']])('waits for %s', (reconnectWindow, seconds) => {
    expect(wantedWith({ rotateAfterStream: true, reconnectWindow }).tags).toEqual(['true', seconds]);
  });
});

describe('the reconnect window', () => {
  test.each<[string, Duration]>([
    ['more than a message can be delayed', Duration.minutes(16)],
    ['not whole seconds', Duration.millis(1500)],
  ])('is refused if it is %s', (_, reconnectWindow) => {
    expect(() => new ManagedStreamKey(stack, 'Live', { rotateAfterStream: true, reconnectWindow })).toThrow(
      '[Stack/Live] `reconnectWindow` must be whole seconds, from 0 to 15 minutes, and known when the template is made',
    );
  });

  test('is refused if it is known only when the stack is deployed', () => {
    const reconnectWindow = Duration.seconds(new CfnParameter(stack, 'Parameter', { type: 'Number' }).valueAsNumber);

    expect(() => new ManagedStreamKey(stack, 'Live', { rotateAfterStream: true, reconnectWindow })).toThrow('known when the template is made, got: a token');
  });

  test('is refused where nothing waits for the end of a broadcast', () => {
    expect(() => new ManagedStreamKey(stack, 'Live', { reconnectWindow: Duration.minutes(1) })).toThrow(
      '[Stack/Live] `reconnectWindow` must come with `rotateAfterStream` or WhileLive.DEFER, as nothing else rotates after a broadcast, got: 1 minute. '
      + 'Leave it out, or add one of the two',
    );
  });
});

describe.each(WAITING)('`%s` on a channel of another region', (prop, props) => {
  const inEurope = () => new Stack(new App(), 'Stack', { env: { account: '123456789012', region: 'eu-west-1' } });
  const refused = new Error(
    `[Stack/Live] \`${prop}\` must not be used with a channel in another region than the stack (eu-west-1): `
    + 'IVS sends the event of a broadcast\'s end in the channel\'s region only, got: us-west-2. Put the ManagedStreamKey into a stack of that region',
  );

  test('is refused when its ARN tells the region', () => {
    stack = inEurope();
    const channel = Channel.fromChannelArn(stack, 'Channel', CHANNEL_ARN);

    expect(() => new ManagedStreamKey(stack, 'Live', { channel, ...props })).toThrow(refused);
  });

  test('is refused when nothing but its ARN tells the region', () => {
    stack = inEurope();
    const channel = new ForeignChannel(stack, 'Channel', CHANNEL_ARN);

    expect(() => new ManagedStreamKey(stack, 'Live', { channel, ...props })).toThrow(refused);
  });

  test('is refused when its stack tells the region', () => {
    stack = inEurope();
    const channel = new Channel(new Stack(stack.node.root as App, 'Channels', { env: { account: '123456789012', region: 'us-west-2' } }), 'Channel');

    expect(() => new ManagedStreamKey(stack, 'Live', { channel, ...props })).toThrow(refused);
  });

  test('cannot be told from one of this region while the region of the stack is unknown', () => {
    const channel = Channel.fromChannelArn(stack, 'Channel', CHANNEL_ARN);

    expect(() => new ManagedStreamKey(stack, 'Live', { channel, ...props })).not.toThrow();
  });

  test.each<[string, () => string]>([
    ['the region in its ARN', () => `arn:aws:ivs:${Aws.REGION}:123456789012:channel/abcdABCDefgh`],
    ['its ARN', () => new CfnParameter(stack, 'Parameter').valueAsString],
  ])('cannot be told from one of this region while %s is unknown', (_, arnOf) => {
    stack = inEurope();
    const channel = Channel.fromChannelArn(stack, 'Channel', arnOf());

    expect(() => new ManagedStreamKey(stack, 'Live', { channel, ...props })).not.toThrow();
  });
});

test.each<[string, ManagedStreamKeyProps]>([
  ['a schedule', { rotationSchedule: {} }],
  ['KEEP', { whileLive: WhileLive.KEEP }],
  ['DISCONNECT', { whileLive: WhileLive.DISCONNECT }],
])('a channel of another region may have %s, which waits for no event', (_, props) => {
  stack = new Stack(new App(), 'Stack', { env: { region: 'eu-west-1' } });
  const channel = Channel.fromChannelArn(stack, 'Channel', CHANNEL_ARN);

  expect(() => new ManagedStreamKey(stack, 'Live', { channel, ...props })).not.toThrow();
});

test('a channel of the same region may have both, whether it is made here or imported', () => {
  stack = new Stack(new App(), 'Stack', { env: { account: '123456789012', region: 'us-west-2' } });
  const props = { rotateAfterStream: true, whileLive: WhileLive.DEFER };

  expect(() => new ManagedStreamKey(stack, 'Made', props)).not.toThrow();
  expect(() => new ManagedStreamKey(stack, 'Imported', { channel: Channel.fromChannelArn(stack, 'Channel', CHANNEL_ARN), ...props })).not.toThrow();
});
