import { Resource } from 'aws-cdk-lib';
import * as ivs from 'aws-cdk-lib/aws-ivs';
import { Construct } from 'constructs';

/** The channel of a library that does not tell CDK which account and region an imported channel is in. */
export class ForeignChannel extends Resource implements ivs.IChannelRef {
  constructor(scope: Construct, id: string, private readonly channelArn: string) {
    super(scope, id);
  }

  public get channelRef() {
    return { channelArn: this.channelArn };
  }
}
