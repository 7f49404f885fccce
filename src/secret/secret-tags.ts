import { Aws, CfnResource, CustomResource, Lazy, TagManager, Tokenization } from 'aws-cdk-lib';
import { DesiredState, writeDesiredState } from '../contract/desired-state';
import type { WhileLive } from '../contract/while-live';

/** What may be due at the end of a broadcast. */
export type AfterBroadcast = Pick<DesiredState, 'rotatesAfterStream' | 'reconnectWindow'>;

/** The desired state of the stream key in a secret. */
export interface SecretTagsProps {
  readonly channelArn: string;
  readonly serial?: number;
  readonly whileLive?: WhileLive;
  readonly afterBroadcast?: AfterBroadcast;
  readonly isUserSupplied?: boolean;
}

/** The tags of a secret in the same stack: the desired state of its stream key. */
export class SecretTags {
  private streamKey?: CfnResource;

  constructor(private readonly tags: TagManager, private readonly props: SecretTagsProps) {
    this.write();
  }

  /** The names of all tags of the secret. */
  public get names(): string[] {
    return Object.keys(this.tags.tagValues());
  }

  /** Names the resource that stands for the key. */
  public belongsTo(streamKey: CustomResource): void {
    this.streamKey = streamKey.node.defaultChild as CfnResource;
  }

  /** With a priority that no aspect exceeds. */
  private write(): void {
    const { channelArn, serial = 0, whileLive, afterBroadcast, isUserSupplied } = this.props;
    const tags = writeDesiredState({
      stack: Aws.STACK_ID,
      resource: Lazy.string({ produce: () => this.streamKey?.logicalId }),
      channelArn,
      serial: Tokenization.stringifyNumber(serial),
      whileLive,
      ...afterBroadcast,
      isUserSupplied,
    });
    for (const [name, value] of Object.entries(tags)) this.tags.setTag(name, value, Infinity);
  }
}
