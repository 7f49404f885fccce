import { IResource, Resource } from 'aws-cdk-lib';
import * as ivs from 'aws-cdk-lib/aws-ivs';
import { propertyInjectable } from 'aws-cdk-lib/core/lib/prop-injectable';
import { Construct } from 'constructs';
import type { PlaybackKeyPairProps } from './playback-key-pair-props';
import { validatePlaybackKeyPairArn, validatePublicKeyMaterial } from './playback-key-pair-rules';
import { PLAYBACK_KEY_PAIR_PROPS } from './playback-key-pair-shape';
import { validateIvsName } from '../core/ivs-name';
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
   * @param scope the parent construct
   * @param id the construct id
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
