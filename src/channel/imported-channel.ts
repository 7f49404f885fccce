import { ResourceProps } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { ChannelBase } from './channel-base';
import type { ChannelAttributes } from './channel-props';
import { propError } from '../core/prop-error';

/** A channel that this app does not create, or only knows by its reference. */
export class ImportedChannel extends ChannelBase {
  public readonly channelArn: string;

  /** @param environment the account and region; by default, those in the ARN */
  constructor(scope: Construct, id: string, private readonly attrs: ChannelAttributes, environment?: Pick<ResourceProps, 'account' | 'region'>) {
    super(scope, id, environment ?? { environmentFromArn: attrs.channelArn });
    this.channelArn = attrs.channelArn;
  }

  public get channelIngestEndpoint(): string {
    return this.known('channelIngestEndpoint');
  }

  public get channelPlaybackUrl(): string {
    return this.known('channelPlaybackUrl');
  }

  private known(attribute: keyof ChannelAttributes): string {
    const value = this.attrs[attribute];
    if (value !== undefined) return value;
    throw propError(this, {
      prop: attribute,
      rule: 'must be given when the channel is imported, as it does not follow from the ARN',
      got: 'none',
      advice: `Import ${this.channelArn} by Channel.fromChannelAttributes, with \`${attribute}\``,
    });
  }
}
