import { ArnFormat, CustomResource, Lazy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { EmptySecret } from './empty-secret';
import { cfnSecretOf } from './own-secret';
import { SecretTags } from './secret-tags';
import type { StreamKeyProperties } from '../contract/stream-key-contract';
import { known } from '../known-place';
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
  public readonly made?: secretsmanager.CfnSecret;

  /** The resource, if it is in this app. */
  public readonly resource?: secretsmanager.CfnSecret;

  /** Its ARN where nothing can refer to it: the one it was imported by, or its name in place of what nobody knows before it is made. */
  public readonly arnElsewhere?: string;

  /** What the handler has to know of it. */
  public readonly properties: { [name in keyof StreamKeyProperties]?: unknown };

  /** Whether the handler has to tag it. */
  public readonly isTaggedByHandler: boolean;

  private readonly own?: secretsmanager.ISecret;
  private readonly tags?: SecretTags;
  private hasListeners = false;

  constructor(scope: Construct, channelArn: string, props: ManagedStreamKeyProps) {
    const own = props.secret;
    this.own = own;
    const made = own ? undefined : new EmptySecret(scope, 'Secret', props);
    this.made = made;
    this.secretArn = own?.secretArn ?? made!.ref;
    this.encryptionKey = own ? own.encryptionKey : props.encryptionKey;

    const resource = own ? cfnSecretOf(own) : made;
    this.resource = resource;
    this.arnElsewhere = resource ? arnByName(scope, known(resource.name)) : known(this.secretArn);

    const inTemplate = resource && Stack.of(resource) === Stack.of(scope) ? resource : undefined;
    const { serial, whileLive } = props;
    this.tags = inTemplate && new SecretTags(inTemplate.tags, { channelArn, serial, whileLive, isOwn: own !== undefined });
    this.isTaggedByHandler = !this.tags;
    this.properties = this.tags ? {} : { OwnSecret: true, ListenedTo: Lazy.any({ produce: () => this.hasListeners || undefined }) };
  }

  /** The secret by the ARN that it is known by once the key is in it. Its policy is made when somebody adds to it. */
  public withKey(scope: Construct, secretCompleteArn: string): secretsmanager.ISecret {
    const secret = secretsmanager.Secret.fromSecretAttributes(scope, 'StoredSecret', { secretCompleteArn, encryptionKey: this.encryptionKey });
    let policy: secretsmanager.ResourcePolicy | undefined;
    const addToResourcePolicy = (statement: iam.PolicyStatement): iam.AddToResourcePolicyResult => {
      if (this.own) return this.own.addToResourcePolicy(statement);
      policy ??= policyOf(secret);
      policy.document.addStatements(statement);
      return { statementAdded: true, policyDependable: policy };
    };
    const { account, region } = Stack.of(scope);
    // Its ARN does not tell where it is: grants would take every role for one of another account.
    return Object.defineProperties(secret, { addToResourcePolicy: { value: addToResourcePolicy }, env: { value: { account, region } } });
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

function policyOf(secret: secretsmanager.ISecret): secretsmanager.ResourcePolicy {
  const policy = new secretsmanager.ResourcePolicy(secret, 'Policy', { secret });
  policy.node.addValidation({ validate: () => policy.document.validateForResourcePolicy() });
  return policy;
}

/** Secrets Manager adds six characters to the name. */
function arnByName(scope: Construct, name?: string): string | undefined {
  const arnFormat = ArnFormat.COLON_RESOURCE_NAME;
  return name && Stack.of(scope).formatArn({ service: 'secretsmanager', resource: 'secret', resourceName: `${name}-??????`, arnFormat });
}
