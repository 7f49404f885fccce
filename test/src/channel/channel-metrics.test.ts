import { App, CfnParameter, Duration, Stack, StackProps } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Channel } from '../../../src';
import { onlyResource } from '../only-resource';

const CHANNEL_ARN = 'arn:aws:ivs:us-west-2:123456789012:channel/abcdABCDefgh';

const { Unit } = cloudwatch;

type MetricMethod =
  'metricConcurrentViews' | 'metricIngestAudioBitrate' | 'metricIngestBitrate' | 'metricIngestFramerate' | 'metricIngestVideoBitrate'
  | 'metricKeyframeInterval' | 'metricLiveDeliveredTime' | 'metricLiveInputTime' | 'metricRecordedTime';
const METRICS: [MetricMethod, string, string, cloudwatch.Unit][] = [
  ['metricConcurrentViews', 'ConcurrentViews', 'Maximum', Unit.COUNT],
  ['metricIngestAudioBitrate', 'IngestAudioBitrate', 'Average', Unit.BITS_PER_SECOND],
  ['metricIngestBitrate', 'IngestBitrate', 'Average', Unit.BITS_PER_SECOND],
  ['metricIngestFramerate', 'IngestFramerate', 'Average', Unit.COUNT_PER_SECOND],
  ['metricIngestVideoBitrate', 'IngestVideoBitrate', 'Average', Unit.BITS_PER_SECOND],
  ['metricKeyframeInterval', 'KeyframeInterval', 'Average', Unit.SECONDS],
  ['metricLiveDeliveredTime', 'LiveDeliveredTime', 'Sum', Unit.SECONDS],
  ['metricLiveInputTime', 'LiveInputTime', 'Sum', Unit.SECONDS],
  ['metricRecordedTime', 'RecordedTime', 'Sum', Unit.SECONDS],
];

let stack: Stack;

beforeEach(() => {
  stack = new Stack(new App(), 'Stack');
});

const imported = (channelArn = CHANNEL_ARN) => Channel.fromChannelArn(stack, 'Channel', channelArn);
const statOf = (metric: cloudwatch.Metric) => metric.toMetricConfig().metricStat!;
const dimensionsOf = (metric: cloudwatch.Metric) => stack.resolve(metric.dimensions);
const lastSegmentOf = (arn: unknown) => ({
  'Fn::Select': [1, { 'Fn::Split': ['/', { 'Fn::Select': [5, { 'Fn::Split': [':', arn] }] }] }],
});

describe.each(METRICS)('%s', (method, metricName, statistic, unitFilter) => {
  test(`is the ${statistic} of ${metricName} in ${unitFilter}`, () => {
    expect(statOf(imported()[method]())).toMatchObject({ namespace: 'AWS/IVS', metricName, statistic, unitFilter, period: Duration.minutes(5) });
  });

  test('is the one of the channel, which CloudWatch names by the end of its ARN', () => {
    expect(dimensionsOf(imported()[method]())).toEqual({ Channel: 'abcdABCDefgh' });
  });

  test('may have another statistic, unit, period and label', () => {
    const metric = imported()[method]({ statistic: 'p90', unit: Unit.NONE, period: Duration.seconds(5), label: 'Show' });

    expect(metric).toMatchObject({ metricName, statistic: 'p90', unit: Unit.NONE, period: Duration.seconds(5), label: 'Show' });
  });
});

describe('a metric', () => {
  test('is the one of a channel that is made here', () => {
    const metric = new Channel(stack, 'Channel').metricConcurrentViews();

    expect(dimensionsOf(metric)).toEqual({ Channel: lastSegmentOf({ 'Fn::GetAtt': [onlyResource(stack, 'AWS::IVS::Channel').logicalId, 'Arn'] }) });
  });

  test('is the one of a channel that is imported by a parameter', () => {
    const metric = imported(new CfnParameter(stack, 'Parameter').valueAsString).metricConcurrentViews();

    expect(dimensionsOf(metric)).toEqual({ Channel: lastSegmentOf({ Ref: 'Parameter' }) });
  });

  test.each<[string, StackProps]>([
    ['in another account and region', { env: { account: '111111111111', region: 'eu-west-1' } }],
    ['nowhere yet', {}],
  ])('is where the channel is, though the stack is %s', (_, props) => {
    stack = new Stack(new App(), 'Stack', props);

    expect(imported().metricConcurrentViews()).toMatchObject({ account: '123456789012', region: 'us-west-2' });
  });

  test('may be any other of the namespace', () => {
    expect(statOf(imported().metric('Anything'))).toMatchObject({ namespace: 'AWS/IVS', metricName: 'Anything', statistic: 'Average' });
  });

  test('has the channel as its only dimension', () => {
    expect(dimensionsOf(imported().metric('Anything'))).toEqual({ Channel: 'abcdABCDefgh' });
  });

  test('may have props', () => {
    expect(imported().metric('Anything', { statistic: 'Minimum' }).statistic).toBe('Minimum');
  });

  test('is where the stack is, as long as nobody knows where the channel is', () => {
    stack = new Stack(new App(), 'Stack', { env: { account: '111111111111', region: 'eu-west-1' } });
    const metric = imported(new CfnParameter(stack, 'Parameter').valueAsString).metricConcurrentViews();

    expect(metric).toMatchObject({ account: '111111111111', region: 'eu-west-1' });
  });

  test('can have an alarm', () => {
    stack = new Stack(new App(), 'Stack', { env: { account: '123456789012', region: 'us-west-2' } });
    const metric = imported().metricIngestFramerate();

    new cloudwatch.Alarm(stack, 'Alarm', { metric, threshold: 24, evaluationPeriods: 1 });

    expect(onlyResource(stack, 'AWS::CloudWatch::Alarm').Properties).toMatchObject({
      Dimensions: [{ Name: 'Channel', Value: 'abcdABCDefgh' }], MetricName: 'IngestFramerate', Namespace: 'AWS/IVS', Unit: 'Count/Second',
    });
  });
});

describe.each([
  ['metricAllConcurrentStreams', 'ConcurrentStreams'],
  ['metricAllConcurrentViews', 'ConcurrentViews'],
] as const)('%s', (method, metricName) => {
  test(`is the Maximum of ${metricName} in Count, of all channels`, () => {
    expect(statOf(Channel[method]())).toMatchObject({ namespace: 'AWS/IVS', metricName, statistic: 'Maximum', unitFilter: Unit.COUNT, dimensions: undefined });
  });

  test('may have another statistic', () => {
    expect(Channel[method]({ statistic: 'Minimum' }).statistic).toBe('Minimum');
  });
});
