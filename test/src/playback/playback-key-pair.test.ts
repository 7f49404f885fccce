import { generateKeyPairSync, KeyObject } from 'node:crypto';
import { App, CfnParameter, MissingRemovalPolicies, PropertyInjectors, RemovalPolicy, Stack, Tags } from 'aws-cdk-lib';
import { PlaybackKeyPair, PlaybackKeyPairProps } from '../../../src';
import { onlyResource } from '../only-resource';

const TYPE = 'AWS::IVS::PlaybackKeyPair';

const spki = (key: KeyObject) => key.export({ format: 'pem', type: 'spki' }).toString();
const KEY_PAIR = generateKeyPairSync('ec', { namedCurve: 'P-384' });
const PUBLIC_KEY = spki(KEY_PAIR.publicKey);
const privateKey = (type: 'sec1' | 'pkcs8') => KEY_PAIR.privateKey.export({ format: 'pem', type }).toString();

let stack: Stack;

beforeEach(() => {
  stack = new Stack(new App(), 'Stack');
});

const make = (props?: Partial<PlaybackKeyPairProps>) => new PlaybackKeyPair(stack, 'KeyPair', { publicKeyMaterial: PUBLIC_KEY, ...props });
const keyPairWith = (props?: Partial<PlaybackKeyPairProps>) => {
  make(props);
  return onlyResource(stack, TYPE);
};

describe('a playback key pair', () => {
  test('is its public key and nothing else', () => {
    expect(keyPairWith().Properties).toEqual({ PublicKeyMaterial: PUBLIC_KEY });
  });

  test('may have a public key without a line feed at its end', () => {
    const publicKeyMaterial = PUBLIC_KEY.trimEnd();

    expect(keyPairWith({ publicKeyMaterial }).Properties).toEqual({ PublicKeyMaterial: publicKeyMaterial });
  });

  test('may have a name', () => {
    expect(keyPairWith({ playbackKeyPairName: 'Live_show-1' }).Properties).toEqual({ PublicKeyMaterial: PUBLIC_KEY, Name: 'Live_show-1' });
  });

  test.each<[keyof PlaybackKeyPairProps, object]>([
    ['publicKeyMaterial', { PublicKeyMaterial: { Ref: 'Parameter' } }],
    ['playbackKeyPairName', { PublicKeyMaterial: PUBLIC_KEY, Name: { Ref: 'Parameter' } }],
  ])('takes `%s` from a parameter', (prop, properties) => {
    const parameter = new CfnParameter(stack, 'Parameter');

    expect(keyPairWith({ [prop]: parameter.valueAsString }).Properties).toEqual(properties);
  });

  test.each([
    ['has no policy by default, so that CloudFormation deletes it', undefined, undefined],
    ['is deleted with its stack', RemovalPolicy.DESTROY, 'Delete'],
    ['stays when its stack goes', RemovalPolicy.RETAIN, 'Retain'],
  ])('%s', (_, removalPolicy, policy) => {
    const { DeletionPolicy, UpdateReplacePolicy } = keyPairWith({ removalPolicy });

    expect([DeletionPolicy, UpdateReplacePolicy]).toEqual([policy, policy]);
  });

  test('stays when MissingRemovalPolicies say so', () => {
    MissingRemovalPolicies.of(stack).retain();

    expect(keyPairWith()).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
  });

  test('has its tags', () => {
    Tags.of(make()).add('show', 'evening');

    expect(onlyResource(stack, TYPE).Properties.Tags).toEqual([{ Key: 'show', Value: 'evening' }]);
  });

  test.each<['playbackKeyPairArn' | 'playbackKeyPairFingerprint', string]>([
    ['playbackKeyPairArn', 'Arn'],
    ['playbackKeyPairFingerprint', 'Fingerprint'],
  ])('has the attribute `%s`', (name, attribute) => {
    const keyPair = make();

    expect(stack.resolve(keyPair[name])).toEqual({ 'Fn::GetAtt': [onlyResource(stack, TYPE).logicalId, attribute] });
  });

  test('is referred to by its ARN', () => {
    const keyPair = make();

    expect(keyPair.playbackKeyPairRef).toEqual({ playbackKeyPairArn: keyPair.playbackKeyPairArn });
  });

  test('takes the props of an injector', () => {
    const constructUniqueId = 'cdk-ivs-managed-stream-key.PlaybackKeyPair';
    PropertyInjectors.of(stack).add({ constructUniqueId, inject: (props) => ({ playbackKeyPairName: 'injected', ...props }) });

    expect(keyPairWith().Properties).toEqual({ PublicKeyMaterial: PUBLIC_KEY, Name: 'injected' });
  });

  test('keeps the name of its class', () => {
    expect(PlaybackKeyPair.name).toBe('PlaybackKeyPair');
  });

  test.each([['a'.repeat(129), `${'a'.repeat(129)} (129 characters)`], ['a b', 'a b'], ['a\n', 'a\n']])('may not have the name "%s"', (playbackKeyPairName, got) => {
    expect(() => make({ playbackKeyPairName })).toThrow(new Error(
      `[Stack/KeyPair] \`playbackKeyPairName\` must be 0 to 128 letters, digits, \`-\` and \`_\`, got: ${got}. `
      + 'Choose another name, or leave it out: IVS does not need one',
    ));
  });
});

test.each([
  ['nothing', '', 'no PEM'],
  ['the name of a file', 'public.pem', 'no PEM'],
  ['the private key', privateKey('sec1'), 'EC PRIVATE KEY'],
  ['the private key in PKCS #8', privateKey('pkcs8'), 'PRIVATE KEY'],
  ['the private key beside the public one', PUBLIC_KEY + privateKey('sec1'), 'PUBLIC KEY and EC PRIVATE KEY'],
  ['a key on another curve', spki(generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey), 'EC prime256v1'],
  ['an RSA key', spki(generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey), 'RSA'],
  ['half a key', PUBLIC_KEY.replace(/\n[^-]{20}/, '\n'), 'a PUBLIC KEY that cannot be read'],
])('%s is no public key for playback tokens, and is not shown', (_, publicKeyMaterial, got) => {
  expect(() => make({ publicKeyMaterial })).toThrow(new Error(
    `[Stack/KeyPair] \`publicKeyMaterial\` must be the public key of an ECDSA key pair on the curve P-384, in PEM, and nothing else, got: ${got}. `
    + 'Make it by `openssl ec -in private.pem -pubout`, from what `openssl ecparam -name secp384r1 -genkey -noout` makes',
  ));
});

describe('an imported playback key pair', () => {
  const ARN = 'arn:aws:ivs:eu-west-1:123456789012:playback-key/abcdABCDefgh';
  const importedBy = (arn: string) => PlaybackKeyPair.fromPlaybackKeyPairArn(stack, 'Imported', arn);

  test('has the ARN that it was imported by, and its account and region', () => {
    expect(importedBy(ARN)).toMatchObject({
      playbackKeyPairArn: ARN,
      playbackKeyPairRef: { playbackKeyPairArn: ARN },
      env: { account: '123456789012', region: 'eu-west-1' },
    });
  });

  test('may have an ARN from a parameter', () => {
    const { playbackKeyPairArn } = importedBy(new CfnParameter(stack, 'Parameter').valueAsString);

    expect(stack.resolve(playbackKeyPairArn)).toEqual({ Ref: 'Parameter' });
  });

  test.each(['', 'Live', ARN.replace('playback-key', 'channel'), `${ARN}\n`])('may not have the ARN "%s"', (arn) => {
    expect(() => importedBy(arn)).toThrow(new Error(
      '[Stack/Imported] `playbackKeyPairArn` must be the ARN of an IVS playback key pair, like arn:aws:ivs:us-west-2:123456789012:playback-key/abcdABCDefgh, '
      + `got: ${arn || '\'\''}. Copy it from the output of \`aws ivs list-playback-key-pairs\``,
    ));
  });
});
