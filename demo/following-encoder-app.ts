import { App, CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { ManagedStreamKey } from '../src';

/** The parts of examples/following-encoder that the local AWS knows: all but the ECS service, whose task role it has. */
const app = new App();
const stack = new Stack(app, 'FollowingEncoder');
const live = new ManagedStreamKey(stack, 'Live', {
  rotationSchedule: { automaticallyAfter: Duration.days(30) },
  whileLive: app.node.tryGetContext('whileLive'),
});
const taskRole = new iam.Role(stack, 'TaskRole', { assumedBy: new iam.ServicePrincipal('ecs-tasks.amazonaws.com') });
live.grantRead(taskRole);

new CfnOutput(stack, 'ChannelArn', { value: live.channel.channelRef.channelArn });
new CfnOutput(stack, 'SecretArn', { value: live.secret.secretArn });
new CfnOutput(stack, 'TaskRoleArn', { value: taskRole.roleArn });
