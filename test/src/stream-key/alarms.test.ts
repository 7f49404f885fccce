import { App, CfnParameter, Stack, StackProps } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as sns from 'aws-cdk-lib/aws-sns';
import { IManagedStreamKey, ManagedStreamKey, StreamKeyProvider } from '../../../src';

const ENV = { account: '123456789012', region: 'us-west-2' };

let app: App;
let stack: Stack;
const startIn = (props: StackProps) => {
  app = new App();
  stack = new Stack(app, 'Stack', props);
};
beforeEach(() => startIn({ env: ENV }));

const topicIn = (region = ENV.region) => sns.Topic.fromTopicArn(stack, 'Topic', `arn:aws:sns:${region}:123456789012:alarms`);
const imported = ({ account, region } = ENV, primaryRegion?: string) => ManagedStreamKey.fromManagedStreamKeyAttributes(stack, 'Live', {
  channelArn: `arn:aws:ivs:${region}:${account}:channel/abcdABCDefgh`,
  secretArn: `arn:aws:secretsmanager:${region}:${account}:secret:live-AbCdEf`,
  primaryRegion,
});
const alarmsOf = (streamKey: IManagedStreamKey, topic: sns.ITopic = topicIn()) => {
  streamKey.addAlarms(topic);
  return Object.values(Template.fromStack(stack).findResources('AWS::CloudWatch::Alarm')).map(({ Properties }) => Properties);
};
const warnings = () => Annotations.fromStack(stack).findWarning('*', Match.anyValue()).map(({ entry: { data } }) => data);

describe('the alarms of a stream key', () => {
  test('that is imported are one on failed rotations and one on repairs', () => {
    expect(alarmsOf(imported()).map(({ MetricName }) => MetricName)).toEqual(['RotationFailures', 'RepairsNeeded']);
  });

  test('of this stack are these, and one on events that were not handled', () => {
    expect(alarmsOf(new ManagedStreamKey(stack, 'Live')).map(({ MetricName }) => MetricName).sort())
      .toEqual(['ApproximateNumberOfMessagesVisible', 'RepairsNeeded', 'RotationFailures']);
  });

  test('watch the events of a provider once', () => {
    const topic = topicIn();
    new ManagedStreamKey(stack, 'Morning').addAlarms(topic);

    expect(alarmsOf(new ManagedStreamKey(stack, 'Evening'), topic)).toHaveLength(5);
  });

  test('watch no events where there are none', () => {
    const provider = new StreamKeyProvider(stack, 'Provider', { lookAfter: { enabled: false } });

    expect(alarmsOf(new ManagedStreamKey(stack, 'Live', { provider }))).toHaveLength(2);
  });

  test('are at the first occurrence, and none where there is no data', () => {
    for (const alarm of alarmsOf(imported())) {
      expect(alarm).toMatchObject({
        Namespace: 'ManagedStreamKey',
        Dimensions: [{ Name: 'Channel', Value: 'abcdABCDefgh' }],
        Statistic: 'Sum',
        Period: 300,
        Threshold: 1,
        DatapointsToAlarm: 1,
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
        TreatMissingData: 'notBreaching',
      });
    }
  });

  test('do not start again with each hourly look at what needs a repair', () => {
    const [failed, needed] = alarmsOf(imported());

    expect(failed.EvaluationPeriods * failed.Period).toBe(5 * 60);
    expect(needed.EvaluationPeriods * needed.Period).toBe(2 * 60 * 60);
  });

  test('notify the topic', () => {
    for (const alarm of alarmsOf(imported())) expect(alarm.AlarmActions).toEqual(['arn:aws:sns:us-west-2:123456789012:alarms']);
  });

  test('say which key, what happened and where to look', () => {
    const [failed, needed] = alarmsOf(imported()).map(({ AlarmDescription }) => AlarmDescription);

    expect(failed).toContain('A rotation of the stream key Stack/Live failed');
    expect(failed).toContain('look for "rotation failed" and "rotation not finished"');
    expect(needed).toContain('Something is wrong with the stream key Stack/Live that only a person may put right');
    expect(needed).toContain('look for "repair needed"');
  });

  test('have descriptions that CloudWatch takes, however deep in the app the key is', () => {
    stack = new Stack(new Stack(app, 'x'.repeat(900)), 'y'.repeat(200), { env: ENV, stackName: 'Deep' });

    for (const { AlarmDescription } of alarmsOf(imported())) expect(AlarmDescription.length).toBeLessThanOrEqual(1_024);
  });

  test('are returned, for further actions', () => {
    const [failed, needed] = imported().addAlarms(topicIn());

    expect([failed.node.path, needed.node.path]).toEqual(['Stack/Live/RotationFailed', 'Stack/Live/RepairNeeded']);
    expect(stack.resolve(failed.metric)).toMatchObject({ metricName: 'RotationFailures' });
  });

  test('work where account, region and channel are known only at deployment', () => {
    startIn({});
    const parameter = (id: string) => new CfnParameter(stack, id).valueAsString;
    const live = ManagedStreamKey.fromManagedStreamKeyAttributes(stack, 'Live', { channelArn: parameter('Channel'), secretArn: parameter('Secret') });

    expect(alarmsOf(live, new sns.Topic(stack, 'Alarms')).map(({ MetricName }) => MetricName)).toEqual(['RotationFailures', 'RepairsNeeded']);
  });
});

describe('a key', () => {
  test('may have its metrics in the region of the stack, and its channel in another', () => {
    expect(alarmsOf(imported({ account: ENV.account, region: 'eu-west-1' }, ENV.region))).toHaveLength(2);
  });

  test('with metrics in another region is refused', () => {
    expect(() => imported({ account: ENV.account, region: 'eu-west-1' }).addAlarms(topicIn())).toThrow(new Error(
      '[Stack/Live] `addAlarms` must be called in a stack of the region that has the metrics, eu-west-1, '
      + 'as CloudWatch watches none of another region, got: us-west-2. Import the stream key into a stack of that region, and call addAlarms there'));
  });

  test('of another account gets a warning, as CloudWatch shows its metrics only if they are shared', () => {
    const alarms = alarmsOf(imported({ account: '210987654321', region: ENV.region }));

    expect(alarms.map(({ Metrics }) => Metrics[0].AccountId)).toEqual(['210987654321', '210987654321']);
    expect(warnings()).toEqual([expect.stringContaining('[ack: cdk-ivs-managed-stream-key:alarmOnAnotherAccount]')]);
  });

  test('of this account gets no warning', () => {
    imported().addAlarms(topicIn());

    expect(warnings()).toEqual([]);
  });
});

describe('a second call', () => {
  test('is refused', () => {
    const live = imported();
    live.addAlarms(topicIn());

    expect(() => live.addAlarms(sns.Topic.fromTopicArn(stack, 'Pager', 'arn:aws:sns:us-west-2:123456789012:pager'))).toThrow(new Error(
      '[Stack/Live] `addAlarms` must be called once for each stream key, got: a second call. '
      + 'Add another topic to the alarms that the first call returned, with addAlarmAction(new SnsAction(topic))'));
  });

  test('for another key is not', () => {
    const topic = topicIn();
    new ManagedStreamKey(stack, 'Morning').addAlarms(topic);

    expect(() => new ManagedStreamKey(stack, 'Evening').addAlarms(topic)).not.toThrow();
  });
});

describe('a topic', () => {
  test('in another region is refused', () => {
    expect(() => imported().addAlarms(topicIn('eu-west-1'))).toThrow(new Error(
      '[Stack/Live] `topic` must be in the region of the stack, us-west-2, as an alarm notifies no topic of another region, '
      + 'got: Stack/Topic in eu-west-1. Use a topic of that region'));
  });

  test.each<[string, unknown, string]>([
    ['that is an ARN', 'arn:aws:sns:us-west-2:123456789012:alarms', '\'arn:aws:sns:us-west-2:123456789012:alarms\' (a string)'],
    ['that is missing', undefined, 'none'],
  ])('%s is refused', (_, topic, got) => {
    expect(() => imported().addAlarms(topic as any)).toThrow(
      new Error(`[Stack/Live] \`topic\` must be a topic, got: ${got}. Import it with sns.Topic.fromTopicArn`));
  });

  test('refused leaves no alarm behind', () => {
    const live = new ManagedStreamKey(stack, 'Live');
    expect(() => live.addAlarms(topicIn('eu-west-1'))).toThrow();

    expect(Template.fromStack(stack).findResources('AWS::CloudWatch::Alarm')).toEqual({});
    expect(() => live.addAlarms(sns.Topic.fromTopicArn(stack, 'Here', 'arn:aws:sns:us-west-2:123456789012:alarms'))).not.toThrow();
  });
});

describe('the metrics of repairs', () => {
  test.each<['metricRepairs' | 'metricRepairsNeeded', string]>([
    ['metricRepairs', 'Repairs'],
    ['metricRepairsNeeded', 'RepairsNeeded'],
  ])('%s is the sum of %s', (method, metricName) => {
    const { metricStat } = imported()[method]().toMetricConfig();

    expect(metricStat).toMatchObject({ namespace: 'ManagedStreamKey', metricName, statistic: 'Sum', unitFilter: 'Count' });
  });

  test.each<'metricRepairs' | 'metricRepairsNeeded'>(['metricRepairs', 'metricRepairsNeeded'])('%s may have other options', (method) => {
    expect(imported()[method]({ statistic: 'Maximum', label: 'Show' })).toMatchObject({ statistic: 'Maximum', label: 'Show' });
  });
});
