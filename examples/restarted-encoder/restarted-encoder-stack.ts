import { Duration, Stack, StackProps } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as actions from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as events from 'aws-cdk-lib/aws-events';
import * as sns from 'aws-cdk-lib/aws-sns';
import { ManagedStreamKey } from 'cdk-ivs-managed-stream-key';
import { Construct } from 'constructs';
import { EncoderService } from './encoder-service';

/**
 * A channel whose key is rotated every Monday night, an encoder on ECS that is restarted with each new key, and an alarm.
 *
 * The restart interrupts the broadcast. Where that must not be, `whileLive: WhileLive.DEFER` rotates when it has ended.
 */
export class RestartedEncoderStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);
    const live = new ManagedStreamKey(this, 'Live', {
      rotationSchedule: {
        schedule: events.Schedule.cron({ minute: '0', hour: '3', weekDay: 'MON' }),
        window: Duration.hours(1),
      },
    });

    const encoder = new EncoderService(this, 'Encoder', { live });
    live.onRotated('RestartEncoder', { target: encoder.restart() });

    const alarm = live.metricRotationFailures().createAlarm(this, 'RotationFailed', {
      alarmDescription: 'A stream key was not rotated, or not all that follows a rotation was done. The log group of the handler says why.',
      threshold: 1,
      evaluationPeriods: 1,
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    });
    alarm.addAlarmAction(new actions.SnsAction(new sns.Topic(this, 'Alarms', { enforceSSL: true })));
  }
}
