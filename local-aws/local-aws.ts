import { assetBucket, BOOTSTRAP_VERSION } from './cloudformation/bootstrap';
import { CloudFormation } from './cloudformation/cloudformation';
import { CustomResource } from './cloudformation/custom-resource';
import { nothing } from './cloudformation/nothing';
import { CloudWatch } from './cloudwatch/cloudwatch';
import { alarm, dashboard } from './cloudwatch/resource-types';
import { Clock } from './core/clock';
import { Identities } from './core/identities';
import { Endpoint } from './endpoint/endpoint';
import type { Service } from './endpoint/operation';
import { EventBridge } from './eventbridge/eventbridge';
import { rule } from './eventbridge/resource-types';
import { DEFAULT_VARIANTS, Variants } from './faults/variants';
import { Iam } from './iam/iam';
import { managedPolicy, policy, role } from './iam/resource-types';
import { Ivs } from './ivs/ivs';
import { channel, playbackKeyPair, recordingConfiguration, streamKey } from './ivs/resource-types';
import { Kms } from './kms/kms';
import { key } from './kms/resource-types';
import { Lambda } from './lambda/lambda';
import { alias, eventInvokeConfig, eventSourceMapping, lambdaFunction, permission } from './lambda/resource-types';
import { Logs } from './logs/logs';
import { logGroup } from './logs/resource-types';
import { S3 } from './s3/s3';
import { rotationSchedule, secret } from './secrets-manager/resource-types';
import { SecretsManager } from './secrets-manager/secrets-manager';
import { queue, queuePolicy } from './sqs/resource-types';
import { Sqs } from './sqs/sqs';
import { Ssm } from './ssm/ssm';
import { Sts } from './sts/sts';

export const ACCOUNT = '123456789012';
export const REGION = 'us-east-1';

/** An AWS on 127.0.0.1 for the CDK CLI and the managed stream key: bootstrapped, and empty. */
export class LocalAws {
  public static async start(port = 0): Promise<LocalAws> {
    const aws = new LocalAws();
    aws.url = await aws.endpoint.listen(port);
    return aws;
  }

  /** The URL of all services. */
  public url = '';

  /** The behaviour of AWS where it is not documented. */
  public readonly variants: Variants = { ...DEFAULT_VARIANTS };
  public readonly clock = new Clock();
  public readonly identities = new Identities(ACCOUNT);
  public readonly iam = new Iam(ACCOUNT);
  public readonly endpoint = new Endpoint(ACCOUNT, this.identities, (...request) => this.iam.authorize(...request));
  public readonly kms = new Kms(ACCOUNT, this.iam);
  public readonly cloudwatch = new CloudWatch(ACCOUNT, this.clock);
  public readonly logs = new Logs(ACCOUNT, this.clock, this.cloudwatch);
  public readonly s3 = new S3(this.clock);
  public readonly ssm = new Ssm(BOOTSTRAP_VERSION);
  public readonly sqs = new Sqs(ACCOUNT, this.iam, this.kms, this.clock);
  public readonly lambda = new Lambda(ACCOUNT, () => this.url, this.iam, this.identities, this.logs, this.clock, this.sqs);
  public readonly eventBridge = new EventBridge(ACCOUNT, this.lambda, this.sqs, this.clock);
  public readonly ivs = new Ivs(ACCOUNT, this.clock, this.eventBridge, this.variants);
  public readonly secretsManager = new SecretsManager(ACCOUNT, this.kms, this.lambda, this.clock, this.eventBridge, this.variants);
  public readonly customResources = new CustomResource(this.lambda, this.s3, () => this.url, this.identities.administrator.accessKeyId);
  public readonly cloudformation = new CloudFormation(ACCOUNT, {
    'AWS::CDK::Metadata': nothing,
    'AWS::CloudFormation::CustomResource': this.customResources,
    'AWS::CloudFormation::WaitConditionHandle': nothing,
    'AWS::CloudWatch::Alarm': alarm(this.cloudwatch),
    'AWS::CloudWatch::Dashboard': dashboard(this.cloudwatch),
    'AWS::Events::Rule': rule(this.eventBridge),
    'AWS::IAM::ManagedPolicy': managedPolicy(this.iam),
    'AWS::IAM::Policy': policy(this.iam),
    'AWS::IAM::Role': role(this.iam),
    'AWS::IVS::Channel': channel(this.ivs),
    'AWS::IVS::PlaybackKeyPair': playbackKeyPair(ACCOUNT),
    'AWS::IVS::RecordingConfiguration': recordingConfiguration(ACCOUNT),
    'AWS::IVS::StreamKey': streamKey(this.ivs),
    'AWS::KMS::Key': key(this.kms),
    'AWS::Lambda::Function': lambdaFunction(this.lambda, this.s3),
    'AWS::Lambda::Alias': alias(this.lambda),
    'AWS::Lambda::EventInvokeConfig': eventInvokeConfig(this.lambda),
    'AWS::Lambda::EventSourceMapping': eventSourceMapping(this.lambda),
    'AWS::Lambda::Permission': permission(this.lambda),
    'AWS::Logs::LogGroup': logGroup(this.logs),
    'AWS::SecretsManager::RotationSchedule': rotationSchedule(this.secretsManager),
    'AWS::SecretsManager::Secret': secret(this.secretsManager),
    'AWS::SQS::Queue': queue(this.sqs, () => this.url),
    'AWS::SQS::QueuePolicy': queuePolicy(this.sqs),
  }, this.customResources, this.s3, this.ssm);

  /** All that have operations. */
  public readonly services: readonly Service[] = [
    new Sts(), this.ssm, this.s3, this.sqs, this.cloudformation, this.cloudwatch,
    this.eventBridge, this.lambda, this.logs, this.secretsManager, this.ivs,
  ];

  private constructor() {
    for (const service of this.services) this.endpoint.add(service);
    for (const region of [REGION, 'eu-west-1', 'us-west-2']) {
      this.s3.createBucket(assetBucket(ACCOUNT, region));
      this.cloudformation.bootstrap(ACCOUNT, region);
    }
  }

  /** The environment variables with which an AWS SDK, the AWS CLI or the CDK CLI speaks to this AWS and to no other. */
  public get environment(): Record<string, string> {
    const { accessKeyId, secretAccessKey } = this.identities.administrator;
    return {
      AWS_ENDPOINT_URL: this.url,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_REGION: REGION,
      AWS_DEFAULT_REGION: REGION,
      AWS_EC2_METADATA_DISABLED: 'true',
    };
  }

  public async stop(): Promise<void> {
    this.lambda.close();
    await this.endpoint.close();
  }
}
