import { Aws, CfnResource, CustomResource, Lazy, TagManager, Tokenization } from 'aws-cdk-lib';
import { KeyTag, SecretTag } from '../contract/tags';
import type { WhileLive } from '../contract/while-live';

/** What a secret has to say of the stream key that it holds. */
export interface SecretTagsProps {
  readonly channelArn: string;
  readonly serial?: number;
  readonly whileLive?: WhileLive;
  /** Whether the secret is user-supplied. */
  readonly isOwn?: boolean;
}

/** The tags of a secret in the same stack, in which it says what is wanted of the stream key that it holds. */
export class SecretTags {
  constructor(private readonly tags: TagManager, { channelArn, serial, whileLive, isOwn }: SecretTagsProps) {
    this.say(KeyTag.STACK, Aws.STACK_ID);
    this.say(SecretTag.CHANNEL, channelArn);
    this.say(KeyTag.SERIAL, Tokenization.stringifyNumber(serial ?? 0));
    if (whileLive) this.say(SecretTag.WHILE_LIVE, whileLive);
    if (isOwn) this.say(SecretTag.OWN_SECRET, 'true');
  }

  /** The names of all tags of the secret. */
  public get names(): string[] {
    return Object.keys(this.tags.tagValues());
  }

  /** Names the resource that stands for the key. */
  public belongsTo(streamKey: CustomResource): void {
    const resource = streamKey.node.defaultChild as CfnResource;
    this.say(KeyTag.RESOURCE, Lazy.string({ produce: () => resource.logicalId }));
  }

  /** Notes that a rule matches rotations, so that the handler reports them. */
  public isListenedTo(): void {
    this.say(SecretTag.LISTENED_TO, 'true');
  }

  /** In a tag that no aspect changes. */
  private say(name: KeyTag | SecretTag, value: string): void {
    this.tags.setTag(name, value, Infinity);
  }
}
