import { CfnResource, CustomResource, Lazy, Stack } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { EmptySecret } from './empty-secret';
import { cfnSecretOf } from './own-secret';
import { SecretTags } from './secret-tags';
import type { StreamKeyProperties } from '../contract/stream-key-contract';
import type { ManagedStreamKeyProps } from '../stream-key/managed-stream-key-props';

/**
 * The secret that a stream key is put into: an empty one that is made for it, or one of the customer's own.
 *
 * It says in its tags what is wanted of the key. In the stack's own template they stand there; to any other secret the handler adds them.
 */
export class StreamKeySecret {
  /** Its ARN, before the key is in it. */
  public readonly secretArn: string;

  public readonly encryptionKey?: kms.IKey;

  /** The resource, if it is made for the key. */
  public readonly made?: CfnResource;

  /** What the handler has to know of it. */
  public readonly properties: { [name in keyof StreamKeyProperties]?: unknown };

  /** Whether the handler has to tag it. */
  public readonly isTaggedByHandler: boolean;

  private readonly tags?: SecretTags;
  private hasListeners = false;

  constructor(scope: Construct, channelArn: string, props: ManagedStreamKeyProps) {
    const own = props.secret;
    const made = own ? undefined : new EmptySecret(scope, 'Secret', props);
    this.made = made;
    this.secretArn = own?.secretArn ?? made!.ref;
    this.encryptionKey = own ? own.encryptionKey : props.encryptionKey;

    const inTemplate = made ?? (own && Stack.of(own) === Stack.of(scope) ? cfnSecretOf(own) : undefined);
    const { serial, whileLive } = props;
    this.tags = inTemplate && new SecretTags(inTemplate.tags, { channelArn, serial, whileLive, isOwn: own !== undefined });
    this.isTaggedByHandler = !this.tags;
    this.properties = this.tags ? {} : { OwnSecret: true, ListenedTo: Lazy.any({ produce: () => this.hasListeners || undefined }) };
  }

  /** Names the resource that stands for the key. */
  public belongsTo(streamKey: CustomResource): void {
    this.tags?.belongsTo(streamKey);
  }

  /** Notes that somebody wants to be told of rotations. */
  public isListenedTo(): void {
    this.hasListeners = true;
    this.tags?.isListenedTo();
  }
}
