import { App, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Channel, ManagedStreamKey } from '../../../src';

export const SECRET_ARN = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:live-AbCdEf';
export const CHANNEL_ARN = 'arn:aws:ivs:us-east-1:123456789012:channel/abcdABCDefgh';

/** A value, a program that uses it, and the whole error. */
export type WrongValue = [value: string, program: (given: Given) => unknown, message: string];

/** The stack of a program, and constructs in it that are as they should be. */
export class Given {
  public readonly stack = new Stack(new App(), 'Stack', { env: { account: '123456789012', region: 'us-east-1' } });

  public readonly bucket = () => new s3.Bucket(this.stack, 'Bucket');
  public readonly role = () => new iam.Role(this.stack, 'Role', { assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com') });
  public readonly channel = () => new Channel(this.stack, 'Channel');
  public readonly live = () => new ManagedStreamKey(this.stack, 'Live');
  public readonly vpc = () => new ec2.Vpc(this.stack, 'Vpc');
  public readonly ownSecret = () => secretsmanager.Secret.fromSecretCompleteArn(this.stack, 'Own', SECRET_ARN);
  public readonly imported = () => ManagedStreamKey.fromManagedStreamKeyAttributes(this.stack, 'Imported', { channelArn: CHANNEL_ARN, secretArn: SECRET_ARN });
  public readonly target = () => new targets.LambdaFunction(lambda.Function.fromFunctionArn(this.stack, 'Target', 'arn:aws:lambda:us-east-1:123456789012:function:f'));

  /** Does something with a stream key that has a schedule. */
  public readonly twice = (act: (key: ManagedStreamKey) => unknown) => {
    const key = this.live();
    key.addRotationSchedule('First');
    return act(key);
  };
}
