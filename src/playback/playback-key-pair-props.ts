import { RemovalPolicy } from 'aws-cdk-lib';

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
   * The removal policy of the key pair. Without the key pair, IVS refuses tokens signed with the private key.
   *
   * @default - no policy in the template: CloudFormation deletes it, unless `MissingRemovalPolicies` say otherwise
   */
  readonly removalPolicy?: RemovalPolicy;
}
