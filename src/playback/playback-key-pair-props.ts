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
   * The fate of the key pair when it is removed from the stack. Without it, tokens signed with the private key are refused.
   *
   * @default - no policy in the template: CloudFormation deletes it, unless `MissingRemovalPolicies` say otherwise
   */
  readonly removalPolicy?: RemovalPolicy;
}
