import { CfnResource, CustomResource, Lazy, Stack } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { EmptySecret } from './empty-secret';
import { keyIdOfReplica } from './kms-key-access';
import { Replica, replicaArn } from './replica';
import type { SecretProps } from './secret-props';
import { AfterBroadcast, SecretTags } from './secret-tags';
import { secretThroughKey } from './secret-through-key';
import { cfnSecretOf } from './user-supplied-secret';
import type { StreamKeyProperties, StreamKeyReplica } from '../contract/resource';
import { differ } from '../core/environment';
import { propError } from '../core/prop-error';

/**
 * The secret that a stream key is put into: an empty one that is made for it, or a user-supplied one.
 *
 * It says in its tags what is wanted of the key. In the stack's own template they stand there; to any other secret the handler adds them.
 */
export class StreamKeySecret {
  /** Its ARN, before the key is in it. */
  public readonly secretArn: string;

  public readonly encryptionKey?: kms.IKey;

  /** The resource, if it is made for the key. */
  public readonly made?: secretsmanager.CfnSecret;

  /** The resource, if it is in this app. */
  public readonly resource?: secretsmanager.CfnSecret;

  /** The properties that describe the secret to the handler. */
  public readonly properties: { [name in keyof StreamKeyProperties]?: unknown };

  /** Whether the handler has to tag it. */
  public readonly isTaggedByHandler: boolean;

  private readonly empty?: EmptySecret;
  private readonly own?: secretsmanager.ISecret;
  private readonly tags?: SecretTags;

  constructor(private readonly scope: Construct, channelArn: string, props: SecretProps, afterBroadcast: AfterBroadcast) {
    const own = props.secret;
    this.own = own;
    this.empty = own ? undefined : new EmptySecret(scope, 'Secret', props);
    this.made = this.empty?.cfnSecret;
    this.secretArn = own?.secretArn ?? this.made!.ref;
    this.encryptionKey = (own ?? this.empty!).encryptionKey;

    const resource = own ? cfnSecretOf(own) : this.made;
    this.resource = resource;
    const inTemplate = resource && Stack.of(resource) === Stack.of(scope) ? resource : undefined;
    const { serial, whileLive } = props;
    this.tags = inTemplate && new SecretTags(inTemplate.tags, { channelArn, serial, whileLive, afterBroadcast, isUserSupplied: own !== undefined });
    this.isTaggedByHandler = !this.tags;
    this.properties = {
      ReplicaRegions: Lazy.any({ produce: () => this.replicas.map(propertiesOf) }, { omitEmptyArray: true }),
      ...(!this.tags && { UserSuppliedSecret: true }),
    };
  }

  /** The names of the tags that the template gives the secret; none where it is not part of the template. */
  public get tagNames(): string[] {
    return this.tags?.names ?? [];
  }

  /** The replicas that the handler makes. */
  public get replicas(): Replica[] {
    return this.empty?.replicas ?? [];
  }

  /** The ARN of a replica of the secret that is handed out; throws if there is none in that region. */
  public replicaArn({ secretArn }: secretsmanager.ISecret, region: string): string {
    const regions = this.replicas.map((replica) => replica.region);
    if (regions.every((other) => differ(other, region))) {
      throw propError(this.scope, {
        prop: 'replicaSecretArn',
        rule: 'must be asked for one of the regions in `replicaRegions`',
        got: `${region}, where they are ${regions.join(', ') || 'none'}`,
        advice: 'Add the region there; the replicas of a `secret` of your own are known where that is made',
      });
    }
    return replicaArn(this.scope, secretArn, region);
  }

  /** The secret to hand out: by the ARN that the resource of the key answers once the key is in it. */
  public handOut(streamKey: CustomResource): secretsmanager.ISecret {
    this.tags?.belongsTo(streamKey);
    const answered = streamKey.getAtt('SecretArn');
    const resource = streamKey.node.defaultChild as CfnResource;
    if (!this.empty) return secretThroughKey(this.scope, this.own!, { resource, answered });
    this.empty.referThrough({ resource, answered });
    return this.empty;
  }
}

function propertiesOf({ region, encryptionKey }: Replica): StreamKeyReplica {
  return { Region: region, KmsKeyId: encryptionKey && keyIdOfReplica(encryptionKey) };
}
