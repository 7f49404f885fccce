import { App, CfnParameter, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as sns from 'aws-cdk-lib/aws-sns';
import { checkPattern, matches } from '../../../local-aws/eventbridge/pattern';
import { Channel, IChannel } from '../../../src';
import { onlyResource } from '../only-resource';

const RULE = 'AWS::Events::Rule';
const ACCOUNT = '123456789012';
const CHANNEL_ARN = `arn:aws:ivs:us-west-2:${ACCOUNT}:channel/abcdABCDefgh`;

type EventMethod =
  'onEvent' | 'onStreamStateChange' | 'onStreamStart' | 'onStreamEnd' | 'onHealthChange' | 'onLimitBreach' | 'onRecordingStateChange';
const METHODS: [EventMethod, { 'detail-type'?: string[]; 'detail'?: object }][] = [
  ['onEvent', {}],
  ['onStreamStateChange', { 'detail-type': ['IVS Stream State Change'] }],
  ['onStreamStart', { 'detail-type': ['IVS Stream State Change'], 'detail': { event_name: ['Stream Start'] } }],
  ['onStreamEnd', { 'detail-type': ['IVS Stream State Change'], 'detail': { event_name: ['Stream End'] } }],
  ['onHealthChange', { 'detail-type': ['IVS Stream Health Change'] }],
  ['onLimitBreach', { 'detail-type': ['IVS Limit Breach'] }],
  ['onRecordingStateChange', { 'detail-type': ['IVS Recording State Change'] }],
];
const NAMES = METHODS.map(([method]) => method);

let app: App;
let stack: Stack;
let channel: IChannel;
let target: events.IRuleTarget;

beforeEach(() => {
  app = new App();
  stack = stackIn('us-west-2');
  channel = Channel.fromChannelArn(stack, 'Channel', CHANNEL_ARN);
  target = new targets.SnsTopic(new sns.Topic(stack, 'Topic'));
});

const stackIn = (region: string, account = ACCOUNT, id = 'Stack') => new Stack(app, id, { env: { account, region } });
const ruleBy = (method: EventMethod, options?: events.OnEventOptions) => {
  channel[method]('Rule', options);
  return onlyResource(stack, RULE).Properties;
};

describe.each(METHODS)('%s', (method, pattern) => {
  test('makes a rule for the events of the channel', () => {
    expect(ruleBy(method).EventPattern).toEqual({ source: ['aws.ivs'], resources: [CHANNEL_ARN], ...pattern });
  });

  test('makes a rule for the events of a channel that is made here', () => {
    const made = new Channel(stack, 'Made');
    made[method]('Rule');

    expect(onlyResource(stack, RULE).Properties.EventPattern).toEqual({ source: ['aws.ivs'], resources: [stack.resolve(made.channelArn)], ...pattern });
  });

  test('returns the rule, to which targets can be added', () => {
    channel[method]('Rule').addTarget(target);

    expect(onlyResource(stack, RULE).Properties.Targets).toEqual([{ Id: 'Target0', Arn: { Ref: onlyResource(stack, 'AWS::SNS::Topic').logicalId } }]);
  });

  test('takes name, description and target', () => {
    expect(ruleBy(method, { ruleName: 'told', description: 'Tells', target })).toMatchObject({
      Name: 'told',
      Description: 'Tells',
      Targets: [{ Id: 'Target0', Arn: { Ref: onlyResource(stack, 'AWS::SNS::Topic').logicalId } }],
    });
  });

  test('takes a narrower pattern', () => {
    expect(ruleBy(method, { eventPattern: { detail: { stream_id: ['st-1'] } } }).EventPattern).toEqual({
      source: ['aws.ivs'], resources: [CHANNEL_ARN], ...pattern, detail: { ...pattern.detail, stream_id: ['st-1'] },
    });
  });
});

describe('what is heard', () => {
  const event = (detailType: string, detail: object, resources = [CHANNEL_ARN]) => ({
    'version': '0',
    'id': '01234567-0123-0123-0123-012345678901',
    'source': 'aws.ivs',
    'account': ACCOUNT,
    'region': 'us-west-2',
    'time': '2030-06-12T10:12:34Z',
    'detail-type': detailType,
    detail,
    resources,
  });
  const EVENTS = {
    start: event('IVS Stream State Change', { event_name: 'Stream Start', channel_name: 'Show', stream_id: 'st-1' }),
    end: event('IVS Stream State Change', { event_name: 'Stream End', channel_name: 'Show', stream_id: 'st-1' }),
    failure: event('IVS Stream State Change', { event_name: 'Stream Failure', channel_name: 'Show', stream_id: 'st-1', reason: 'Transcode failure' }),
    starvation: event('IVS Stream Health Change', { event_name: 'Starvation Start', channel_name: 'Show', stream_id: 'st-1' }),
    bitrate: event('IVS Limit Breach', { limit_name: 'Ingest Bitrate', limit_value: 1234, exceeded_by: 3, limit_unit: 'bits per second', stream_id: 'st-1' }),
    viewers: event('IVS Limit Breach', { limit_name: 'Concurrent Viewers', limit_value: 10, exceeded_by: 11, limit_unit: 'viewers' }, []),
    recording: event('IVS Recording State Change', { recording_status: 'Recording End', stream_id: 'st-1' }),
    otherChannel: event('IVS Stream State Change', { event_name: 'Stream Start' }, [CHANNEL_ARN.replace('abcd', 'efgh')]),
  };

  test.each<[EventMethod, (keyof typeof EVENTS)[]]>([
    ['onEvent', ['start', 'end', 'failure', 'starvation', 'bitrate', 'recording']],
    ['onStreamStateChange', ['start', 'end', 'failure']],
    ['onStreamStart', ['start']],
    ['onStreamEnd', ['end']],
    ['onHealthChange', ['starvation']],
    ['onLimitBreach', ['bitrate']],
    ['onRecordingStateChange', ['recording']],
  ])('%s hears %j', (method, heard) => {
    const pattern = checkPattern(ruleBy(method).EventPattern);

    expect(Object.entries(EVENTS).filter(([, told]) => matches(pattern, told)).map(([name]) => name)).toEqual(heard);
  });
});

describe('the stack of a rule', () => {
  test.each(NAMES)('may be another one: %s', (method) => {
    const other = stackIn('us-west-2', ACCOUNT, 'Other');
    channel[method]('Rule', { crossStackScope: other });

    Template.fromStack(stack).resourceCountIs(RULE, 0);
    Template.fromStack(other).resourceCountIs(RULE, 1);
  });

  test.each(NAMES)('may not be in another region, where IVS does not tell of the channel: %s', (method) => {
    const other = stackIn('eu-west-1', ACCOUNT, 'Other');
    const abroad = Channel.fromChannelArn(other, 'Channel', CHANNEL_ARN);

    expect(() => abroad[method]('Rule')).toThrow(new Error(
      '[Other/Channel] `crossStackScope` must be in a stack of the region of the channel, us-west-2, as IVS sends the event only there, '
      + 'got: Other/Channel in eu-west-1. Put the rule into a stack of that region; there, a rule can send the events on to another event bus',
    ));
  });

  test('may not be in another account, where IVS does not tell of the channel', () => {
    const other = stackIn('us-west-2', '222222222222', 'Other');

    expect(() => channel.onEvent('Rule', { crossStackScope: other })).toThrow(new Error(
      `[Stack/Channel] \`crossStackScope\` must be in a stack of the account of the channel, ${ACCOUNT}, as IVS sends the event only there, `
      + 'got: Other in 222222222222. Put the rule into a stack of that account; there, a rule can send the events on to another event bus',
    ));
  });

  test('may be in the region of a channel that is imported elsewhere', () => {
    const abroad = Channel.fromChannelArn(stackIn('eu-west-1', ACCOUNT, 'Other'), 'Channel', CHANNEL_ARN);
    abroad.onEvent('Rule', { crossStackScope: stack });

    Template.fromStack(stack).resourceCountIs(RULE, 1);
  });

  test('may be any one while account and region are unknown', () => {
    const anywhere = new Stack(app, 'Anywhere');

    expect(() => Channel.fromChannelArn(anywhere, 'Channel', CHANNEL_ARN).onEvent('Rule')).not.toThrow();
  });

  test('may be any one while the channel is unknown', () => {
    const unknown = Channel.fromChannelArn(stack, 'Unknown', new CfnParameter(stack, 'Parameter').valueAsString);

    expect(() => unknown.onEvent('Rule')).not.toThrow();
  });
});
