import { Aws, CfnResource, CustomResource, Lazy, TagManager, Tokenization } from 'aws-cdk-lib';
import { writeDesiredState } from '../contract/desired-state';
import type { WhileLive } from '../contract/while-live';

/** The desired state of the stream key in a secret. */
export interface SecretTagsProps {
  readonly channelArn: string;
  readonly serial?: number;
  readonly whileLive?: WhileLive;
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

  /** Notes that a rule matches rotations, so that the handler publishes them. */
  public noteListener(): void {
    this.write(true);
  }

  /** With a priority that no aspect exceeds. */
  private write(isListenedTo = false): void {
    const { channelArn, serial = 0, whileLive, isUserSupplied } = this.props;
    const tags = writeDesiredState({
      stack: Aws.STACK_ID,
      resource: Lazy.string({ produce: () => this.streamKey?.logicalId }),
      channelArn,
      serial: Tokenization.stringifyNumber(serial),
      whileLive,
      isListenedTo,
      isUserSupplied,
    });
    for (const [name, value] of Object.entries(tags)) this.tags.setTag(name, value, Infinity);
  }
}
