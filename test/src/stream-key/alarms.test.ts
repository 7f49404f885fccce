import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as sns from 'aws-cdk-lib/aws-sns';
import { ManagedStreamKey, StreamKeyProvider } from '../../../src';

const CHANNEL_ARN = 'arn:aws:ivs:us-west-2:123456789012:channel/abcdABCDefgh';
const SECRET_ARN = 'arn:aws:secretsmanager:us-west-2:123456789012:secret:live-AbCdEf';

let app: App;
let stack: Stack;
let topic: sns.Topic;
beforeEach(() => {
  app = new App();
  stack = new Stack(app, 'Stack', { env: { account: '123456789012', region: 'us-west-2' } });
  topic = new sns.Topic(stack, 'Topic');
});

const alarms = (of = stack) => Object.values(Template.fromStack(of).findResources('AWS::CloudWatch::Alarm')).map(({ Properties }) => Properties);

test('tell of failed rotations, of what needs a person, and of events that were not handled', () => {
  const made = new ManagedStreamKey(stack, 'Live').addAlarms(topic);

  expect(made).toHaveLength(3);
  expect(alarms().map(({ MetricName }) => MetricName).sort()).toEqual(['ApproximateNumberOfMessagesVisible', 'RepairsNeeded', 'RotationFailures']);
  for (const properties of alarms()) {
    expect(properties).toMatchObject({
      Threshold: 1,
      EvaluationPeriods: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      TreatMissingData: 'notBreaching',
      AlarmActions: [stack.resolve(topic.topicArn)],
      AlarmDescription: expect.stringMatching(/\.$/),
    });
  }
});

test('watch the events of a provider once', () => {
  for (const name of ['Morning', 'Evening']) new ManagedStreamKey(stack, name).addAlarms(topic);

  expect(alarms()).toHaveLength(5);
});

test('watch no events where there are none', () => {
  const provider = new StreamKeyProvider(stack, 'Provider', { lookAfter: { enabled: false } });

  expect(new ManagedStreamKey(stack, 'Live', { provider }).addAlarms(topic)).toHaveLength(2);
});

test('of an imported key are two', () => {
  const live = ManagedStreamKey.fromManagedStreamKeyAttributes(stack, 'Live', { channelArn: CHANNEL_ARN, secretArn: SECRET_ARN });

  expect(live.addAlarms(topic)).toHaveLength(2);
});

test('of an imported key in another region are refused', () => {
  const elsewhere = new Stack(app, 'Elsewhere', { env: { account: '123456789012', region: 'eu-west-1' } });
  const live = ManagedStreamKey.fromManagedStreamKeyAttributes(elsewhere, 'Live', { channelArn: CHANNEL_ARN, secretArn: SECRET_ARN });

  expect(() => live.addAlarms(sns.Topic.fromTopicArn(elsewhere, 'Topic', 'arn:aws:sns:eu-west-1:123456789012:alarms'))).toThrow(
    '[Elsewhere/Live] `addAlarms` must be called in a stack of the region of the metrics, us-west-2, as CloudWatch watches no metric of another region, got: eu-west-1.',
  );
});

test('are refused a second time, with the way to add a topic', () => {
  const live = new ManagedStreamKey(stack, 'Live');
  live.addAlarms(topic);

  expect(() => live.addAlarms(topic)).toThrow(
    '[Stack/Live] `addAlarms` must be called once, got: a second call. Add other topics to the alarms that the first call returned, with addAlarmAction',
  );
});

test('are refused without a topic', () => {
  expect(() => new ManagedStreamKey(stack, 'Live').addAlarms('topic' as any)).toThrow('[Stack/Live] `topic` must be a topic');
  expect(alarms()).toEqual([]);
});
