import { Annotations as Notes, App, Aws, CfnParameter, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as ivs from 'aws-cdk-lib/aws-ivs';
import { Channel, ManagedStreamKey } from '../../../src';
import { ForeignChannel } from '../foreign-channel';
import { onlyResource } from '../only-resource';

const ACCOUNT = '111111111111';
const CHANNEL_ARN = `arn:aws:ivs:us-west-2:${ACCOUNT}:channel/abcdABCDefgh`;

const WARNING_ID = 'cdk-ivs-managed-stream-key:regionWithoutIvs';
const REGIONS = ['us-east-1', 'us-west-2', 'eu-west-1', 'eu-central-1', 'ap-south-1', 'ap-northeast-1', 'ap-northeast-2'];

let app: App;

beforeEach(() => {
  app = new App();
});

const stackIn = (region: string, account = ACCOUNT, id = 'Stack') => new Stack(app, id, { env: { account, region } });
const warningsOf = (stack: Stack) => Annotations.fromStack(stack).findWarning('*', Match.anyValue()).map(({ entry }) => entry.data);

describe('the channel of a managed stream key', () => {
  test('is one of its own by default', () => {
    const stack = stackIn('us-west-2');
    new ManagedStreamKey(stack, 'Live');

    const channel = onlyResource(stack, 'AWS::IVS::Channel').logicalId;

    expect(onlyResource(stack, 'Custom::IvsStreamKey').Properties.ChannelArn).toEqual({ 'Fn::GetAtt': [channel, 'Arn'] });
  });

  test.each<[string, (stack: Stack) => ivs.IChannelRef, unknown]>([
    ['a Channel', (stack) => new Channel(stack, 'Channel'), { 'Fn::GetAtt': ['Channel4048F119', 'Arn'] }],
    ['an L1', (stack) => new ivs.CfnChannel(stack, 'Channel'), { Ref: 'Channel' }],
    ['an imported channel', (stack) => Channel.fromChannelArn(stack, 'Channel', CHANNEL_ARN), CHANNEL_ARN],
    [
      'a channel imported by a parameter',
      (stack) => Channel.fromChannelArn(stack, 'Channel', new CfnParameter(stack, 'Parameter').valueAsString),
      { Ref: 'Parameter' },
    ],
  ])('may be %s', (_, channelIn, channelArn) => {
    const stack = stackIn('us-west-2');

    new ManagedStreamKey(stack, 'Live', { channel: channelIn(stack) });

    expect(onlyResource(stack, 'Custom::IvsStreamKey').Properties.ChannelArn).toEqual(channelArn);
  });

  test('must have the ARN of a channel', () => {
    const stack = stackIn('us-west-2');
    const channel = new ForeignChannel(stack, 'Channel', 'Live');

    expect(() => new ManagedStreamKey(stack, 'Live', { channel })).toThrow(new Error(
      '[Stack/Live] `channel` must have the ARN of an IVS channel, like arn:aws:ivs:us-west-2:123456789012:channel/abcdABCDefgh, '
      + 'got: Live. Copy it from the output of `aws ivs list-channels`',
    ));
  });
});

describe('the channel that is handed out', () => {
  test.each<[string, (stack: Stack) => ivs.IChannelRef]>([
    ['a Channel', (stack) => new Channel(stack, 'Channel')],
    ['an imported channel', (stack) => Channel.fromChannelArn(stack, 'Channel', CHANNEL_ARN)],
  ])('is %s as it was handed in', (_, channelIn) => {
    const stack = stackIn('us-west-2');
    const channel = channelIn(stack);

    expect(new ManagedStreamKey(stack, 'Live', { channel }).channel).toBe(channel);
  });

  test('is the one of its own with its endpoint and its playback URL', () => {
    const stack = stackIn('us-west-2');
    const { channel } = new ManagedStreamKey(stack, 'Live');
    const { logicalId } = onlyResource(stack, 'AWS::IVS::Channel');

    expect(stack.resolve([channel.channelIngestEndpoint, channel.channelPlaybackUrl])).toEqual([
      { 'Fn::GetAtt': [logicalId, 'IngestEndpoint'] }, { 'Fn::GetAtt': [logicalId, 'PlaybackUrl'] },
    ]);
  });

  test.each<[string, (stack: Stack) => ivs.IChannelRef]>([
    ['an L1', (stack) => new ivs.CfnChannel(stack, 'Channel')],
    ['another library\'s, which holds an L1', (stack) => {
      const resource = new ivs.CfnChannel(stack, 'Channel');
      const channel = new ForeignChannel(stack, 'Foreign', resource.ref);
      channel.node.defaultChild = resource;
      return channel;
    }],
  ])('knows endpoint and playback URL of %s', (_, channelIn) => {
    const stack = stackIn('us-west-2');
    const { channel } = new ManagedStreamKey(stack, 'Live', { channel: channelIn(stack) });
    const { logicalId } = onlyResource(stack, 'AWS::IVS::Channel');

    expect(stack.resolve([channel.channelArn, channel.channelIngestEndpoint, channel.channelPlaybackUrl])).toEqual([
      { Ref: logicalId }, { 'Fn::GetAtt': [logicalId, 'IngestEndpoint'] }, { 'Fn::GetAtt': [logicalId, 'PlaybackUrl'] },
    ]);
  });

  test('has the events, the metrics and the grants of an L1', () => {
    const stack = stackIn('us-west-2');
    const { channel } = new ManagedStreamKey(stack, 'Live', { channel: new ivs.CfnChannel(stack, 'Channel') });
    const application = new iam.Role(stack, 'Application', { assumedBy: new iam.AccountRootPrincipal() });

    const rule = channel.onStreamStart('Start');
    channel.grantStopStream(application);

    expect(stack.resolve((rule.node.defaultChild as events.CfnRule).eventPattern).resources).toEqual([{ Ref: 'Channel' }]);
    Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', {
      Roles: [stack.resolve(application.roleName)],
      PolicyDocument: { Statement: [{ Effect: 'Allow', Action: 'ivs:StopStream', Resource: { Ref: 'Channel' } }] },
    });
    expect(channel.metricConcurrentViews()).toMatchObject({ account: ACCOUNT, region: 'us-west-2' });
  });

  test.each<[string, (stack: Stack) => ivs.IChannelRef]>([
    ['a Channel', (stack) => new Channel(stack, 'Channel')],
    ['an L1', (stack) => new ivs.CfnChannel(stack, 'Channel')],
    ['another library\'s', (stack) => new ForeignChannel(stack, 'Foreign', new ivs.CfnChannel(stack, 'Channel').ref)],
  ])('is in the region of %s, which need not be the one of the stack', (_, channelIn) => {
    const stack = new Stack(app, 'Stack', { env: { account: ACCOUNT, region: 'us-west-2' }, crossRegionReferences: true });
    const theirs = new Stack(app, 'Theirs', { env: { account: ACCOUNT, region: 'eu-west-1' }, crossRegionReferences: true });
    const { channel } = new ManagedStreamKey(stack, 'Live', { channel: channelIn(theirs) });

    expect(channel.metricConcurrentViews()).toMatchObject({ account: ACCOUNT, region: 'eu-west-1' });
    expect(() => channel.onStreamStart('Start', { crossStackScope: stack })).toThrow(new Error(
      `[${channel.node.path}] \`crossStackScope\` must be in a stack of the region of the channel, eu-west-1, as IVS sends the event only there, `
      + 'got: Stack in us-west-2. Put the rule into a stack of that region; there, a rule can send the events on to another event bus',
    ));
    expect(() => channel.onStreamEnd('End', { crossStackScope: theirs })).not.toThrow();
  });

  test('has no rule beside the stream key for an L1 of another region', () => {
    const stack = new Stack(app, 'Stack', { env: { account: ACCOUNT, region: 'us-west-2' }, crossRegionReferences: true });
    const { channel } = new ManagedStreamKey(stack, 'Live', { channel: new ivs.CfnChannel(stackIn('eu-west-1', ACCOUNT, 'Theirs'), 'Channel') });

    expect(() => channel.onStreamStart('Start')).toThrow(new Error(
      '[Stack/Live/Channel] `crossStackScope` must be in a stack of the region of the channel, eu-west-1, as IVS sends the event only there, '
      + 'got: Stack/Live/Channel in us-west-2. Put the rule into a stack of that region; there, a rule can send the events on to another event bus',
    ));
  });

  test('is one of another library, of which only the ARN is known', () => {
    const stack = stackIn('us-west-2');
    const { channel } = new ManagedStreamKey(stack, 'Live', { channel: new ForeignChannel(stack, 'Channel', CHANNEL_ARN) });

    expect(channel).toMatchObject({ channelArn: CHANNEL_ARN, env: { account: ACCOUNT, region: 'us-west-2' } });
    expect(() => channel.channelPlaybackUrl).toThrow(new Error(
      '[Stack/Live/Channel] `channelPlaybackUrl` must be given when the channel is imported, as it does not follow from the ARN, got: none. '
      + `Import ${CHANNEL_ARN} by Channel.fromChannelAttributes, with \`channelPlaybackUrl\``,
    ));
  });

  test('brings nothing into the template', () => {
    const templateWith = (channelIn: (stack: Stack) => ivs.IChannelRef) => {
      const stack = new Stack(new App(), 'Stack');
      new ManagedStreamKey(stack, 'Live', { channel: channelIn(stack) });
      return Template.fromStack(stack).toJSON();
    };

    expect(templateWith((stack) => new ForeignChannel(stack, 'Channel', CHANNEL_ARN)))
      .toEqual(templateWith((stack) => Channel.fromChannelArn(stack, 'Channel', CHANNEL_ARN)));
  });

  test('cannot be given a second stream key', () => {
    const stack = stackIn('us-west-2');
    const { channel } = new ManagedStreamKey(stack, 'Live', { channel: new ivs.CfnChannel(stack, 'Channel') });

    expect(() => new ManagedStreamKey(stack, 'Second', { channel })).toThrow(/got: Stack\/Live\/Channel, which Stack\/Live manages already/);
  });
});

describe('a channel of another account', () => {
  test('is refused when its ARN tells the account', () => {
    const stack = stackIn('us-west-2', '222222222222');
    const channel = Channel.fromChannelArn(stack, 'Channel', CHANNEL_ARN);

    expect(() => new ManagedStreamKey(stack, 'Live', { channel })).toThrow(new Error(
      `[Stack/Live] \`channel\` must be in the account of the stack, 222222222222, got: ${CHANNEL_ARN} in ${ACCOUNT}. `
      + 'Put the ManagedStreamKey into a stack of the account that has the channel: IVS does not allow access to a stream key from another account',
    ));
  });

  test('is refused when nothing but its ARN tells the account', () => {
    const stack = stackIn('us-west-2', '222222222222');
    const channel = new ForeignChannel(stack, 'Channel', CHANNEL_ARN);

    expect(() => new ManagedStreamKey(stack, 'Live', { channel })).toThrow(new Error(
      `[Stack/Live] \`channel\` must be in the account of the stack, 222222222222, got: ${CHANNEL_ARN} in ${ACCOUNT}. `
      + 'Put the ManagedStreamKey into a stack of the account that has the channel: IVS does not allow access to a stream key from another account',
    ));
  });

  test('is refused when its stack tells the account', () => {
    const channel = new Channel(stackIn('us-west-2', ACCOUNT, 'Channels'), 'Channel');
    const stack = stackIn('us-west-2', '222222222222');

    expect(() => new ManagedStreamKey(stack, 'Live', { channel })).toThrow(new Error(
      `[Stack/Live] \`channel\` must be in the account of the stack, 222222222222, got: <token> in ${ACCOUNT}. `
      + 'Put the ManagedStreamKey into a stack of the account that has the channel: IVS does not allow access to a stream key from another account',
    ));
  });

  test('cannot be told from one of this account while the account of the stack is unknown', () => {
    const stack = new Stack(app, 'Stack');
    const channel = Channel.fromChannelArn(stack, 'Channel', CHANNEL_ARN);

    expect(() => new ManagedStreamKey(stack, 'Live', { channel })).not.toThrow();
  });

  test('cannot be told from one of this account while the account of the channel is unknown', () => {
    const stack = stackIn('us-west-2');
    const channel = Channel.fromChannelArn(stack, 'Channel', `arn:aws:ivs:us-west-2:${Aws.ACCOUNT_ID}:channel/abcdABCDefgh`);

    expect(() => new ManagedStreamKey(stack, 'Live', { channel })).not.toThrow();
  });
});

describe('a channel that is managed already', () => {
  const managedTwice = (got: string, second: string, first: string) => new Error(
    `[${second}] \`channel\` must be managed by one ManagedStreamKey only, as IVS allows one stream key per channel, `
    + `got: ${got}, which ${first} manages already. Use that one here, or give this one a channel of its own`,
  );

  test('is refused in the same stack', () => {
    const stack = stackIn('us-west-2');
    const channel = new Channel(stack, 'Channel');
    new ManagedStreamKey(stack, 'First', { channel });

    expect(() => new ManagedStreamKey(stack, 'Second', { channel })).toThrow(managedTwice('Stack/Channel', 'Stack/Second', 'Stack/First'));
  });

  test('is refused in another stack of the app', () => {
    const [one, two] = [stackIn('us-west-2', ACCOUNT, 'One'), stackIn('us-west-2', ACCOUNT, 'Two')];
    const channel = new Channel(one, 'Channel');
    new ManagedStreamKey(one, 'First', { channel });

    expect(() => new ManagedStreamKey(two, 'Second', { channel })).toThrow(managedTwice('One/Channel', 'Two/Second', 'One/First'));
  });

  test('is refused when it is imported a second time', () => {
    const [one, two] = [stackIn('us-west-2', ACCOUNT, 'One'), stackIn('us-west-2', ACCOUNT, 'Two')];
    new ManagedStreamKey(one, 'First', { channel: Channel.fromChannelArn(one, 'Channel', CHANNEL_ARN) });
    const channel = Channel.fromChannelArn(two, 'SameChannel', CHANNEL_ARN);

    expect(() => new ManagedStreamKey(two, 'Second', { channel })).toThrow(managedTwice('Two/SameChannel', 'Two/Second', 'One/First'));
  });

  test('is refused when it is imported by the ARN of the construct', () => {
    const stack = stackIn('us-west-2');
    const { channel: { channelRef } } = new ManagedStreamKey(stack, 'First');
    const channel = Channel.fromChannelArn(stack, 'SameChannel', channelRef.channelArn);

    expect(() => new ManagedStreamKey(stack, 'Second', { channel })).toThrow(managedTwice('Stack/SameChannel', 'Stack/Second', 'Stack/First'));
  });

  test('is refused when the L1 below it is managed', () => {
    const stack = stackIn('us-west-2');
    const channel = new Channel(stack, 'Channel');
    new ManagedStreamKey(stack, 'First', { channel: channel.node.defaultChild as ivs.CfnChannel });

    expect(() => new ManagedStreamKey(stack, 'Second', { channel })).toThrow(managedTwice('Stack/Channel', 'Stack/Second', 'Stack/First'));
  });

  test.each<[string, (channel: ivs.CfnChannel) => string]>([
    ['Ref', (channel) => channel.ref],
    ['Fn::GetAtt', (channel) => channel.attrArn],
  ])('is refused when it is imported by a %s of its L1', (_, arnOf) => {
    const stack = stackIn('us-west-2');
    const channel = new ivs.CfnChannel(stack, 'Channel');
    new ManagedStreamKey(stack, 'First', { channel });
    const same = Channel.fromChannelArn(stack, 'SameChannel', arnOf(channel));

    expect(() => new ManagedStreamKey(stack, 'Second', { channel: same })).toThrow(managedTwice('Stack/SameChannel', 'Stack/Second', 'Stack/First'));
  });

  test('is refused when it is imported by the Ref of the L1 below it', () => {
    const stack = stackIn('us-west-2');
    const { channel } = new ManagedStreamKey(stack, 'First');
    const same = Channel.fromChannelArn(stack, 'SameChannel', (channel.node.defaultChild as ivs.CfnChannel).ref);

    expect(() => new ManagedStreamKey(stack, 'Second', { channel: same })).toThrow(managedTwice('Stack/SameChannel', 'Stack/Second', 'Stack/First'));
  });

  test('is accepted in another app', () => {
    const [one, two] = [new Stack(new App(), 'Stack'), new Stack(new App(), 'Stack')];
    new ManagedStreamKey(one, 'Live', { channel: Channel.fromChannelArn(one, 'Channel', CHANNEL_ARN) });

    expect(() => new ManagedStreamKey(two, 'Live', { channel: Channel.fromChannelArn(two, 'Channel', CHANNEL_ARN) })).not.toThrow();
  });

  test('leaves other channels free', () => {
    const stack = stackIn('us-west-2');
    new ManagedStreamKey(stack, 'First');

    expect(() => new ManagedStreamKey(stack, 'Second')).not.toThrow();
  });
});

describe('the region of the channel', () => {
  const withoutIvs = `Amazon IVS had no channels in us-east-2 when this version of cdk-ivs-managed-stream-key was made, only in ${REGIONS.join(', ')}. `
    + `Correct the region, or acknowledge this warning if IVS has come to us-east-2 since. [ack: ${WARNING_ID}]`;

  test('is warned about when IVS is not there', () => {
    const stack = stackIn('us-east-2');

    new ManagedStreamKey(stack, 'Live');

    Annotations.fromStack(stack).hasWarning('/Stack/Live', withoutIvs);
  });

  test('is the one of its ARN, not the one of the stack', () => {
    const stack = stackIn('us-west-2');

    new ManagedStreamKey(stack, 'Live', { channel: Channel.fromChannelArn(stack, 'Channel', CHANNEL_ARN.replace('us-west-2', 'us-east-2')) });

    expect(warningsOf(stack)).toEqual([withoutIvs]);
  });

  test('is warned about until the warning is acknowledged', () => {
    const stack = stackIn('us-east-2');
    const live = new ManagedStreamKey(stack, 'Live');

    Notes.of(live).acknowledgeWarning(WARNING_ID);

    expect(warningsOf(stack)).toEqual([]);
  });

  test.each(REGIONS)('may be %s without a warning', (region) => {
    const stack = stackIn(region);

    new ManagedStreamKey(stack, 'Live');

    expect(warningsOf(stack)).toEqual([]);
  });

  test('is not warned about while it is unknown', () => {
    const stack = new Stack(app, 'Stack');

    new ManagedStreamKey(stack, 'Live');

    expect(warningsOf(stack)).toEqual([]);
  });
});
