import { App, CfnParameter, NestedStack, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Channel, ManagedStreamKey, ManagedStreamKeyProps, WhileLive } from '../../../src';
import { handlerStatements } from '../handler-statements';
import { onlyResource } from '../only-resource';
import { secretTag } from '../secret-tag';

const env = { account: '111111111111', region: 'us-west-2' };
const SECRET_ARN = 'arn:aws:secretsmanager:us-west-2:111111111111:secret:live-AbCdEf';
const KEY_ARN = 'arn:aws:kms:us-west-2:111111111111:key/11111111-2222-3333-4444-555555555555';
const SIDS = ['TagUserSuppliedSecrets', 'UntagUserSuppliedSecrets', 'SeeWhoseSecretsAre'];

let app: App;
let stack: Stack;

beforeEach(() => {
  app = new App();
  stack = new Stack(app, 'Stack', { env });
});

const secretOf = (scope: Stack, props: secretsmanager.SecretProps = {}) => new secretsmanager.Secret(scope, 'Own', props);
const imported = (id = 'Own', secretCompleteArn = SECRET_ARN) => secretsmanager.Secret.fromSecretCompleteArn(stack, id, secretCompleteArn);
const liveWith = (secret: secretsmanager.ISecret, props: ManagedStreamKeyProps = {}) => new ManagedStreamKey(stack, 'Live', { secret, ...props });
const streamKeyProperties = () => onlyResource(stack, 'Custom::IvsStreamKey').Properties;

describe('a secret of the same stack', () => {
  test('is the one that the key is put into', () => {
    liveWith(secretOf(stack));

    expect(streamKeyProperties().SecretArn).toEqual({ Ref: onlyResource(stack, 'AWS::SecretsManager::Secret').logicalId });
  });

  test.each([
    ['stack', { Ref: 'AWS::StackId' }],
    ['serial', '3'],
    ['while-live', 'DEFER'],
    ['reconnect-window', '120'],
    ['user-supplied', 'true'],
  ])('says in its template what is wanted of the key: managed-stream-key:%s', (name, value) => {
    liveWith(secretOf(stack), { serial: 3, whileLive: WhileLive.DEFER });

    expect(secretTag(stack, `managed-stream-key:${name}`)).toEqual(value);
  });

  test('names the resource that stands for the key', () => {
    liveWith(secretOf(stack));

    expect(secretTag(stack, 'managed-stream-key:resource')).toBe(onlyResource(stack, 'Custom::IvsStreamKey').logicalId);
  });

  test('needs neither properties nor permissions of its own', () => {
    liveWith(secretOf(stack));

    expect(Object.keys(streamKeyProperties()).sort()).toEqual(['ChannelArn', 'ManagesChannel', 'SecretArn', 'Serial', 'ServiceTimeout', 'ServiceToken']);
    expect(SIDS.flatMap((sid) => handlerStatements(stack, sid))).toEqual([]);
  });
});

describe.each<[string, () => secretsmanager.ISecret, unknown]>([
  ['of another stack of the app', () => secretOf(new Stack(app, 'Secrets', { env })), { 'Fn::ImportValue': expect.stringMatching(/^Secrets:ExportsOutputRefOwn/) }],
  ['of the stack that the stack is nested in', () => {
    const secret = secretOf(stack);
    stack = new NestedStack(stack, 'Nested');
    return secret;
  }, { Ref: expect.stringMatching(/^referencetoStackOwn/) }],
  ['that is imported', () => imported(), SECRET_ARN],
  ['that is imported by a parameter', () => imported('Own', new CfnParameter(stack, 'Parameter').valueAsString), { Ref: 'Parameter' }],
])('a secret %s', (_, secretIn, arn) => {
  test('is the one that the key is put into', () => {
    liveWith(secretIn());

    expect(streamKeyProperties().SecretArn).toEqual(arn);
  });

  test('is tagged by the handler', () => {
    liveWith(secretIn());

    expect(streamKeyProperties()).toMatchObject({ UserSuppliedSecret: true });
    expect(SIDS.flatMap((sid) => handlerStatements(stack, sid))).toHaveLength(3);
  });
});

describe('no secret of one\'s own', () => {
  test('means that one is made', () => {
    new ManagedStreamKey(stack, 'Live');

    expect(streamKeyProperties().SecretArn).toEqual({ Ref: onlyResource(stack, 'AWS::SecretsManager::Secret').logicalId });
    expect(streamKeyProperties()).not.toHaveProperty('UserSuppliedSecret');
    expect(secretTag(stack, 'managed-stream-key:user-supplied')).toBeUndefined();
  });
});

describe('the permission to tag secrets', () => {
  const resource = { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':secretsmanager:', { Ref: 'AWS::Region' }, ':', { Ref: 'AWS::AccountId' }, ':secret:*']] };
  const stackId = { Ref: 'AWS::StackId' };

  beforeEach(() => {
    for (const name of ['One', 'Two']) {
      new ManagedStreamKey(stack, name, { secret: imported(`Secret${name}`, SECRET_ARN.replace('live', name)) });
    }
  });

  test('is for secrets without an owner and for this stack\'s own, in tags of ours, however many there are', () => {
    expect(handlerStatements(stack, 'TagUserSuppliedSecrets')).toEqual([{
      Sid: 'TagUserSuppliedSecrets',
      Effect: 'Allow',
      Action: 'secretsmanager:TagResource',
      Resource: resource,
      Condition: {
        'StringEquals': { 'aws:RequestTag/managed-stream-key:stack': stackId },
        'StringEqualsIfExists': { 'aws:ResourceTag/managed-stream-key:stack': stackId },
        'ForAllValues:StringLike': { 'aws:TagKeys': 'managed-stream-key:*' },
      },
    }]);
  });

  test('takes them off, and may do so without the tag that goes', () => {
    expect(handlerStatements(stack, 'UntagUserSuppliedSecrets')).toEqual([{
      Sid: 'UntagUserSuppliedSecrets',
      Effect: 'Allow',
      Action: 'secretsmanager:UntagResource',
      Resource: resource,
      Condition: {
        'StringEqualsIfExists': { 'aws:ResourceTag/managed-stream-key:stack': stackId },
        'ForAllValues:StringLike': { 'aws:TagKeys': 'managed-stream-key:*' },
      },
    }]);
  });

  test('sees whose a secret is', () => {
    expect(handlerStatements(stack, 'SeeWhoseSecretsAre')).toEqual([{
      Sid: 'SeeWhoseSecretsAre',
      Effect: 'Allow',
      Action: 'secretsmanager:DescribeSecret',
      Resource: resource,
      Condition: { StringLike: { 'aws:ResourceTag/managed-stream-key:stack': '*' } },
    }]);
  });
});

describe('whoever uses the secret', () => {
  const encoder = () => new iam.Role(stack, 'Encoder', { assumedBy: new iam.ServicePrincipal('ecs-tasks.amazonaws.com') });
  const mayDo = (role: iam.Role, ...statements: object[]) => {
    Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', {
      Roles: [stack.resolve(role.roleName)],
      PolicyDocument: { Statement: Match.arrayWith(statements) },
    });
  };

  test.each<[string, () => secretsmanager.ISecret]>([
    ['of the same stack', () => secretOf(stack)],
    ['that is imported', () => imported()],
  ])('%s waits for the key', (_, secretIn) => {
    const live = liveWith(secretIn());
    const role = encoder();

    live.grantRead(role);

    const arn = { 'Fn::GetAtt': [onlyResource(stack, 'Custom::IvsStreamKey').logicalId, 'SecretArn'] };
    mayDo(role, { Effect: 'Allow', Action: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'], Resource: arn });
    expect(stack.resolve(live.secret.secretArn)).toEqual(arn);
  });

  test('may decrypt it with the KMS key that it was imported with', () => {
    const encryptionKey = kms.Key.fromKeyArn(stack, 'Key', KEY_ARN);
    const live = liveWith(secretsmanager.Secret.fromSecretAttributes(stack, 'Own', { secretCompleteArn: SECRET_ARN, encryptionKey }));
    const role = encoder();

    live.grantRead(role);

    mayDo(role, Match.objectLike({ Action: 'kms:Decrypt', Resource: KEY_ARN }));
    expect(live.secret.encryptionKey).toBe(encryptionKey);
  });
});

describe('the handler', () => {
  test('encrypts with the KMS key of the secret', () => {
    liveWith(secretOf(stack, { encryptionKey: new kms.Key(stack, 'Key') }));

    expect(handlerStatements(stack, 'EncryptSecrets')).toHaveLength(1);
  });

  test('encrypts with no KMS key that the secret has not', () => {
    liveWith(secretOf(stack));

    expect(handlerStatements(stack, 'EncryptSecrets')).toEqual([]);
  });
});

describe('the removal policy of the stream key', () => {
  test.each([RemovalPolicy.DESTROY, RemovalPolicy.RETAIN])('%s is none of the secret\'s', (removalPolicy) => {
    const its = removalPolicy === RemovalPolicy.RETAIN ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN;

    liveWith(secretOf(stack, { removalPolicy: its }), { removalPolicy });

    expect(onlyResource(stack, 'AWS::SecretsManager::Secret').DeletionPolicy).toBe(its === RemovalPolicy.RETAIN ? 'Retain' : 'Delete');
    expect(onlyResource(stack, 'Custom::IvsStreamKey').DeletionPolicy).toBe(removalPolicy === RemovalPolicy.RETAIN ? 'Retain' : 'Delete');
  });
});

describe('what says how to make a secret', () => {
  test.each<[ManagedStreamKeyProps, string]>([
    [{ secretName: 'live' }, '`secretName` must not be given together with `secret`, which has a name of its own, got: live. '
      + 'Leave it out, or give it to the secret where that is made'],
    [{ description: '' }, '`description` must not be given together with `secret`, which has a description of its own, got: \'\'. '
      + 'Leave it out, or give it to the secret where that is made'],
    [{ replicaRegions: [{ region: 'eu-west-1' }, { region: 'us-east-1' }] }, '`replicaRegions` must not be given together with `secret`, '
      + 'which has replicas of its own, got: eu-west-1, us-east-1. Leave it out, or give it to the secret where that is made'],
  ])('is refused together with a secret: %j', (props, message) => {
    expect(() => liveWith(imported(), props)).toThrow(new Error(`[Stack/Live] ${message}`));
  });

  test('is refused together with a secret: a KMS key', () => {
    expect(() => liveWith(imported(), { encryptionKey: new kms.Key(stack, 'Key') })).toThrow(new Error(
      '[Stack/Live] `encryptionKey` must not be given together with `secret`, which has a KMS key of its own, got: Stack/Key. '
      + 'Give it to the secret: to new secretsmanager.Secret, or to secretsmanager.Secret.fromSecretAttributes',
    ));
  });
});

describe('a secret is refused', () => {
  test.each<[string, () => secretsmanager.ISecret]>([
    ['by its name', () => secretsmanager.Secret.fromSecretNameV2(stack, 'Own', 'live')],
    ['by a part of its ARN', () => secretsmanager.Secret.fromSecretPartialArn(stack, 'Own', SECRET_ARN.slice(0, -7))],
  ])('that is only known %s', (_, secretIn) => {
    const secret = secretIn();

    expect(() => liveWith(secret)).toThrow(new Error(
      '[Stack/Live] `secret` must be known by its complete ARN, as Secrets Manager may find another secret by less, '
      + `got: ${secret.secretArn.replace(/\$\{Token.*?\}/, '<token>')}. Import it with secretsmanager.Secret.fromSecretCompleteArn`,
    ));
  });

  test('that has the ARN of something else', () => {
    const arn = SECRET_ARN.replace('secretsmanager', 'ssm');

    expect(() => liveWith(imported('Own', arn))).toThrow(new Error(
      '[Stack/Live] `secret` must be the complete ARN of a secret, like arn:aws:secretsmanager:us-west-2:123456789012:secret:live-AbCdEf, '
      + `got: ${arn}. Copy it from the output of \`aws secretsmanager describe-secret\`: the six characters at its end belong to it`,
    ));
  });

  test.each([
    ['account', '111111111111', '222222222222', SECRET_ARN.replace('111111111111', '222222222222')],
    ['region', 'us-west-2', 'eu-west-1', SECRET_ARN.replace('us-west-2', 'eu-west-1')],
  ])('in another %s', (what, ours, theirs, arn) => {
    expect(() => liveWith(imported('Own', arn))).toThrow(new Error(
      `[Stack/Live] \`secret\` must be in the ${what} of the stack, ${ours}, got: ${arn} in ${theirs}. `
      + `Put the ManagedStreamKey into a stack of that ${what}, or leave \`secret\` out: then one is made`,
    ));
  });

  test('in a stack of another region', () => {
    const secret = secretOf(new Stack(app, 'Secrets', { env: { ...env, region: 'eu-west-1' } }));

    expect(() => liveWith(secret)).toThrow(/^\[Stack\/Live\] `secret` must be in the region of the stack, us-west-2, got: .* in eu-west-1\. /);
  });

  test('unless where it is, or where the stack is, is unknown', () => {
    stack = new Stack(app, 'Anywhere');

    expect(() => liveWith(imported())).not.toThrow();
  });
});

describe('a secret that holds a stream key already', () => {
  const twice = (got: string) => new Error(`[Stack/Second] \`secret\` must hold the stream key of one ManagedStreamKey only, got: ${got}, `
    + 'which holds the one of Stack/First already. Give this one a secret of its own, or leave `secret` out: then one is made');
  const second = (secret: secretsmanager.ISecret) => () => new ManagedStreamKey(stack, 'Second', { secret });

  test.each<[string, () => [secretsmanager.ISecret, secretsmanager.ISecret]]>([
    ['is refused', () => { const secret = secretOf(stack); return [secret, secret]; }],
    ['is refused when it is imported a second time', () => [imported('One'), imported('Two')]],
    ['is refused when it is imported by the Ref of its L1', () => {
      const secret = secretOf(stack);
      return [secret, imported('Two', (secret.node.defaultChild as secretsmanager.CfnSecret).ref)];
    }],
  ])('%s', (_, secrets) => {
    const [one, other] = secrets();
    new ManagedStreamKey(stack, 'First', { secret: one });

    expect(second(other)).toThrow(twice(other.node.path));
  });

  test('is refused when it was made for that key', () => {
    const first = new ManagedStreamKey(stack, 'First');

    expect(second(first.secret)).toThrow(twice('Stack/First/Secret'));
  });

  test('is not refused for another app', () => {
    liveWith(imported());
    stack = new Stack(new App(), 'Stack', { env });

    expect(() => liveWith(imported())).not.toThrow();
  });

  test('is another one than one that is made', () => {
    new ManagedStreamKey(stack, 'First', { channel: new Channel(stack, 'Channel') });

    expect(second(imported())).not.toThrow();
  });
});
