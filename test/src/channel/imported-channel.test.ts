import { App, Aws, CfnParameter, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Channel, ChannelAttributes, IChannel } from '../../../src';

const CHANNEL_ARN = 'arn:aws:ivs:eu-west-1:123456789012:channel/abcdABCDefgh';

let stack: Stack;

beforeEach(() => {
  stack = new Stack(new App(), 'Stack', { env: { account: '111111111111', region: 'us-west-2' } });
});

const IMPORTS: [string, (channelArn: string) => IChannel][] = [
  ['fromChannelArn', (channelArn) => Channel.fromChannelArn(stack, 'Channel', channelArn)],
  ['fromChannelAttributes', (channelArn) => Channel.fromChannelAttributes(stack, 'Channel', { channelArn })],
];

describe.each(IMPORTS)('a channel imported by %s', (_, imported) => {
  test('has the ARN that it was imported by', () => {
    expect(imported(CHANNEL_ARN).channelArn).toBe(CHANNEL_ARN);
  });

  test('is referred to by that ARN', () => {
    expect(imported(CHANNEL_ARN).channelRef).toEqual({ channelArn: CHANNEL_ARN });
  });

  test('is in the account and region of its ARN, not in those of the stack', () => {
    expect(imported(CHANNEL_ARN).env).toEqual({ account: '123456789012', region: 'eu-west-1' });
  });

  test('is no resource of the stack', () => {
    imported(CHANNEL_ARN);

    Template.fromStack(stack).resourceCountIs('AWS::IVS::Channel', 0);
  });

  test('may have an ARN from a parameter', () => {
    const { channelArn } = imported(new CfnParameter(stack, 'Parameter').valueAsString);

    expect(stack.resolve(channelArn)).toEqual({ Ref: 'Parameter' });
  });

  test('may have an ARN of which the region is known only', () => {
    const { env } = imported(`arn:aws:ivs:eu-west-1:${Aws.ACCOUNT_ID}:channel/abcdABCDefgh`);

    expect(stack.resolve(env)).toEqual({ account: { Ref: 'AWS::AccountId' }, region: 'eu-west-1' });
  });

  test.each(['', 'Live', 'arn:aws:ivs:eu-west-1:123456789012:stream-key/abc'])('may not have the ARN "%s"', (arn) => {
    expect(() => imported(arn)).toThrow(new Error(
      '[Stack/Channel] `channelArn` must be the ARN of an IVS channel, like arn:aws:ivs:us-west-2:123456789012:channel/abcdABCDefgh, '
      + `got: ${arn || '\'\''}. Copy it from the output of \`aws ivs list-channels\``,
    ));
  });

  test.each(['channelIngestEndpoint', 'channelPlaybackUrl'] as const)('does not know its `%s`, and says what to do', (attribute) => {
    expect(() => imported(CHANNEL_ARN)[attribute]).toThrow(new Error(
      `[Stack/Channel] \`${attribute}\` must be given when the channel is imported, as it does not follow from the ARN, got: none. `
      + `Import ${CHANNEL_ARN} by Channel.fromChannelAttributes, with \`${attribute}\``,
    ));
  });
});

describe.each<[keyof ChannelAttributes & ('channelIngestEndpoint' | 'channelPlaybackUrl'), string]>([
  ['channelIngestEndpoint', 'a1b2c3d4e5f6.global-contribute.live-video.net'],
  ['channelPlaybackUrl', 'https://a1b2c3d4e5f6.eu-west-1.playback.live-video.net/api/video/v1/eu-west-1.123456789012.channel.abcdABCDefgh.m3u8'],
])('the `%s` of an imported channel', (attribute, value) => {
  const importedWith = (given: string) => Channel.fromChannelAttributes(stack, 'Channel', { channelArn: CHANNEL_ARN, [attribute]: given });

  test('is what it was imported with', () => {
    expect(importedWith(value)[attribute]).toBe(value);
  });

  test('may come from a parameter', () => {
    expect(stack.resolve(importedWith(new CfnParameter(stack, 'Parameter').valueAsString)[attribute])).toEqual({ Ref: 'Parameter' });
  });
});
