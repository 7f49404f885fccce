import { createPublicKey } from 'node:crypto';
import { Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { importError, propError } from '../core/prop-error';

const ARN = /^arn:aws[a-z-]*:ivs:[a-z0-9-]+:\d{12}:playback-key\/[a-zA-Z0-9-]+$/;

/** The ARN is one of a playback key pair. */
export function validatePlaybackKeyPairArn(scope: Construct, id: string, arn: string): void {
  if (Token.isUnresolved(arn) || ARN.test(arn)) return;
  throw importError(scope, id, {
    prop: 'playbackKeyPairArn',
    rule: 'must be the ARN of an IVS playback key pair, like arn:aws:ivs:us-west-2:123456789012:playback-key/abcdABCDefgh',
    got: arn,
    advice: 'Copy it from the output of `aws ivs list-playback-key-pairs`',
  });
}

/** Playback tokens are signed with ES384, whose keys are on the curve P-384. What was got is described and never shown, as it may be the private key. */
export function validatePublicKeyMaterial(scope: Construct, pem: string): void {
  if (Token.isUnresolved(pem)) return;
  const got = contentOf(pem);
  if (got === 'EC secp384r1') return;
  throw propError(scope, {
    prop: 'publicKeyMaterial',
    rule: 'must be the public key of an ECDSA key pair on the curve P-384, in PEM, and nothing else',
    got,
    advice: 'Make it by `openssl ec -in private.pem -pubout`, from what `openssl ecparam -name secp384r1 -genkey -noout` makes',
  });
}

/** Describes the text: the type of its public key, or the labels of its PEM blocks. */
function contentOf(pem: string): string {
  const labels = [...pem.matchAll(/-----BEGIN ([A-Z0-9 ]+)-----/g)].map(([, label]) => label);
  if (labels.length === 0) return 'no PEM';
  if (labels.length > 1 || labels[0] !== 'PUBLIC KEY') return labels.join(' and ');
  try {
    const { asymmetricKeyType, asymmetricKeyDetails } = createPublicKey(pem);
    return [asymmetricKeyType?.toUpperCase(), asymmetricKeyDetails?.namedCurve].filter(Boolean).join(' ');
  } catch {
    return 'a PUBLIC KEY that cannot be read';
  }
}
