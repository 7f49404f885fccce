import { Annotations as Notes, App, Stack } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import * as ivs from 'aws-cdk-lib/aws-ivs';
import { Channel, ManagedStreamKey } from '../../../src';
import { ForeignL2 } from '../foreign-l2';

const WARNING_ID = 'cdk-ivs-managed-stream-key:anotherChannel';

let app: App;
let stack: Stack;

beforeEach(() => {
  app = new App();
  stack = new Stack(app, 'Stack');
});

const warnings = () => Annotations.fromStack(stack).findWarning('*', Match.anyValue()).map(({ id, entry }) => [id, entry.data]);
const warning = (others: string) => ['/Stack/Live/Channel',
  '`channel` is left out, so Stack/Live makes a new channel, ' +
  `while the stack has a channel without a stream key: ${others}. `
  + `If the key is for that one, pass it as \`channel\`. If both are wanted, acknowledge this warning. [ack: ${WARNING_ID}]`];

describe('a ManagedStreamKey without a channel warns of', () => {
  test.each<[string, () => unknown, string]>([
    ['a Channel', () => new Channel(stack, 'Other'), 'Stack/Other'],
    ['an L1', () => new ivs.CfnChannel(stack, 'Other'), 'Stack/Other'],
    ['one of aws-ivs-alpha', () => new ForeignL2(stack, 'Other', (scope, id) => new ivs.CfnChannel(scope, id)), 'Stack/Other'],
    ['two', () => ['One', 'Two'].map((id) => new Channel(stack, id)), 'Stack/One, Stack/Two'],
  ])('%s in its stack that nothing makes a stream key for', (_, make, others) => {
    new ManagedStreamKey(stack, 'Live');
    make();

    expect(warnings()).toEqual([warning(others)]);
  });

  test('nothing once the warning is acknowledged', () => {
    const live = new ManagedStreamKey(stack, 'Live');
    new Channel(stack, 'Other');
    Notes.of(live).acknowledgeWarning(WARNING_ID);

    expect(warnings()).toEqual([]);
  });

  test('nothing once the warning is acknowledged for the stack', () => {
    Notes.of(stack).acknowledgeWarning(WARNING_ID);
    new ManagedStreamKey(stack, 'Live');
    new Channel(stack, 'Other');

    expect(warnings()).toEqual([]);
  });

  test.each<[string, () => unknown]>([
    ['a channel that another one makes', () => new ManagedStreamKey(stack, 'Other')],
    ['a channel that another one manages', () => new ManagedStreamKey(stack, 'StreamKey', { channel: new Channel(stack, 'Other') })],
    ['a channel that one of another stack manages', () => new ManagedStreamKey(new Stack(app, 'Keys'), 'Live', { channel: new Channel(stack, 'Other') })],
    ['a channel that a CfnStreamKey is for', () => new ivs.CfnStreamKey(stack, 'Key', { channelArn: new Channel(stack, 'Other').channelArn })],
    ['a channel of another stack', () => new Channel(new Stack(app, 'Channels'), 'Other')],
    ['an imported channel', () => Channel.fromChannelArn(stack, 'Other', 'arn:aws:ivs:us-west-2:111111111111:channel/abcdABCDefgh')],
  ])('no %s', (_, make) => {
    new ManagedStreamKey(stack, 'Live');
    make();

    expect(warnings()).toEqual([]);
  });
});

test('a ManagedStreamKey with a channel warns of no other', () => {
  new ManagedStreamKey(stack, 'Live', { channel: new Channel(stack, 'Channel') });
  new Channel(stack, 'Other');

  expect(warnings()).toEqual([]);
});
