import { IResource, RemovalPolicy, Resource } from 'aws-cdk-lib';
import * as ivs from 'aws-cdk-lib/aws-ivs';
import { propertyInjectable } from 'aws-cdk-lib/core/lib/prop-injectable';
import { Construct } from 'constructs';
import { validatePlaybackKeyPairArn, validatePublicKeyMaterial } from './playback-key-pair-rules';
import { PLAYBACK_KEY_PAIR_PROPS } from './playback-key-pair-shape';
import { validateIvsName } from '../channel/ivs-name';
import { validProps } from '../core/valid-props';

/**
 * A key pair that the playback tokens of private channels are signed with, made in this app or anywhere else.
 */
export interface IPlaybackKeyPair extends IResource, ivs.IPlaybackKeyPairRef {
  /**
   * The ARN of the key pair, such as `arn:aws:ivs:us-west-2:123456789012:playback-key/abcdABCDefgh`.
   *
   * @attribute
   */
  readonly playbackKeyPairArn: string;
}

/**
 * Properties of a `PlaybackKeyPair`. A change of any of them imports a new key pair, as IVS cannot change one, and for a while there are both.
 */
export interface PlaybackKeyPairProps {
  /**
   * The public key of an ECDSA key pair on the curve P-384, in PEM. An error is thrown if it is anything else:
   * the private key must not get into a template.
   */
  readonly publicKeyMaterial: string;

  /**
   * The name of the key pair: 0 to 128 letters, digits, `-` and `_`. It need not be unique.
   *
   * @default - no name
   */
  readonly playbackKeyPairName?: string;

  /**
   * What happens to the key pair when it is taken out of the stack. Without it, tokens that are signed with the private key let nobody in.
   *
   * @default - no policy in the template: CloudFormation deletes it, unless `MissingRemovalPolicies` say otherwise
   */
  readonly removalPolicy?: RemovalPolicy;
}

abstract class PlaybackKeyPairBase extends Resource implements IPlaybackKeyPair {
  public abstract readonly playbackKeyPairArn: string;

  public get playbackKeyPairRef(): ivs.PlaybackKeyPairReference {
    return { playbackKeyPairArn: this.playbackKeyPairArn };
  }
}

/**
 * The key pair that the playback tokens of private channels are signed with. IVS gets the public key, and lets in viewers with a token
 * that was signed with the private one, on every channel of the region with `authorized`. It takes three key pairs for each region.
 *
 * @resource AWS::IVS::PlaybackKeyPair
 * @see https://docs.aws.amazon.com/ivs/latest/LowLatencyUserGuide/private-channels.html
 *
 * @example
 * import { Channel, PlaybackKeyPair } from 'cdk-ivs-managed-stream-key';
 *
 * declare const publicKeyMaterial: string;
 *
 * new PlaybackKeyPair(this, 'PlaybackKeyPair', { publicKeyMaterial });
 * new Channel(this, 'Channel', { authorized: true });
 */
@propertyInjectable
export class PlaybackKeyPair extends PlaybackKeyPairBase {
  /** Uniquely identifies this class. */
  public static readonly PROPERTY_INJECTION_ID: string = 'cdk-ivs-managed-stream-key.PlaybackKeyPair';

  /**
   * A key pair that IVS has already. An error is thrown if the ARN is the ARN of something else.
   *
   * @param scope where the reference is put
   * @param id its id there
   * @param playbackKeyPairArn the ARN of the key pair
   */
  public static fromPlaybackKeyPairArn(scope: Construct, id: string, playbackKeyPairArn: string): IPlaybackKeyPair {
    validatePlaybackKeyPairArn(scope, id, playbackKeyPairArn);
    class Import extends PlaybackKeyPairBase {
      public readonly playbackKeyPairArn = playbackKeyPairArn;
    }
    return new Import(scope, id, { environmentFromArn: playbackKeyPairArn });
  }

  /** The ARN of the key pair. */
  public readonly playbackKeyPairArn: string;

  /**
   * The fingerprint of the public key, such as `98:0d:1a:a0:19:96:1e:ea:0a:0a:2c:9a:42:19:2b:e7`.
   *
   * @attribute
   */
  public readonly playbackKeyPairFingerprint: string;

  constructor(scope: Construct, id: string, props: PlaybackKeyPairProps) {
    props = validProps(scope, id, props, PLAYBACK_KEY_PAIR_PROPS);
    super(scope, id, { physicalName: props.playbackKeyPairName });
    validateIvsName(this, 'playbackKeyPairName', props.playbackKeyPairName);
    validatePublicKeyMaterial(this, props.publicKeyMaterial);

    const resource = new ivs.CfnPlaybackKeyPair(this, 'Resource', {
      name: this.physicalName,
      publicKeyMaterial: props.publicKeyMaterial,
    });
    if (props.removalPolicy) resource.applyRemovalPolicy(props.removalPolicy);

    this.playbackKeyPairArn = resource.attrArn;
    this.playbackKeyPairFingerprint = resource.attrFingerprint;
  }
}
