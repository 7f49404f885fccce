import { App, Arn, ArnFormat, Aspects, CfnParameter, CfnResource, Fn, Intrinsic, Lazy, NestedStack, Reference, Resource, Stack, Stage, Token, Tokenization } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ivs from 'aws-cdk-lib/aws-ivs';
import { Construct } from 'constructs';
import { Channel, ManagedStreamKey } from '../../../src';
import { ForeignL2 } from '../foreign-l2';

const ACCOUNT = '111111111111';
const CHANNEL_ARN = `arn:aws:ivs:us-west-2:${ACCOUNT}:channel/abcdABCDefgh`;
const env = { account: ACCOUNT, region: 'us-west-2' };

let app: App;
let stack: Stack;

beforeEach(() => {
  app = new App();
  stack = new Stack(app, 'Stack', { env });
});

const refused = (streamKey = 'Stack/StreamKey', live = 'Stack/Live') =>
  `[${live}] \`channel\` must have no AWS::IVS::StreamKey as well, as IVS allows one stream key per channel, got: ${streamKey}. `
  + 'To keep the value of its key, hand it over in two deployments: the first with ManagedStreamKey.prepareAdoption(…) on the AWS::IVS::StreamKey '
  + 'and without this ManagedStreamKey; the second with this ManagedStreamKey, under another id, and without the AWS::IVS::StreamKey. '
  + 'If its value does not matter, take one of the two resources out';
const managedTwice = '[Stack/Second] `channel` must be managed by one ManagedStreamKey only, as IVS allows one stream key per channel, '
  + 'got: one that Stack/First manages already. Use that one here, or give this one a channel of its own';
const streamKeyOf = (channelArn: string, scope: Construct = stack) => new ivs.CfnStreamKey(scope, 'StreamKey', { channelArn });

/** An L2 whose ARN is another one in other accounts, as those of aws-cdk-lib. */
class NamedChannel extends Resource implements ivs.IChannelRef {
  public readonly channelArn: string;
  private readonly resource = new ivs.CfnChannel(this, 'Resource');

  constructor(scope: Construct, id: string) {
    super(scope, id, { physicalName: 'named' });
    this.channelArn = this.getResourceArnAttribute(this.resource.attrArn, { service: 'ivs', resource: 'channel', resourceName: this.physicalName });
  }

  public get channelRef() {
    return { channelArn: this.resource.ref };
  }
}

/** A reference of a strength that was chosen, as newer versions of aws-cdk-lib make it. */
class ChosenReference extends Intrinsic {
  constructor(public readonly reference: Reference) {
    super(reference);
  }

  public resolve(): unknown {
    return { 'Fn::GetStackOutput': { StackName: 'Stack', OutputName: 'Channel' } };
  }
}

/** Ways in which a program knows one channel: as what a ManagedStreamKey takes, and as the ARN that a CfnStreamKey takes. */
const WAYS: Array<[string, () => { channel: ivs.IChannelRef; channelArn: string }]> = [
  ['the ARN of a Channel', () => {
    const channel = new Channel(stack, 'Channel');
    return { channel, channelArn: channel.channelArn };
  }],
  ['Ref of the L1 below a Channel', () => {
    const channel = new Channel(stack, 'Channel');
    return { channel, channelArn: (channel.node.defaultChild as ivs.CfnChannel).ref };
  }],
  ['Ref of an L1', () => {
    const channel = new ivs.CfnChannel(stack, 'Channel');
    return { channel, channelArn: channel.ref };
  }],
  ['Fn::GetAtt of an L1', () => {
    const channel = new ivs.CfnChannel(stack, 'Channel');
    return { channel, channelArn: channel.attrArn };
  }],
  ['Ref of an L1 by its logical id', () => ({ channel: new ivs.CfnChannel(stack, 'Channel'), channelArn: Fn.ref('Channel') })],
  ['Fn::GetAtt of an L1 by its logical id', () => {
    const channel = new ivs.CfnChannel(stack, 'Channel');
    channel.overrideLogicalId('Stage');
    return { channel, channelArn: Fn.getAtt('Stage', 'Arn').toString() };
  }],
  ['the ARN of an L2 that has another one in other accounts', () => {
    const channel = new NamedChannel(stack, 'Channel');
    return { channel, channelArn: channel.channelArn };
  }],
  ['a channel of aws-ivs-alpha', () => {
    const channel = new ForeignL2(stack, 'Channel', (scope, id) => new ivs.CfnChannel(scope, id));
    return { channel: channel as any, channelArn: channel.resource.attrArn };
  }],
  ['a weak reference to a Channel', () => {
    const channel = new Channel(stack, 'Channel');
    return { channel, channelArn: Token.asString(new ChosenReference(Tokenization.reverse(channel.channelArn) as Reference)) };
  }],
  ['a lazy ARN', () => {
    const channel = new Channel(stack, 'Channel');
    return { channel, channelArn: Lazy.string({ produce: () => channel.channelArn }) };
  }],
  ['the ARN of a channel that exists already', () => ({ channel: Channel.fromChannelArn(stack, 'Channel', CHANNEL_ARN), channelArn: CHANNEL_ARN })],
  ['an ARN with pseudo parameters', () => ({
    channel: Channel.fromChannelArn(stack, 'Channel', CHANNEL_ARN),
    channelArn: Arn.format({ service: 'ivs', resource: 'channel', resourceName: 'abcdABCDefgh', arnFormat: ArnFormat.SLASH_RESOURCE_NAME }, stack),
  })],
  ['an ARN with pseudo parameters only', () => ({
    channel: Channel.fromChannelArn(stack, 'Channel', CHANNEL_ARN),
    channelArn: `arn:${Fn.ref('AWS::Partition')}:ivs:${Fn.ref('AWS::Region')}:${Fn.ref('AWS::AccountId')}:channel/abcdABCDefgh`,
  })],
  ['a parameter', () => {
    const { valueAsString } = new CfnParameter(stack, 'Parameter');
    return { channel: Channel.fromChannelArn(stack, 'Channel', valueAsString), channelArn: valueAsString };
  }],
  ['an import', () => ({ channel: Channel.fromChannelArn(stack, 'Channel', Fn.importValue('channel')), channelArn: Fn.importValue('channel') })],
];

describe.each(WAYS)('a CfnStreamKey that knows the channel by %s', (_, make) => {
  test('is refused after the ManagedStreamKey', () => {
    const { channel, channelArn } = make();
    new ManagedStreamKey(stack, 'Live', { channel });
    streamKeyOf(channelArn);

    expect(() => app.synth()).toThrow(refused());
  });

  test('is refused before the ManagedStreamKey', () => {
    const { channel, channelArn } = make();
    streamKeyOf(channelArn);
    new ManagedStreamKey(stack, 'Live', { channel });

    expect(() => app.synth()).toThrow(refused());
  });
});

describe.each(WAYS)('a second ManagedStreamKey that knows the channel by %s', (_, make) => {
  test('is refused', () => {
    const { channel, channelArn } = make();
    new ManagedStreamKey(stack, 'First', { channel });

    expect(() => {
      new ManagedStreamKey(stack, 'Second', { channel: Channel.fromChannelArn(stack, 'Same', channelArn) });
      app.synth();
    }).toThrow(/^(Validation failed with the following errors:\n {2})?\[Stack\/Second\] `channel` must be managed by one ManagedStreamKey only/);
  });
});

test('a second ManagedStreamKey is told of the first when only the end of synthesis shows that the channel is the same', () => {
  const channel = new Channel(stack, 'Channel');
  new ManagedStreamKey(stack, 'First', { channel });
  new ManagedStreamKey(stack, 'Second', { channel: Channel.fromChannelArn(stack, 'Same', Lazy.string({ produce: () => channel.channelArn })) });

  expect(() => app.synth()).toThrow(`Validation failed with the following errors:\n  ${managedTwice}`);
});

describe('a CfnStreamKey of the channel', () => {
  test('is refused below an L2, by the path of which it is named', () => {
    const { channel } = new ManagedStreamKey(stack, 'Live');
    new ForeignL2(stack, 'Theirs', (scope, id) => new ivs.CfnStreamKey(scope, id, { channelArn: channel.channelArn }));

    expect(() => app.synth()).toThrow(refused('Stack/Theirs'));
  });

  test('is refused in another stack', () => {
    const other = new Stack(app, 'Other', { env });
    const channel = new Channel(stack, 'Channel');
    streamKeyOf(channel.channelArn, other);
    new ManagedStreamKey(stack, 'Live', { channel });

    expect(() => app.synth()).toThrow(refused('Other/StreamKey'));
  });

  test('is refused where channel, ManagedStreamKey and CfnStreamKey are in three stacks', () => {
    const [channels, keys] = ['Channels', 'Keys'].map((id) => new Stack(app, id, { env }));
    const channel = new Channel(channels, 'Channel');
    new ManagedStreamKey(stack, 'Live', { channel });
    streamKeyOf(channel.channelArn, keys);

    expect(() => app.synth()).toThrow(refused('Keys/StreamKey'));
  });

  test('is refused in another region, where the ARN of the channel is handed over as a parameter of SSM', () => {
    const here = new Stack(app, 'Here', { env, crossRegionReferences: true });
    const there = new Stack(app, 'There', { env: { ...env, region: 'eu-west-1' }, crossRegionReferences: true });
    const channel = new Channel(here, 'Channel');
    new ManagedStreamKey(here, 'Live', { channel });
    streamKeyOf(channel.channelArn, there);

    expect(() => app.synth()).toThrow(refused('There/StreamKey', 'Here/Live'));
  });

  test('is refused in a nested stack', () => {
    const channel = new Channel(stack, 'Channel');
    new ManagedStreamKey(stack, 'Live', { channel });
    streamKeyOf(channel.channelArn, new NestedStack(stack, 'Nested'));

    expect(() => app.synth()).toThrow(refused('Stack/Nested/StreamKey'));
  });

  test('is refused in another stage', () => {
    const [beta, prod] = ['Beta', 'Prod'].map((id) => new Stack(new Stage(app, id, { env }), 'Stack'));
    streamKeyOf(CHANNEL_ARN, beta);
    new ManagedStreamKey(prod, 'Live', { channel: Channel.fromChannelArn(prod, 'Channel', CHANNEL_ARN) });

    expect(() => app.synth()).toThrow(refused('Beta/Stack/StreamKey', 'Prod/Stack/Live'));
  });

  test('is refused although it is none of the class', () => {
    const { channel } = new ManagedStreamKey(stack, 'Live');
    new CfnResource(stack, 'StreamKey', { type: 'AWS::IVS::StreamKey', properties: { ChannelArn: channel.channelArn } });

    expect(() => app.synth()).toThrow(refused());
  });

  test('is refused although an escape hatch names the channel', () => {
    const { channel } = new ManagedStreamKey(stack, 'Live');
    streamKeyOf(CHANNEL_ARN).addPropertyOverride('ChannelArn', channel.channelArn);

    expect(() => app.synth()).toThrow(refused());
  });

  test('is refused although an aspect makes it', () => {
    const { channel } = new ManagedStreamKey(stack, 'Live');
    Aspects.of(stack).add({ visit: (node) => { if (node === stack) streamKeyOf(channel.channelArn); } });

    expect(() => app.synth()).toThrow(refused());
  });

  test('is refused besides a second one', () => {
    const { channel } = new ManagedStreamKey(stack, 'Live');
    streamKeyOf(channel.channelArn);
    new ivs.CfnStreamKey(stack, 'More', { channelArn: channel.channelArn });

    expect(() => app.synth()).toThrow(`${refused()}\n  ${refused('Stack/More')}`);
  });
});

describe('a CfnStreamKey is accepted', () => {
  test.each<[string, (live: ManagedStreamKey) => string]>([
    ['a channel of the app', () => new Channel(stack, 'Other').channelArn],
    ['a channel that exists already', () => CHANNEL_ARN],
    ['a channel from a parameter', () => new CfnParameter(stack, 'Parameter').valueAsString],
    ['a channel from an import', () => Fn.importValue('channel')],
    ['a channel of the same logical id in another stack', (live) => {
      const channel = new ivs.CfnChannel(new Stack(app, 'Other', { env }), 'Channel');
      channel.overrideLogicalId(stack.getLogicalId(live.channel.node.defaultChild as ivs.CfnChannel));
      return channel.attrArn;
    }],
    ['an attribute of the channel that is no ARN', (live) => live.channel.channelPlaybackUrl],
  ])('for %s', (_, channelArn) => {
    streamKeyOf(channelArn(new ManagedStreamKey(stack, 'Live')));

    expect(() => app.synth()).not.toThrow();
  });

  test('in another app', () => {
    new ManagedStreamKey(stack, 'Live', { channel: Channel.fromChannelArn(stack, 'Channel', CHANNEL_ARN) });
    const other = new Stack(new App(), 'Stack', { env });
    streamKeyOf(CHANNEL_ARN, other);

    expect(() => [stack, other].map((each) => Template.fromStack(each))).not.toThrow();
  });

  test('for an import of another region', () => {
    new ManagedStreamKey(stack, 'Live', { channel: Channel.fromChannelArn(stack, 'Channel', Fn.importValue('channel')) });
    streamKeyOf(Fn.importValue('channel'), new Stack(app, 'Other', { env: { ...env, region: 'eu-west-1' } }));

    expect(() => app.synth()).not.toThrow();
  });
});

test('an app is walked through as often with many stream keys as with one', () => {
  const walksWith = (count: number) => {
    const root = new App();
    const keys = new Stack(root, 'Stack');
    for (let index = 0; index < count; index++) new ManagedStreamKey(keys, `Live${index}`);
    const findAll = jest.spyOn(root.node, 'findAll');
    root.synth();
    return findAll.mock.calls.length;
  };

  expect(walksWith(20)).toBe(walksWith(1));
});
