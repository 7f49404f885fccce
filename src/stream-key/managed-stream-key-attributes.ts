import * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct, Dependable } from 'constructs';
import { ManagedStreamKeyBase } from './managed-stream-key-base';
import { Channel } from '../channel/channel';
import type { IChannel } from '../channel/channel-interface';
import { propError } from '../prop-error';
import { validateCompleteArn } from '../secret/secret-arn';

/**
 * What is known of a stream key that is managed elsewhere.
 */
export interface ManagedStreamKeyAttributes {
  /**
   * The ARN of the channel, such as `arn:aws:ivs:us-west-2:123456789012:channel/abcdABCDefgh`.
   */
  readonly channelArn: string;

  /**
   * The complete ARN of the secret, with the six characters at its end that Secrets Manager adds,
   * such as `arn:aws:secretsmanager:us-west-2:123456789012:secret:live-AbCdEf`.
   */
  readonly secretArn: string;

  /**
   * The KMS key that the secret is encrypted with. Whoever is granted to read the secret may then decrypt it, too.
   *
   * @default - the account's key `aws/secretsmanager`
   */
  readonly encryptionKey?: kms.IKey;

  /**
   * The ARN of the stream key, such as `arn:aws:ivs:us-west-2:123456789012:stream-key/efghEFGHijkl`. Every rotation makes another one.
   *
   * @default - `streamKeyArn` is unknown, and throws an error when it is asked for
   */
  readonly streamKeyArn?: string;

  /**
   * The id of the secret's version that the last deployment of the stream key stored.
   *
   * @default - `secretVersionId` is unknown, and throws an error when it is asked for
   */
  readonly secretVersionId?: string;
}

/** A stream key that is managed elsewhere. */
export class ImportedStreamKey extends ManagedStreamKeyBase {
  public readonly channel: IChannel;
  public readonly secret: secretsmanager.ISecret;

  constructor(scope: Construct, id: string, private readonly attrs: ManagedStreamKeyAttributes) {
    validateCompleteArn(scope, 'secretArn', attrs.secretArn);
    super(scope, id, { environmentFromArn: attrs.secretArn });
    Dependable.implement(this, { dependencyRoots: [] });
    this.channel = Channel.fromChannelArn(this, 'Channel', attrs.channelArn);
    this.secret = secretsmanager.Secret.fromSecretAttributes(this, 'StoredSecret', {
      secretCompleteArn: attrs.secretArn,
      encryptionKey: attrs.encryptionKey,
    });
  }

  public get streamKeyArn(): string {
    return this.known('streamKeyArn');
  }

  public get secretVersionId(): string {
    return this.known('secretVersionId');
  }

  private known(prop: 'streamKeyArn' | 'secretVersionId'): string {
    const value = this.attrs[prop];
    if (value !== undefined) return value;
    throw propError(this, {
      prop,
      rule: 'must have been given to fromManagedStreamKeyAttributes where it is asked for',
      got: value,
      advice: 'Add it to the attributes',
    });
  }
}
