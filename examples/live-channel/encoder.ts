import * as path from 'path';
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';

export interface EncoderProps {
  /** The secret that holds the stream key. */
  readonly secret: secretsmanager.ISecret;
}

/** Stands for an encoder: a function that reads where and with which key to publish. */
export class Encoder extends Construct implements iam.IGrantable {
  public readonly grantPrincipal: iam.IPrincipal;
  public readonly functionName: string;

  constructor(scope: Construct, id: string, { secret }: EncoderProps) {
    super(scope, id);
    const logGroup = new logs.LogGroup(this, 'LogGroup', { retention: logs.RetentionDays.ONE_WEEK, removalPolicy: RemovalPolicy.DESTROY });
    const role = new iam.Role(this, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);

    const handler = new lambda.Function(this, 'Function', {
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      code: lambda.Code.fromAsset(path.join(__dirname, 'encoder')),
      handler: 'index.handler',
      timeout: Duration.seconds(30),
      environment: { SECRET_ARN: secret.secretArn },
      role,
      logGroup,
    });
    this.grantPrincipal = handler.grantPrincipal;
    this.functionName = handler.functionName;
  }
}
