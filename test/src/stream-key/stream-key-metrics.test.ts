import { App, CfnParameter, Duration, Fn, Stack, StackProps } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as ivs from 'aws-cdk-lib/aws-ivs';
import { Channel, IManagedStreamKey, ManagedStreamKey } from '../../../src';
import { onlyResource } from '../only-resource';

const CHANNEL_ARN = 'arn:aws:ivs:us-west-2:123456789012:channel/abcdABCDefgh';

type MetricMethod = 'metricRotations' | 'metricRotationFailures' | 'metricRotationGap' | 'metricRotationsDeferred';
const METRICS: [MetricMethod, string, string, cloudwatch.Unit][] = [
  ['metricRotations', 'Rotations', 'Sum', cloudwatch.Unit.COUNT],
  ['metricRotationFailures', 'RotationFailures', 'Sum', cloudwatch.Unit.COUNT],
  ['metricRotationGap', 'RotationGap', 'Maximum', cloudwatch.Unit.MILLISECONDS],
  ['metricRotationsDeferred', 'RotationsDeferred', 'Sum', cloudwatch.Unit.COUNT],
];

let stack: Stack;

beforeEach(() => {
  stack = new Stack(new App(), 'Stack');
});

const keyOf = (channel: ivs.IChannelRef): IManagedStreamKey => new ManagedStreamKey(stack, 'Live', { channel });
const imported = () => keyOf(Channel.fromChannelArn(stack, 'Channel', CHANNEL_ARN));
const statOf = (metric: cloudwatch.Metric) => metric.toMetricConfig().metricStat!;
const dimensionsOf = (metric: cloudwatch.Metric) => stack.resolve(metric.dimensions);
const lastSegmentOf = (arn: unknown) => ({
  'Fn::Select': [1, { 'Fn::Split': ['/', { 'Fn::Select': [5, { 'Fn::Split': [':', arn] }] }] }],
});

describe.each(METRICS)('%s', (method, metricName, statistic, unitFilter) => {
  test(`is the ${statistic} of ${metricName} in ${unitFilter}`, () => {
    expect(statOf(imported()[method]())).toMatchObject({ namespace: 'ManagedStreamKey', metricName, statistic, unitFilter, period: Duration.minutes(5) });
  });

  test('is the one of its channel', () => {
    expect(dimensionsOf(imported()[method]())).toEqual({ Channel: 'abcdABCDefgh' });
  });

  test('may have another statistic, unit, period and label', () => {
    const metric = imported()[method]({ statistic: 'p90', unit: cloudwatch.Unit.NONE, period: Duration.hours(1), label: 'Show' });

    expect(metric).toMatchObject({ metricName, statistic: 'p90', unit: cloudwatch.Unit.NONE, period: Duration.hours(1), label: 'Show' });
  });
});

describe('the channel of a metric', () => {
  test('may be made with the key', () => {
    const metric = new ManagedStreamKey(stack, 'Live').metricRotations();

    expect(dimensionsOf(metric)).toEqual({ Channel: lastSegmentOf({ 'Fn::GetAtt': [onlyResource(stack, 'AWS::IVS::Channel').logicalId, 'Arn'] }) });
  });

  test('may be an L1', () => {
    expect(dimensionsOf(keyOf(new ivs.CfnChannel(stack, 'Channel')).metricRotations())).toEqual({ Channel: lastSegmentOf({ Ref: 'Channel' }) });
  });

  test('may be imported by a parameter', () => {
    const channel = Channel.fromChannelArn(stack, 'Channel', new CfnParameter(stack, 'Parameter').valueAsString);

    expect(dimensionsOf(keyOf(channel).metricRotations())).toEqual({ Channel: lastSegmentOf({ Ref: 'Parameter' }) });
  });
});

describe('metric', () => {
  test('is any other of the namespace', () => {
    const metric = imported().metric('Anything');

    expect(statOf(metric)).toMatchObject({ namespace: 'ManagedStreamKey', metricName: 'Anything', statistic: 'Average' });
  });

  test('has the channel as its only dimension', () => {
    expect(dimensionsOf(imported().metric('Anything'))).toEqual({ Channel: 'abcdABCDefgh' });
  });

  test('may have props', () => {
    expect(imported().metric('Anything', { statistic: 'Minimum' }).statistic).toBe('Minimum');
  });

  test('is where the handler writes its log, not where the channel is', () => {
    stack = new Stack(new App(), 'Stack', { env: { account: '123456789012', region: 'eu-west-1' } });

    expect(imported().metric('Anything')).toMatchObject({ account: '123456789012', region: 'eu-west-1' });
  });
});

describe.each<[string, StackProps]>([
  ['whose account and region are known', { env: { account: '123456789012', region: 'us-west-2' } }],
  ['that may be deployed anywhere', {}],
])('an alarm in a stack %s', (_, props) => {
  beforeEach(() => {
    stack = new Stack(new App(), 'Stack', props);
  });

  const alarmOf = (live: IManagedStreamKey) => {
    live.metricRotationFailures().createAlarm(stack, 'Alarm', { threshold: 1, evaluationPeriods: 1 });
    return onlyResource(stack, 'AWS::CloudWatch::Alarm').Properties;
  };
  const importedBy = (channelArn: string, secretArn: string) => ManagedStreamKey.fromManagedStreamKeyAttributes(stack, 'Live', { channelArn, secretArn });
  const alarmOn = (channel: unknown) => ({
    ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    Dimensions: [{ Name: 'Channel', Value: channel }],
    EvaluationPeriods: 1,
    MetricName: 'RotationFailures',
    Namespace: 'ManagedStreamKey',
    Period: 300,
    Statistic: 'Sum',
    Threshold: 1,
    Unit: 'Count',
  });

  test('can be made of a metric', () => {
    expect(alarmOf(imported())).toEqual(alarmOn('abcdABCDefgh'));
  });

  test('can be made of a metric of a stream key that is imported by what another stack exports', () => {
    expect(alarmOf(importedBy(Fn.importValue('ChannelArn'), Fn.importValue('SecretArn')))).toEqual(alarmOn(lastSegmentOf({ 'Fn::ImportValue': 'ChannelArn' })));
  });

  test('can be made of a metric of a stream key that is imported by ARNs from parameters', () => {
    const parameter = (id: string) => new CfnParameter(stack, id).valueAsString;

    expect(alarmOf(importedBy(parameter('ChannelArn'), parameter('SecretArn')))).toEqual(alarmOn(lastSegmentOf({ Ref: 'ChannelArn' })));
  });
});

test('an alarm can be made of a metric of a stream key that is imported by its ARNs, where it is', () => {
  stack = new Stack(new App(), 'Stack', { env: { account: '123456789012', region: 'us-west-2' } });
  const live = ManagedStreamKey.fromManagedStreamKeyAttributes(stack, 'Live', {
    channelArn: CHANNEL_ARN, secretArn: 'arn:aws:secretsmanager:us-west-2:123456789012:secret:live-AbCdEf',
  });

  live.metricRotationFailures().createAlarm(stack, 'Alarm', { threshold: 1, evaluationPeriods: 1 });

  expect(onlyResource(stack, 'AWS::CloudWatch::Alarm').Properties).toMatchObject({ Dimensions: [{ Name: 'Channel', Value: 'abcdABCDefgh' }] });
});
