import { Duration, Stack } from 'aws-cdk-lib';
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

const PERIOD = { period: Duration.minutes(5) };

/** Adds the alarms of a stream key. */
export function addAlarms(streamKey: Watched, topic: sns.ITopic): cloudwatch.Alarm[] {
  const { path } = streamKey.node;
  if (streamKey.node.tryFindChild('RotationFailed')) {
    throw propError(streamKey, {
      prop: 'addAlarms', rule: 'must be called once', got: 'a second call', advice: 'Add other topics to the alarms that the first call returned, with addAlarmAction',
    });
  }
  return [
    alarm(streamKey, 'RotationFailed', streamKey.metricRotationFailures(PERIOD), topic,
      `The stream key of ${path} was not rotated, or not all that follows a rotation was done. The log group of the handler says why: look for "rotation failed" and "rotation not finished".`),
    alarm(streamKey, 'RepairNeeded', streamKey.metricRepairsNeeded(PERIOD), topic,
      `Something is wrong with the stream key of ${path} that only a person can put right. The log group of the handler says what: look for "repair needed".`),
  ];
}

/** An alarm at the first occurrence. Without data there is none. */
export function alarm(scope: Construct, id: string, metric: cloudwatch.Metric, topic: sns.ITopic, alarmDescription: string): cloudwatch.Alarm {
  const ours = Stack.of(scope).region;
  if (metric.region !== undefined && differ(metric.region, ours)) {
    throw propError(scope, {
      prop: 'addAlarms',
      rule: `must be called in a stack of the region of the metrics, ${metric.region}, as CloudWatch watches no metric of another region`,
      got: ours,
      advice: 'Import the stream key in a stack of that region, and add the alarms there',
    });
  }
  const made = metric.createAlarm(scope, id, {
    alarmDescription, threshold: 1, evaluationPeriods: 1, treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
  });
  made.addAlarmAction(new actions.SnsAction(topic));
  return made;
}
