import { App, CfnParameter, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { checkPattern, matches } from '../../../local-aws/eventbridge/pattern';
import { Channel, LookAfterOptions, ManagedStreamKey, ManagedStreamKeyProps, StreamKeyProvider, WhileLive } from '../../../src';
import { onlyResource } from '../only-resource';

const TYPES = ['AWS::Events::Rule', 'AWS::Lambda::EventSourceMapping', 'AWS::SQS::Queue', 'AWS::SQS::QueuePolicy'];
const event = (more: object) => ({ account: '123456789012', region: 'us-west-2', resources: ['arn:aws:any:thing'], ...more });
const streamState = (name: string) => event({ 'source': 'aws.ivs', 'detail-type': 'IVS Stream State Change', 'detail': { event_name: name, stream_id: 'st-1' } });
const label = (labelUpdated: string) => event({ 'source': 'aws.secretsmanager', 'detail-type': 'Secret Label Updated', 'detail': { labelUpdated } });
const call = (eventName: string, detail: object) => event({ 'source': 'aws.ivs', 'detail-type': 'AWS API Call via CloudTrail', 'detail': { eventName, ...detail } });

let stack: Stack;
beforeEach(() => { stack = new Stack(new App(), 'Stack'); });

const keyWith = (lookAfter?: LookAfterOptions, props: ManagedStreamKeyProps = {}) =>
  new ManagedStreamKey(stack, 'Live', { provider: new StreamKeyProvider(stack, 'Provider', { lookAfter }), ...props });
const count = (type: string) => Object.keys(Template.fromStack(stack).findResources(type)).length;
const rule = (id = 'EventsRule') =>
  Object.entries(Template.fromStack(stack).findResources('AWS::Events::Rule')).find(([name]) => name.includes(id))![1].Properties;
const hears = (heard: object, id?: string) => matches(checkPattern(rule(id).EventPattern), heard);

describe('the look after the keys', () => {
  test('is on by default, every hour and at each new version of a secret', () => {
    keyWith();

    expect(rule().ScheduleExpression).toBe('rate(1 hour)');
    expect([hears(label('AWSCURRENT')), hears(label('AWSPENDING')), hears(streamState('Stream End'))]).toEqual([true, false, false]);
  });

  test.each([[5, 'rate(5 minutes)'], [60, 'rate(1 hour)'], [90, 'rate(90 minutes)'], [120, 'rate(2 hours)'], [1440, 'rate(1 day)']])('may come every %d minutes', (minutes, schedule) => {
    keyWith({ every: Duration.minutes(minutes) });

    expect(rule().ScheduleExpression).toBe(schedule);
  });

  test.each<[string, Duration]>([
    ['4 minutes', Duration.minutes(4)], ['1 day 1 minute', Duration.minutes(1441)], ['5 minutes 30 seconds', Duration.seconds(330)],
  ])('may not come every %s', (got, every) => {
    expect(() => keyWith({ every })).toThrow(new Error(
      `[Stack/Provider] \`lookAfter.every\` must be whole minutes, from 5 minutes to 1 day, and known when the template is made, got: ${got}. `
      + 'Use Duration.hours(1), or leave it out for that',
    ));
  });

  test.each<[string, LookAfterOptions]>([
    ['every', { every: Duration.hours(2) }],
    ['onChangeByHand', { onChangeByHand: true }],
  ])('may not be disabled together with `%s`', (_, options) => {
    expect(() => keyWith({ enabled: false, ...options })).toThrow(new Error(
      '[Stack/Provider] `lookAfter.enabled` must not be false together with `every` or `onChangeByHand`, got: false. Leave these two out, or `enabled`',
    ));
  });

  test('may not come at times that are known only when the stack is deployed', () => {
    const minutes = new CfnParameter(stack, 'Parameter', { type: 'Number' }).valueAsNumber;

    expect(() => keyWith({ every: Duration.minutes(minutes) })).toThrow('got: a token');
  });

  test('may be disabled: then there is no queue, nor what goes with it', () => {
    const { provider } = keyWith({ enabled: false });

    expect(TYPES.map(count)).toEqual([0, 0, 0, 0]);
    expect(provider.undeliveredEvents).toBeUndefined();
  });

  test('hears of no change by hand by default', () => {
    keyWith();

    expect(count('AWS::Events::Rule')).toBe(1);
  });

  const issuer = (arn: string) => ({ userIdentity: { sessionContext: { sessionIssuer: { arn } } } });
  test.each<[string, object, boolean]>([
    ['of a user', call('DeleteStreamKey', { userIdentity: { type: 'IAMUser' } }), true],
    ['of another role', call('DeleteStreamKey', issuer('arn:aws:iam::123456789012:role/Admin')), true],
    ['of the handler', call('DeleteStreamKey', issuer('arn:aws:iam::123456789012:role/Handler')), false],
    ['that failed', call('DeleteStreamKey', { errorCode: 'AccessDenied', userIdentity: {} }), false],
    ['of something else', call('PutMetadata', { userIdentity: {} }), false],
  ])('hears of a change %s if it is told to: %#', (_, change, expected) => {
    keyWith({ onChangeByHand: true });

    const pattern = JSON.parse(JSON.stringify(rule('ChangesByHand').EventPattern), (_name, value) => value?.['Fn::GetAtt'] ? 'arn:aws:iam::123456789012:role/Handler' : value);

    expect(matches(checkPattern(pattern), change)).toBe(expected);
  });
});

describe('the end of a broadcast', () => {
  test.each<[string, ManagedStreamKeyProps]>([['rotateAfterStream', { rotateAfterStream: true }], ['DEFER', { whileLive: WhileLive.DEFER }]])(
    'is heard of with %s, besides the look', (_, props) => {
      keyWith({}, props);

      expect([hears(streamState('Stream End')), hears(label('AWSCURRENT'))]).toEqual([true, true]);
      expect([hears(streamState('Stream Start')), hears(label('AWSPENDING'))]).toEqual([false, false]);
    },
  );

  test('is heard of without the look', () => {
    keyWith({ enabled: false }, { rotateAfterStream: true });

    expect([hears(streamState('Stream End')), hears(label('AWSCURRENT'))]).toEqual([true, false]);
    expect(rule()).not.toHaveProperty('ScheduleExpression');
    expect(TYPES.map(count)).toEqual([1, 1, 2, 1]);
  });
});

describe('the queue', () => {
  const queues = () => Object.entries(Template.fromStack(stack).findResources('AWS::SQS::Queue'));
  const queue = () => queues().find(([, { Properties }]) => Properties.RedrivePolicy)!;
  const deadLetters = () => queues().find(([, { Properties }]) => !Properties.RedrivePolicy)!;

  test('is encrypted, and has a queue for dead letters that is, too', () => {
    keyWith();

    expect(queue()[1].Properties).toEqual({
      MessageRetentionPeriod: 345_600,
      RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': [deadLetters()[0], 'Arn'] }, maxReceiveCount: 5 },
      SqsManagedSseEnabled: true,
      VisibilityTimeout: 360,
    });
    expect(deadLetters()[1].Properties).toEqual({ MessageRetentionPeriod: 1_209_600, SqsManagedSseEnabled: true });
  });

  test('hides a message for longer than the function may run', () => {
    keyWith();

    expect(queue()[1].Properties.VisibilityTimeout).toBeGreaterThan(onlyResource(stack, 'AWS::Lambda::Function').Properties.Timeout);
  });

  test('takes messages from the rules only, and none without TLS', () => {
    keyWith({ onChangeByHand: true });

    const rules = Object.keys(Template.fromStack(stack).findResources('AWS::Events::Rule'));
    const [allow, deny] = onlyResource(stack, 'AWS::SQS::QueuePolicy').Properties.PolicyDocument.Statement;
    expect(allow).toMatchObject({
      Principal: { Service: 'events.amazonaws.com' },
      Condition: { ArnEquals: { 'aws:SourceArn': rules.map((id) => ({ 'Fn::GetAtt': [id, 'Arn'] })) } },
    });
    expect(deny).toMatchObject({ Effect: 'Deny', Action: 'sqs:*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } });
  });

  test('is the only way from a rule to the function', () => {
    keyWith({ onChangeByHand: true }, { rotateAfterStream: true });

    expect(count('AWS::Lambda::Permission')).toBe(0);
    expect(onlyResource(stack, 'AWS::Lambda::EventSourceMapping').Properties).toEqual({
      BatchSize: 10,
      EventSourceArn: { 'Fn::GetAtt': [queue()[0], 'Arn'] },
      FunctionName: { Ref: onlyResource(stack, 'AWS::Lambda::Function').logicalId },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 2 },
    });
  });

  test('has its dead letters handed out, for an alarm', () => {
    const { provider } = keyWith();

    expect(stack.resolve(provider.undeliveredEvents!.queueArn)).toEqual({ 'Fn::GetAtt': [deadLetters()[0], 'Arn'] });
  });
});

test('stream keys do not wait for the events', () => {
  keyWith();

  const events = TYPES.flatMap((type) => Object.keys(Template.fromStack(stack).findResources(type)));
  expect([onlyResource(stack, 'Custom::IvsStreamKey').DependsOn ?? []].flat().filter((id: string) => events.includes(id))).toEqual([]);
});

test('160 keys with everything switched on have as many resources and as long a policy as one, besides their own', () => {
  const sizes = [1, 160].map((number) => {
    const sized = new Stack(new App(), 'Stack');
    const provider = new StreamKeyProvider(sized, 'Provider', { lookAfter: { onChangeByHand: true } });
    for (let index = 0; index < number; index++) {
      const channel = Channel.fromChannelArn(sized, `Channel${index}`, `arn:aws:ivs:us-west-2:123456789012:channel/${index}`);
      new ManagedStreamKey(sized, `Live${index}`, { channel, provider, rotateAfterStream: true, whileLive: WhileLive.DEFER, rotationSchedule: {} });
    }
    const { Resources } = Template.fromStack(sized).toJSON();
    const shared = Object.entries<any>(Resources).filter(([id]) => !id.startsWith('Live'));
    const policy = shared.find(([, { Type }]) => Type === 'AWS::IAM::Policy')![1].Properties.PolicyDocument;
    return { shared: shared.length, policy: JSON.stringify(policy).length, own: (Object.keys(Resources).length - shared.length) / number };
  });

  expect(sizes[1]).toEqual(sizes[0]);
});
