import { App, Annotations as Notes, Aspects, Stack } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { ManagedStreamKey, ManagedStreamKeyProps } from '../../../src';

const ID = 'cdk-ivs-managed-stream-key:encryptionKeyUnknown';
const KEY_ARN = 'arn:aws:kms:us-west-2:111111111111:key/11111111-2222-3333-4444-555555555555';

let stack: Stack;
let role: iam.Role;

beforeEach(() => {
  stack = new Stack(new App(), 'Stack');
  role = new iam.Role(stack, 'Reader', { assumedBy: new iam.ServicePrincipal('ecs-tasks.amazonaws.com') });
});

const liveWith = (props: ManagedStreamKeyProps = {}) => new ManagedStreamKey(stack, 'Live', props);
const cfnSecretOf = ({ secret }: ManagedStreamKey) => secret.node.defaultChild as secretsmanager.CfnSecret;
const warnings = () => Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp(ID)).map(({ id, entry }) => [id, entry.data]);
const aspectSetting = (kmsKeyId: string) => Aspects.of(stack).add({
  visit: (node) => { if (node instanceof secretsmanager.CfnSecret) node.kmsKeyId = kmsKeyId; },
});

describe('a KMS key that no construct knows has a warning for those who were granted to read', () => {
  test.each<[string, (live: ManagedStreamKey) => unknown]>([
    ['an aspect', () => aspectSetting(KEY_ARN)],
    ['a property of the L1', (live) => { cfnSecretOf(live).kmsKeyId = KEY_ARN; }],
    ['an override', (live) => cfnSecretOf(live).addPropertyOverride('KmsKeyId', KEY_ARN)],
  ])('set by %s', (_, set) => {
    const live = liveWith();
    live.grantRead(role);
    set(live);

    expect(warnings()).toEqual([['/Stack/Live/Secret/Resource',
      `The KMS key of the secret was set on its L1, got: "${KEY_ARN}", where \`encryptionKey\` is none. `
      + 'Principals with a grant to read the stream key cannot decrypt it. Give the key as `encryptionKey`, or allow kms:Decrypt in its policy. '
      + `Once that is done, acknowledge this warning. [ack: ${ID}]`]]);
  });

  test('set in place of another one', () => {
    liveWith({ encryptionKey: new kms.Key(stack, 'Key') }).secret.grantRead(role);
    aspectSetting(new kms.Key(stack, 'Other').keyArn);

    expect(warnings()[0][1]).toContain('where `encryptionKey` is Stack/Key.');
  });

  test('set on a user-supplied secret', () => {
    const secret = new secretsmanager.Secret(stack, 'Own');
    liveWith({ secret }).grantRead(role);
    aspectSetting(KEY_ARN);

    expect(warnings().map(([id]) => id)).toEqual(['/Stack/Own/Resource']);
  });
});

describe('there is no warning', () => {
  test.each<[string, () => unknown]>([
    ['where nobody was granted to read', () => { liveWith(); aspectSetting(KEY_ARN); }],
    ['where there is no key', () => liveWith().grantRead(role)],
    ['where the key is the one of the props', () => liveWith({ encryptionKey: new kms.Key(stack, 'Key') }).grantRead(role)],
    ['where the key of the props is set again, by its id', () => {
      const encryptionKey = new kms.Key(stack, 'Key');
      liveWith({ encryptionKey }).grantRead(role);
      aspectSetting(encryptionKey.keyId);
    }],
    ['where it is acknowledged beforehand', () => {
      const live = liveWith();
      live.grantRead(role);
      Notes.of(live).acknowledgeWarning(ID);
      aspectSetting(KEY_ARN);
    }],
  ])('%s', (_, make) => {
    make();

    expect(warnings()).toEqual([]);
  });
});
