import { App, Aspects, CfnParameter, CfnResource, Lazy, MissingRemovalPolicies, RemovalPolicies, RemovalPolicy, Stack, Tags } from 'aws-cdk-lib';
import * as ivs from 'aws-cdk-lib/aws-ivs';
import {
  Channel, ChannelProps, ChannelType, ContainerFormat, LatencyMode, MultitrackMaximumResolution, MultitrackPolicy, Preset,
} from '../../../src';
import { onlyResource } from '../only-resource';

let stack: Stack;

beforeEach(() => {
  stack = new Stack(new App(), 'Stack');
});

/** The channel with its generated name left out. */
const theChannel = () => {
  const { Properties: { Name, ...Properties }, ...rest } = onlyResource(stack, 'AWS::IVS::Channel');
  return { ...rest, Properties: String(Name).startsWith('StackChannel') ? Properties : { Name, ...Properties } };
};
const channelWith = (props?: ChannelProps) => {
  new Channel(stack, 'Channel', props);
  return theChannel();
};

describe('a channel', () => {
  test('without props leaves every setting but the name to IVS', () => {
    expect(channelWith().Properties).toEqual({});
  });

  test.each<[keyof ChannelProps, ChannelProps, object]>([
    ['channelName', { channelName: 'Live_show-1' }, { Name: 'Live_show-1' }],
    ['type', { type: ChannelType.BASIC }, { Type: 'BASIC' }],
    ['type', { type: ChannelType.STANDARD }, { Type: 'STANDARD' }],
    ['type', { type: ChannelType.ADVANCED_SD }, { Type: 'ADVANCED_SD' }],
    ['type', { type: ChannelType.ADVANCED_HD }, { Type: 'ADVANCED_HD' }],
    ['latencyMode', { latencyMode: LatencyMode.LOW }, { LatencyMode: 'LOW' }],
    ['latencyMode', { latencyMode: LatencyMode.NORMAL }, { LatencyMode: 'NORMAL' }],
    ['authorized', { authorized: true }, { Authorized: true }],
    ['authorized', { authorized: false }, { Authorized: false }],
    ['insecureIngest', { insecureIngest: true }, { InsecureIngest: true }],
    ['insecureIngest', { insecureIngest: false }, { InsecureIngest: false }],
    [
      'preset',
      { type: ChannelType.ADVANCED_SD, preset: Preset.HIGHER_BANDWIDTH_DELIVERY },
      { Type: 'ADVANCED_SD', Preset: 'HIGHER_BANDWIDTH_DELIVERY' },
    ],
    [
      'preset',
      { type: ChannelType.ADVANCED_HD, preset: Preset.CONSTRAINED_BANDWIDTH_DELIVERY },
      { Type: 'ADVANCED_HD', Preset: 'CONSTRAINED_BANDWIDTH_DELIVERY' },
    ],
    ['containerFormat', { containerFormat: ContainerFormat.TS }, { ContainerFormat: 'TS' }],
    ['containerFormat', { containerFormat: ContainerFormat.FRAGMENTED_MP4 }, { ContainerFormat: 'FRAGMENTED_MP4' }],
  ])('hands `%s` to CloudFormation: %j', (_, props, properties) => {
    expect(channelWith(props).Properties).toEqual(properties);
  });

  test.each(Object.values(MultitrackPolicy).flatMap((policy) => Object.values(MultitrackMaximumResolution).map((most) => [policy, most] as const)))(
    'takes several tracks: %s, up to %s', (policy, maximumResolution) => {
      const multitrackInputConfiguration = { policy, maximumResolution };

      expect(channelWith({ containerFormat: ContainerFormat.FRAGMENTED_MP4, multitrackInputConfiguration }).Properties).toEqual({
        ContainerFormat: 'FRAGMENTED_MP4',
        MultitrackInputConfiguration: { Enabled: true, Policy: policy, MaximumResolution: maximumResolution },
      });
    },
  );

  test('implies the container format that several tracks need', () => {
    const multitrackInputConfiguration = { policy: MultitrackPolicy.ALLOW, maximumResolution: MultitrackMaximumResolution.HD };

    expect(channelWith({ multitrackInputConfiguration }).Properties.ContainerFormat).toBe('FRAGMENTED_MP4');
  });

  test('records to the bucket of its recording configuration', () => {
    const recordingConfiguration = new ivs.CfnRecordingConfiguration(stack, 'Recording', { destinationConfiguration: {} });

    const { Properties } = channelWith({ recordingConfiguration });

    expect(Properties).toEqual({ RecordingConfigurationArn: { Ref: 'Recording' } });
  });

  test.each<[string, (token: string) => ChannelProps, string]>([
    ['channelName', (token) => ({ channelName: token }), 'Name'],
    ['type', (token) => ({ type: token as ChannelType }), 'Type'],
    ['latencyMode', (token) => ({ latencyMode: token as LatencyMode }), 'LatencyMode'],
    ['preset', (token) => ({ preset: token as Preset }), 'Preset'],
    ['containerFormat', (token) => ({ containerFormat: token as ContainerFormat }), 'ContainerFormat'],
  ])('takes `%s` from a parameter', (_, propsWith, property) => {
    const parameter = new CfnParameter(stack, 'Parameter');

    const { Properties } = channelWith(propsWith(parameter.valueAsString));

    expect(Properties).toEqual({ [property]: { Ref: 'Parameter' } });
  });

  test.each<['authorized' | 'insecureIngest', string]>([
    ['authorized', 'Authorized'],
    ['insecureIngest', 'InsecureIngest'],
  ])('takes `%s` from a token', (prop, property) => {
    const token = Lazy.any({ produce: () => true }) as unknown as boolean;

    expect(channelWith({ [prop]: token }).Properties).toEqual({ [property]: true });
  });

  test('takes the settings of multitrack input from a parameter', () => {
    const token = new CfnParameter(stack, 'Parameter').valueAsString;

    const { Properties } = channelWith({
      containerFormat: ContainerFormat.FRAGMENTED_MP4,
      multitrackInputConfiguration: { policy: token as MultitrackPolicy, maximumResolution: token as MultitrackMaximumResolution },
    });

    expect(Properties.MultitrackInputConfiguration).toEqual({ Enabled: true, Policy: { Ref: 'Parameter' }, MaximumResolution: { Ref: 'Parameter' } });
  });

  test('takes a name that is only known at the end of synthesis', () => {
    expect(channelWith({ channelName: Lazy.string({ produce: () => 'late' }) }).Properties).toEqual({ Name: 'late' });
  });

  test.each(['', 'a', 'a'.repeat(128), 'azAZ09-_'])('may have the name "%s"', (channelName) => {
    expect(channelWith({ channelName }).Properties).toEqual({ Name: channelName });
  });

  test('may not have a name of 129 characters', () => {
    const channelName = 'a'.repeat(129);

    expect(() => new Channel(stack, 'Channel', { channelName })).toThrow(new Error(
      `[Stack/Channel] \`channelName\` must be 0 to 128 letters, digits, \`-\` and \`_\`, got: ${channelName} (129 characters). `
      + 'Choose another name, or leave it out: channels are told apart by their ARNs',
    ));
  });

  test.each(['a b', 'a.b', 'a/b', 'ä', 'a\n'])('may not have the name "%s"', (channelName) => {
    expect(() => new Channel(stack, 'Channel', { channelName })).toThrow(new Error(
      `[Stack/Channel] \`channelName\` must be 0 to 128 letters, digits, \`-\` and \`_\`, got: ${channelName}. `
      + 'Choose another name, or leave it out: channels are told apart by their ARNs',
    ));
  });

  test.each([
    ['has no policy by default, so that CloudFormation deletes it', undefined, undefined],
    ['is deleted with its stack', RemovalPolicy.DESTROY, 'Delete'],
    ['stays when its stack goes', RemovalPolicy.RETAIN, 'Retain'],
  ])('%s', (_, removalPolicy, policy) => {
    const { DeletionPolicy, UpdateReplacePolicy } = channelWith({ removalPolicy });

    expect([DeletionPolicy, UpdateReplacePolicy]).toEqual([policy, policy]);
  });

  test.each<['channelArn' | 'channelIngestEndpoint' | 'channelPlaybackUrl', string]>([
    ['channelArn', 'Arn'],
    ['channelIngestEndpoint', 'IngestEndpoint'],
    ['channelPlaybackUrl', 'PlaybackUrl'],
  ])('has the attribute `%s`', (name, attribute) => {
    const channel = new Channel(stack, 'Channel');

    expect(stack.resolve(channel[name])).toEqual({ 'Fn::GetAtt': [onlyResource(stack, 'AWS::IVS::Channel').logicalId, attribute] });
  });

  test('is referred to by its ARN', () => {
    const channel = new Channel(stack, 'Channel');

    expect(channel.channelRef).toEqual({ channelArn: channel.channelArn });
  });

  test('has its tags, and those of the scopes above it', () => {
    Tags.of(stack).add('show', 'evening');
    Tags.of(new Channel(stack, 'Channel')).add('stage', 'prod');

    expect(theChannel().Properties).toEqual({
      Tags: [{ Key: 'show', Value: 'evening' }, { Key: 'stage', Value: 'prod' }],
    });
  });

  test('stays when RemovalPolicies say so', () => {
    RemovalPolicies.of(new Channel(stack, 'Channel')).retain();

    expect(onlyResource(stack, 'AWS::IVS::Channel')).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
  });

  test('stays when MissingRemovalPolicies say so', () => {
    MissingRemovalPolicies.of(stack).retain();
    new Channel(stack, 'Channel');

    expect(onlyResource(stack, 'AWS::IVS::Channel')).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
  });

  test('stays when RETAIN is applied later', () => {
    new Channel(stack, 'Channel').applyRemovalPolicy(RemovalPolicy.RETAIN);

    expect(onlyResource(stack, 'AWS::IVS::Channel')).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
  });

  test('is changed by aspects', () => {
    new Channel(stack, 'Channel');
    Aspects.of(stack).add({
      visit: (node) => { if (CfnResource.isCfnResource(node)) node.addPropertyOverride('LatencyMode', 'NORMAL'); },
    });

    expect(theChannel().Properties).toEqual({ LatencyMode: 'NORMAL' });
  });
});
