import * as path from 'path';
import { RemovalPolicy } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as logs from 'aws-cdk-lib/aws-logs';
import { IManagedStreamKey } from 'cdk-ivs-managed-stream-key';
import { Construct } from 'constructs';
import { acceptNagRule } from './accept-nag-rule';

export interface FollowingEncoderProps {
  /** The stream key that it publishes with. */
  readonly live: IManagedStreamKey;
}

/** A test picture and a tone: the arguments of ffmpeg for input and encoding. */
const PROGRAMME = [
  '-re', '-f', 'lavfi', '-i', 'testsrc2=size=1280x720:rate=30', '-re', '-f', 'lavfi', '-i', 'sine=frequency=440',
  '-c:v', 'libx264', '-preset', 'veryfast', '-pix_fmt', 'yuv420p', '-b:v', '2500k', '-g', '60', '-c:a', 'aac', '-b:a', '128k',
];

/** An encoder on ECS that reads the secret itself, with its task role, and reads it again when IVS refuses the key. */
export class FollowingEncoder extends Construct {
  constructor(scope: Construct, id: string, { live }: FollowingEncoderProps) {
    super(scope, id);
    const logGroup = new logs.LogGroup(this, 'LogGroup', { retention: logs.RetentionDays.ONE_MONTH, removalPolicy: RemovalPolicy.DESTROY });
    const vpc = new ec2.Vpc(this, 'Vpc', { natGateways: 0, maxAzs: 2, flowLogs: { Rejected: { trafficType: ec2.FlowLogTrafficType.REJECT } } });
    const taskDefinition = new ecs.FargateTaskDefinition(this, 'Task', { cpu: 1024, memoryLimitMiB: 2048 });
    taskDefinition.addContainer('Agent', {
      image: ecs.ContainerImage.fromAsset(path.join(__dirname, 'encoder')),
      command: PROGRAMME,
      environment: { SECRET_ARN: live.secret.secretArn },
      logging: ecs.LogDrivers.awsLogs({ streamPrefix: 'encoder', logGroup }),
    });
    live.grantRead(taskDefinition.taskRole);
    new ecs.FargateService(this, 'Service', {
      cluster: new ecs.Cluster(this, 'Cluster', { vpc, containerInsightsV2: ecs.ContainerInsights.ENABLED }),
      taskDefinition,
      desiredCount: 1,
      // A channel takes one broadcast: the old task has to go before the new one comes.
      minHealthyPercent: 0,
      maxHealthyPercent: 100,
      circuitBreaker: { enable: true, rollback: true },
      assignPublicIp: true,
      vpcSubnets: { subnetType: ec2.SubnetType.PUBLIC },
    });

    acceptNagRule(taskDefinition, 'AwsSolutions-ECS2', 'The environment holds the ARN of the secret, not its value.');
    acceptNagRule(taskDefinition.executionRole!.node.findChild('DefaultPolicy'), 'AwsSolutions-IAM5',
      'ecr:GetAuthorizationToken has no resources.', ['Resource::*']);
  }
}
