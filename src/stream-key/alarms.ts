import { Annotations, Duration, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as actions from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { differ } from '../core/environment';
import { propError } from '../core/prop-error';

/** A stream key, as its alarms see it. */
interface Watched extends Construct {
  metricRotationFailures(props: cloudwatch.MetricOptions): cloudwatch.Metric;
  metricRepairsNeeded(props: cloudwatch.MetricOptions): cloudwatch.Metric;
}

const ROTATION_FAILED = 'RotationFailed';
const REPAIR_NEEDED = 'RepairNeeded';
const PERIOD = { period: Duration.minutes(5) };

/** Twice the time between two looks, in periods: an alarm over one period would start again with each look. */
const TWO_HOURS = 24;

/** Adds the alarms of a stream key. */
export function addAlarms(streamKey: Watched, topic: sns.ITopic): cloudwatch.Alarm[] {
  const { path } = streamKey.node;
  validateFirst(streamKey);
  const failures = streamKey.metricRotationFailures(PERIOD);
  validatePlace(streamKey, failures, topic);
  return [
    alarm(streamKey, ROTATION_FAILED, failures, topic,
      `A rotation of the stream key ${path} failed, or not all that follows a rotation was done. The log group of its function says why: `
      + 'look for "rotation failed" and "rotation not finished". Then see "Troubleshooting" in docs/operations.md of cdk-ivs-managed-stream-key.'),
    alarm(streamKey, REPAIR_NEEDED, streamKey.metricRepairsNeeded(PERIOD), topic,
      `Something is wrong with the stream key ${path} that only a person may put right. The log group of its function says what: `
      + 'look for "repair needed". Then see "Troubleshooting" in docs/operations.md of cdk-ivs-managed-stream-key.', TWO_HOURS),
  ];
}

/** An alarm at the first occurrence within a number of periods. No data is no alarm: the handler counts only what happens. */
export function alarm(
  scope: Construct, id: string, metric: cloudwatch.Metric, topic: sns.ITopic, alarmDescription: string, evaluationPeriods = 1,
): cloudwatch.Alarm {
  const made = metric.createAlarm(scope, id, {
    alarmDescription: alarmDescription.slice(0, 1024),
    threshold: 1,
    evaluationPeriods,
    datapointsToAlarm: 1,
    treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
  });
  made.addAlarmAction(new actions.SnsAction(topic));
  return made;
}

function validateFirst(streamKey: Construct): void {
  if (!streamKey.node.tryFindChild(ROTATION_FAILED)) return;
  throw propError(streamKey, {
    prop: 'addAlarms',
    rule: 'must be called once for each stream key',
    got: 'a second call',
    advice: 'Add another topic to the alarms that the first call returned, with addAlarmAction(new SnsAction(topic))',
  });
}

/** CloudWatch watches metrics of the alarm's own region, and notifies topics there. */
function validatePlace(streamKey: Construct, { region, account }: cloudwatch.Metric, topic: sns.ITopic): void {
  const ours = Stack.of(streamKey);
  if (region !== undefined && differ(region, ours.region)) {
    throw propError(streamKey, {
      prop: 'addAlarms',
      rule: `must be called in a stack of the region that has the metrics, ${region}, as CloudWatch watches none of another region`,
      got: ours.region,
      advice: 'Import the stream key into a stack of that region, and call addAlarms there',
    });
  }
  if (differ(topic.env.region, ours.region)) {
    throw propError(streamKey, {
      prop: 'topic',
      rule: `must be in the region of the stack, ${ours.region}, as an alarm notifies no topic of another region`,
      got: `${topic.node.path} in ${topic.env.region}`,
      advice: 'Use a topic of that region',
    });
  }
  if (account !== undefined && differ(account, ours.account)) {
    Annotations.of(streamKey).addWarningV2('cdk-ivs-managed-stream-key:alarmOnAnotherAccount',
      `The metrics of ${streamKey.node.path} are in the account ${account}. An alarm in ${ours.account} sees them only if that account shares them `
      + 'by CloudWatch cross-account observability. Share them and acknowledge this warning, or call addAlarms in a stack of that account.');
  }
}
