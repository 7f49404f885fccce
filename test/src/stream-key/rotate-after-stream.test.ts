import { App, Aws, CfnParameter, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { checkPattern, matches } from '../../../local-aws/eventbridge/pattern';
import { checkTarget, inputFor } from '../../../local-aws/eventbridge/target';
import { Channel, ManagedStreamKey, ManagedStreamKeyProps, WhileLive } from '../../../src';
import { ForeignChannel } from '../foreign-channel';
import { onlyResource } from '../only-resource';

const RULE = 'AWS::Events::Rule';
const CHANNEL_ARN = 'arn:aws:ivs:us-west-2:123456789012:channel/abcdABCDefgh';
const SECRET_ARN = 'arn:aws:secretsmanager:us-west-2:123456789012:secret:LiveSecret-AbCdEf';
const HANDLER_ARN = 'arn:aws:lambda:us-west-2:123456789012:function:Handler:stream-ends';

/** What IVS tells when a broadcast has ended. */
const STREAM_END = {
  'version': '0',
  'id': '01234567-0123-0123-0123-012345678901',
  'detail-type': 'IVS Stream State Change',
  'source': 'aws.ivs',
  'account': '123456789012',
  'time': '2030-06-12T10:12:34Z',
  'region': 'us-west-2',
  'resources': [CHANNEL_ARN],
  'detail': { event_name: 'Stream End', channel_name: 'Evening "show"', stream_id: 'st-1FxnEBwjNLgtVaY6d5Cqz' },
};

const WAITING: [string, ManagedStreamKeyProps][] = [
  ['rotateAfterStream', { rotateAfterStream: true }],
  ['whileLive', { whileLive: WhileLive.DEFER }],
];

let stack: Stack;

beforeEach(() => {
  stack = new Stack(new App(), 'Stack');
});

/** The rule in a stack with such a key, with the ARNs that it refers to. */
const deployedRuleWith = (props: ManagedStreamKeyProps) => {
  new ManagedStreamKey(stack, 'Live', { channel: Channel.fromChannelArn(stack, 'Channel', CHANNEL_ARN), ...props });
  const arns: Record<string, string> = { SecretArn: SECRET_ARN };
  return JSON.parse(JSON.stringify(onlyResource(stack, RULE).Properties), (_, value) => {
    if (value?.Ref === onlyResource(stack, 'AWS::Lambda::Alias').logicalId) return HANDLER_ARN;
    if (value?.['Fn::GetAtt']) return arns[value['Fn::GetAtt'][1]];
    return value?.['Fn::Join'] ? value['Fn::Join'][1].join(value['Fn::Join'][0]) : value;
  });
};

describe('the rule for ends of broadcasts', () => {
  test.each<[string, ManagedStreamKeyProps]>([
    ['by default', {}],
    ['with rotateAfterStream off', { rotateAfterStream: false }],
    ['with KEEP', { whileLive: WhileLive.KEEP }],
    ['with DISCONNECT', { whileLive: WhileLive.DISCONNECT }],
    ['with a schedule', { rotationSchedule: {} }],
  ])('is not there %s', (_, props) => {
    new ManagedStreamKey(stack, 'Live', props);

    Template.fromStack(stack).resourceCountIs(RULE, 0);
  });

  test.each(WAITING)('is there with `%s`', (_, props) => {
    new ManagedStreamKey(stack, 'Live', props);

    Template.fromStack(stack).resourceCountIs(RULE, 1);
  });

  test('is there once with both', () => {
    new ManagedStreamKey(stack, 'Live', { rotateAfterStream: true, whileLive: WhileLive.DEFER });

    Template.fromStack(stack).resourceCountIs(RULE, 1);
  });

  test('is there for each stream key', () => {
    for (const name of ['One', 'Two', 'Three']) new ManagedStreamKey(stack, name, { rotateAfterStream: true });

    Template.fromStack(stack).resourceCountIs(RULE, 3);
  });

  test('says what it is for', () => {
    expect(deployedRuleWith({ rotateAfterStream: true }).Description).toBe(
      'Carries out the rotations of Stack/Live that come when a broadcast has ended',
    );
  });

  test('names the channel that is made with the key', () => {
    const { channel } = new ManagedStreamKey(stack, 'Live', { rotateAfterStream: true });

    expect(onlyResource(stack, RULE).Properties.EventPattern.resources).toEqual([stack.resolve(channel.channelRef.channelArn)]);
  });

  test('hears of the end of a broadcast on the channel', () => {
    const { EventPattern } = deployedRuleWith({ rotateAfterStream: true });

    expect(matches(checkPattern(EventPattern), STREAM_END)).toBe(true);
  });

  test.each<[string, object]>([
    ['on another channel', { resources: [CHANNEL_ARN.replace('abcd', 'efgh')] }],
    ['that is a start', { detail: { ...STREAM_END.detail, event_name: 'Stream Start' } }],
    ['that the session has ended', { detail: { ...STREAM_END.detail, event_name: 'Session Ended' } }],
    ['of another kind', { 'detail-type': 'IVS Recording State Change' }],
    ['that somebody else tells', { source: 'ours' }],
  ])('does not hear of an event %s', (_, difference) => {
    const { EventPattern } = deployedRuleWith({ rotateAfterStream: true });

    expect(matches(checkPattern(EventPattern), { ...STREAM_END, ...difference })).toBe(false);
  });

  test.each<[string, boolean, ManagedStreamKeyProps]>([
    ['rotate the key', true, { rotateAfterStream: true }],
    ['carry out what is due', false, { whileLive: WhileLive.DEFER }],
    ['rotate the key, due or not', true, { rotateAfterStream: true, whileLive: WhileLive.DEFER }],
  ])('tells the handler to %s', (_, Rotate, props) => {
    const [target] = deployedRuleWith(props).Targets;

    expect(inputFor(checkTarget(target), STREAM_END)).toEqual({
      StreamEnd: { ChannelArn: CHANNEL_ARN, SecretArn: SECRET_ARN, StreamId: 'st-1FxnEBwjNLgtVaY6d5Cqz', Time: '2030-06-12T10:12:34Z', Rotate },
    });
  });

  test('has the function of the stack as its only target, by the alias for ends of broadcasts', () => {
    new ManagedStreamKey(stack, 'Live', { rotateAfterStream: true });

    const { Targets } = onlyResource(stack, RULE).Properties;

    expect(Targets).toHaveLength(1);
    const alias = onlyResource(stack, 'AWS::Lambda::Alias');
    expect(Targets[0].Arn).toEqual({ Ref: alias.logicalId });
    expect(alias.Properties).toEqual({ FunctionName: { Ref: onlyResource(stack, 'AWS::Lambda::Function').logicalId }, FunctionVersion: '$LATEST', Name: 'stream-ends' });
  });

  test('comes once the stream key is in the secret, as it hands over the one that the custom resource answers', () => {
    new ManagedStreamKey(stack, 'Live', { rotateAfterStream: true });

    const { 'Fn::Join': [, template] } = onlyResource(stack, RULE).Properties.Targets[0].InputTransformer.InputTemplate;

    expect(template).toContainEqual({ 'Fn::GetAtt': [onlyResource(stack, 'Custom::IvsStreamKey').logicalId, 'SecretArn'] });
  });
});

describe('the permission of EventBridge to call the function', () => {
  const SOURCE_ARN = {
    'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':events:', { Ref: 'AWS::Region' }, ':', { Ref: 'AWS::AccountId' }, ':rule/*']],
  };

  describe.each(WAITING)('with `%s`', (_, props) => {
    test.each([1, 40])('is there once for %d stream keys, for all the rules of the account', (count) => {
      for (let number = 1; number <= count; number++) new ManagedStreamKey(stack, `Live${number}`, props);

      expect(onlyResource(stack, 'AWS::Lambda::Permission').Properties).toEqual({
        Action: 'lambda:InvokeFunction',
        FunctionName: { Ref: onlyResource(stack, 'AWS::Lambda::Alias').logicalId },
        Principal: 'events.amazonaws.com',
        SourceArn: SOURCE_ARN,
      });
    });
  });

  test.each([1, 40])('is one of two with %d stream keys that have schedules too', (count) => {
    for (let number = 1; number <= count; number++) new ManagedStreamKey(stack, `Live${number}`, { rotateAfterStream: true, rotationSchedule: {} });

    const permissions = Object.values(Template.fromStack(stack).findResources('AWS::Lambda::Permission'));

    expect(permissions.map(({ Properties }) => Properties.Principal).sort()).toEqual(['events.amazonaws.com', 'secretsmanager.amazonaws.com']);
  });

  test.each([WhileLive.KEEP, WhileLive.DISCONNECT])('is not there with %s alone', (whileLive) => {
    new ManagedStreamKey(stack, 'Live', { whileLive });

    Template.fromStack(stack).resourceCountIs('AWS::Lambda::Permission', 0);
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
