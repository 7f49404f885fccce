import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import { IManagedStreamKey, SecretField } from 'cdk-ivs-managed-stream-key';
import { Construct } from 'constructs';

export interface EncoderServiceProps {
  /** The stream key that it publishes with. */
  readonly live: IManagedStreamKey;
}

/** A test picture and a tone, published to where the secret says. ffmpeg writes the URL to its log, so the stream key is not in it. */
const PROGRAMME = 'exec ffmpeg -re -f lavfi -i testsrc2=size=1280x720:rate=30 -re -f lavfi -i sine=frequency=440'
  + ' -c:v libx264 -preset veryfast -pix_fmt yuv420p -b:v 2500k -g 60 -c:a aac -b:a 128k -f flv -rtmp_playpath "$STREAM_KEY" "$INGEST_SERVER"';

/** An encoder on ECS. A container gets the secret when it starts, and never again. */
export class EncoderService extends Construct {
  private readonly service: ecs.FargateService;

  constructor(scope: Construct, id: string, { live }: EncoderServiceProps) {
    super(scope, id);
    const vpc = new ec2.Vpc(this, 'Vpc', { natGateways: 0, maxAzs: 2, flowLogs: { Rejected: { trafficType: ec2.FlowLogTrafficType.REJECT } } });
    const taskDefinition = new ecs.FargateTaskDefinition(this, 'Task', { cpu: 1024, memoryLimitMiB: 2048 });
    taskDefinition.addContainer('ffmpeg', {
      image: ecs.ContainerImage.fromRegistry('jrottenberg/ffmpeg:7-alpine'),
      entryPoint: ['sh', '-c'],
      command: [PROGRAMME],
      secrets: { INGEST_SERVER: live.ecsSecret(SecretField.RTMPS_SERVER), STREAM_KEY: live.ecsSecret(SecretField.STREAM_KEY) },
      // A deployment that rotates also starts another task.
      environment: { STREAM_KEY_VERSION: live.secretVersionId },
      logging: ecs.LogDrivers.awsLogs({ streamPrefix: 'encoder', logRetention: logs.RetentionDays.ONE_MONTH }),
    });
    this.service = new ecs.FargateService(this, 'Service', {
      cluster: new ecs.Cluster(this, 'Cluster', { vpc, containerInsightsV2: ecs.ContainerInsights.ENABLED }),
      taskDefinition,
      desiredCount: 1,
      // One key lets one encoder in: the old task has to go before the new one comes.
      minHealthyPercent: 0,
      maxHealthyPercent: 100,
      circuitBreaker: { enable: true, rollback: true },
      assignPublicIp: true,
      vpcSubnets: { subnetType: ec2.SubnetType.PUBLIC },
    });
  }

  /** A target that replaces the running task, whose successor reads the secret again. */
  public restart(): events.IRuleTarget {
    const { cluster, serviceName, serviceArn } = this.service;
    return new targets.AwsApi({
      service: 'ECS',
      action: 'updateService',
      parameters: { cluster: cluster.clusterName, service: serviceName, forceNewDeployment: true },
      policyStatement: new iam.PolicyStatement({ actions: ['ecs:UpdateService'], resources: [serviceArn] }),
    });
  }
}
