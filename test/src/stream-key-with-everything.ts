import { Stack } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { ManagedStreamKey, ManagedStreamKeyProps, WhileLive } from '../../src';

/** A stream key that is rotated in every way, and tells of it. */
export function streamKeyWithEverything(scope: Construct, id: string, props: ManagedStreamKeyProps = {}): ManagedStreamKey {
  const live = new ManagedStreamKey(scope, id, {
    rotationSchedule: { schedule: events.Schedule.cron({ minute: '0', hour: '4', weekDay: 'MON' }) },
    rotateAfterStream: true,
    whileLive: WhileLive.DISCONNECT,
    ...props,
  });
  live.onRotated('Told', { target: new targets.SnsTopic(topicOf(Stack.of(scope))) });
  return live;
}

function topicOf(stack: Stack): sns.ITopic {
  return (stack.node.tryFindChild('Rotations') as sns.Topic | undefined) ?? new sns.Topic(stack, 'Rotations');
}
