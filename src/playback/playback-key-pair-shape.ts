import { RemovalPolicy } from 'aws-cdk-lib';
import type { PlaybackKeyPairProps } from './playback-key-pair-props';
import { Kind, oneOf, required, Shape, text } from '../core/value-kinds';

/** It may be the private key by mistake, so that an error must not show it. */
const isText = text('Read the public key from its file as text, such as fs.readFileSync(file, \'utf8\')');
const publicKey: Kind = (value, prop) => {
  const fault = isText(value, prop);
  return fault && { ...fault, got: value === undefined ? fault.got : `another type: ${typeof value}` };
};

/** The kinds of the props of a playback key pair. */
export const PLAYBACK_KEY_PAIR_PROPS: Shape<PlaybackKeyPairProps> = {
  publicKeyMaterial: required(publicKey),
  playbackKeyPairName: text('Give it as text, or leave it out'),
  removalPolicy: oneOf('RemovalPolicy', RemovalPolicy),
};
