import { App, CfnResource, PhysicalName, PropertyInjectors, RemovalPolicy, SecretValue, Size, Stack, Tags } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as batch from 'aws-cdk-lib/aws-batch';
import * as codebuild from 'aws-cdk-lib/aws-codebuild';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as eventSources from 'aws-cdk-lib/aws-lambda-event-sources';
import * as rds from 'aws-cdk-lib/aws-rds';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { besideAPlainSecret, Use } from './beside-a-plain-secret';
import { IManagedStreamKey, ManagedStreamKey } from '../../../src';
import { onlyResource } from '../only-resource';

const ENV = { account: '111111111111', region: 'us-west-2' };
const ATTACHED_POLICIES = { '@aws-cdk/aws-secretsmanager:useAttachedSecretResourcePolicyForSecretTargetAttachments': true };
const KEY_ARN = `arn:aws:kms:us-west-2:${ENV.account}:key/11111111-2222-3333-4444-555555555555`;

const roleIn = (stack: Stack) => new iam.Role(stack, 'Reader', { assumedBy: new iam.ServicePrincipal('ecs-tasks.amazonaws.com') });
const taskIn = (stack: Stack) => new ecs.FargateTaskDefinition(stack, 'Task');
const functionIn = (stack: Stack) => new lambda.Function(stack, 'Function', {
  code: lambda.Code.fromInline('exports.handler = async () => {}'), handler: 'index.handler', runtime: lambda.Runtime.NODEJS_22_X,
});
const databaseIn = (stack: Stack, more: Partial<rds.DatabaseInstanceProps> = {}) => new rds.DatabaseInstance(stack, 'Database', {
  engine: rds.DatabaseInstanceEngine.POSTGRES,
  vpc: ec2.Vpc.fromVpcAttributes(stack, 'Vpc', { vpcId: 'vpc-1', availabilityZones: ['us-west-2a'], isolatedSubnetIds: ['subnet-1'], vpcCidrBlock: '10.0.0.0/16' }),
  vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED },
  ...more,
});
const image = ecs.ContainerImage.fromRegistry('encoder');

const uses: [string, Use][] = [
  ['a field in a container of ECS', (stack, secret) => {
    taskIn(stack).addContainer('Encoder', { image, secrets: { URL: ecs.Secret.fromSecretsManager(secret, 'rtmpsUrl'), ALL: ecs.Secret.fromSecretsManager(secret) } });
  }],
  ['a version in a container of ECS', (stack, secret) => {
    taskIn(stack).addContainer('Encoder', { image, secrets: { URL: ecs.Secret.fromSecretsManagerVersion(secret, { versionStage: 'AWSPREVIOUS' }, 'rtmpsUrl') } });
  }],
  ['the credentials of a registry', (stack, secret) => {
    taskIn(stack).addContainer('Encoder', { image: ecs.ContainerImage.fromRegistry('encoder', { credentials: secret }) });
  }],
  ['a field in a container of Batch', (stack, secret) => new batch.EcsJobDefinition(stack, 'Job', {
    container: new batch.EcsEc2ContainerDefinition(stack, 'Container', {
      image, cpu: 1, memory: Size.mebibytes(512), secrets: { URL: batch.Secret.fromSecretsManager(secret, 'rtmpsUrl') },
    }),
  })],
  ['a variable of CodeBuild', (stack, secret) => new codebuild.Project(stack, 'Project', {
    buildSpec: codebuild.BuildSpec.fromObject({ version: '0.2' }),
    environmentVariables: { KEY: { type: codebuild.BuildEnvironmentVariableType.SECRETS_MANAGER, value: `${secret.secretArn}:streamKey` } },
  })],
  ['the environment of a function that may read it', (stack, secret) => {
    const reader = functionIn(stack);
    reader.addEnvironment('SECRET', secret.secretArn);
    secret.grantRead(reader);
  }],
  ['the credentials of an event source', (stack, secret) => functionIn(stack).addEventSource(new eventSources.SelfManagedKafkaEventSource({
    bootstrapServers: ['kafka:9092'], topic: 'topic', startingPosition: lambda.StartingPosition.LATEST, secret,
  }))],
  ['the credentials of a database', (stack, secret) => databaseIn(stack, { credentials: rds.Credentials.fromSecret(secret, 'admin') })],
  ['the secret of a database proxy', (stack, secret) => {
    const database = databaseIn(stack);
    database.addProxy('Proxy', { secrets: [secret], vpc: database.vpc, vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED } });
  }],
  ['the authorization of a connection', (stack, secret) => new events.Connection(stack, 'Connection', {
    authorization: events.Authorization.basic('encoder', secret.secretValueFromJson('streamKey')),
  })],
  ['dynamic references', (stack, secret) => new CfnResource(stack, 'Any', {
    type: 'My::Any::Type',
    properties: {
      whole: secret.secretValue,
      field: secret.secretValueFromJson('streamKey').unsafeUnwrap(),
      byArn: SecretValue.secretsManager(secret.secretArn, { jsonField: 'streamKey', versionStage: 'AWSPREVIOUS' }),
      byKey: `{{resolve:secretsmanager:${secret.cfnDynamicReferenceKey({ jsonField: 'streamKey' })}}}`,
    },
  })],
  ['its ARNs', (stack, secret) => new CfnResource(stack, 'Any', { type: 'My::Any::Type', properties: { arn: secret.secretArn, complete: secret.secretFullArn } })],
  ['its name', (stack, secret) => new CfnResource(stack, 'Any', { type: 'My::Any::Type', properties: { name: secret.secretName } })],
  ['a grant to read', (stack, secret) => secret.grantRead(roleIn(stack))],
  ['a grant to read one staging label', (stack, secret) => secret.grantRead(roleIn(stack), ['AWSCURRENT'])],
  ['a grant to write', (stack, secret) => secret.grantWrite(roleIn(stack))],
  ['a grant to this account', (_, secret) => secret.grantRead(new iam.AccountPrincipal(ENV.account))],
  ['a statement of its policy', (_, secret) => secret.addToResourcePolicy(new iam.PolicyStatement({
    effect: iam.Effect.DENY, actions: ['secretsmanager:PutSecretValue'], resources: ['*'], principals: [new iam.AnyPrincipal()],
  }))],
  ['a refusal of its deletion', (_, secret) => secret.denyAccountRootDelete()],
  ['an attachment', (_, secret) => {
    secret.attach({ asSecretAttachmentTarget: () => ({ targetId: 'database', targetType: secretsmanager.AttachmentTargetType.RDS_DB_INSTANCE }) });
  }],
  ['an attachment that reads and has a policy', (stack, secret) => {
    const attached = secret.attach({ asSecretAttachmentTarget: () => ({ targetId: 'database', targetType: secretsmanager.AttachmentTargetType.RDS_DB_INSTANCE }) });
    attached.grantRead(roleIn(stack));
    attached.addToResourcePolicy(new iam.PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources: ['*'], principals: [new iam.AccountRootPrincipal()] }));
  }],
];

/** Grants on keys are our own: see kms-key-grants.test.ts. */
const withoutKms = (template: unknown) => JSON.parse(JSON.stringify(template), (name, value) =>
  name === 'Statement' ? value.filter(({ Action }: { Action: string | string[] }) => !`${Action}`.startsWith('kms:')) : value);

const usesWithKey: [string, Use][] = [
  ...uses,
  ['a grant to another account', (_, secret) => secret.grantRead(new iam.AccountPrincipal('222222222222'))],
  ['a grant to write to another account', (_, secret) => secret.grantWrite(new iam.AccountPrincipal('222222222222'))],
];

describe.each(uses)('%s has of the handed-out secret what it has of a secret of the CDK\'s', (_, use) => {
  test.each([
    ['in a stack that may be deployed anywhere', {}],
    ['in a stack of a known account', { stack: { env: ENV } }],
    ['with a name', { stack: { env: ENV }, context: ATTACHED_POLICIES, secretName: 'live/main-stage' }],
  ])('%s', (__, making) => {
    const { plain, ours, supplied } = besideAPlainSecret(use, making);

    expect(ours).toEqual(plain);
    expect(supplied).toEqual(plain);
    expect(plain).not.toEqual({ Stack: {} });
  });
});

describe.each(usesWithKey)('%s has of the handed-out secret, except for statements on its KMS key, what it has of a secret of the CDK\'s', (_, use) => {
  test.each<[string, (stack: Stack) => kms.IKey]>([
    ['with a key of the stack', (stack) => new kms.Key(stack, 'Key')],
    ['with an imported key', (stack) => kms.Key.fromKeyArn(stack, 'Key', KEY_ARN)],
  ])('%s', (__, encryptionKey) => {
    const { plain, ours } = besideAPlainSecret(use, { stack: { env: ENV }, encryptionKey });

    expect(withoutKms(ours)).toEqual(withoutKms(plain));
  });
});

describe('the stack of another account', () => {
  const there: Use = (stack, secret) => {
    const theirs = new Stack(App.of(stack)!, 'Theirs', { env: { ...ENV, account: '222222222222' } });
    new CfnResource(theirs, 'Any', { type: 'My::Any::Type', properties: { arn: secret.secretArn, value: secret.secretValue } });
    const role = new iam.Role(theirs, 'Reader', { roleName: 'reader', assumedBy: new iam.ServicePrincipal('ecs-tasks.amazonaws.com') });
    secret.grantRead(role);
    secret.grantWrite(role);
  };
  const encryptionKey = (stack: Stack) => new kms.Key(stack, 'Key');

  test.each([
    ['that was given', 'live/main-stage'],
    ['that the CDK makes', PhysicalName.GENERATE_IF_NEEDED],
  ])('refers to a secret by a name %s', (_, secretName) => {
    const { plain, ours, supplied } = besideAPlainSecret(there, { stack: { env: ENV }, secretName, encryptionKey });

    expect(withoutKms(ours)).toEqual(withoutKms(plain));
    expect(withoutKms(supplied)).toEqual(withoutKms(plain));
  });

  test('cannot refer to a secret without a name', () => {
    const live = new ManagedStreamKey(new Stack(new App(), 'Stack', { env: ENV }), 'Live');
    const theirs = new Stack(App.of(live)!, 'Theirs', { env: { ...ENV, account: '222222222222' } });

    expect(() => theirs.resolve(live.secret.secretArn)).toThrow(/Cannot use resource 'Stack\/Live\/Secret' in a cross-environment fashion/);
  });
});

describe('the handed-out secret', () => {
  let stack: Stack;
  let live: ManagedStreamKey;

  beforeEach(() => {
    stack = new Stack(new App(), 'Stack', { env: ENV });
    live = new ManagedStreamKey(stack, 'Live');
  });

  const secret = () => onlyResource(stack, 'AWS::SecretsManager::Secret');

  test('is one of the CDK\'s', () => {
    expect(secretsmanager.Secret.isSecret(live.secret)).toBe(true);
    expect(live.secret.env).toEqual(ENV);
    expect(live.secret.stack).toBe(stack);
  });

  test('gets tags', () => {
    Tags.of(live.secret).add('team', 'sports');

    expect(secret().Properties.Tags).toContainEqual({ Key: 'team', Value: 'sports' });
  });

  test('has a removal policy', () => {
    live.secret.applyRemovalPolicy(RemovalPolicy.RETAIN);

    expect(secret().DeletionPolicy).toBe('Retain');
  });

  test('has its L1 as default child', () => {
    (live.secret.node.defaultChild as secretsmanager.CfnSecret).addPropertyOverride('Description', 'overridden');

    expect(secret().Properties.Description).toBe('overridden');
  });

  test('has what depends on it wait for the key, and for nothing that depends on that', () => {
    const reader = new iam.Role(stack, 'Reader', { assumedBy: new iam.AccountPrincipal('222222222222') });
    live.secret.addToResourcePolicy(new iam.PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources: ['*'], principals: [reader] }));
    reader.node.addDependency(live.secret);

    const { DependsOn } = Object.values(Template.fromStack(stack).findResources('AWS::IAM::Role')).find(({ Properties }) => !Properties.Description)!;
    expect(DependsOn).toEqual([onlyResource(stack, 'Custom::IvsStreamKey').logicalId, secret().logicalId].sort());
  });

  test('has its replicas made once there is a value', () => {
    (live.secret as secretsmanager.Secret).addReplicaRegion('eu-west-1');

    expect(secret().Properties).not.toHaveProperty('ReplicaRegions');
    expect(onlyResource(stack, 'Custom::IvsStreamKey').Properties.ReplicaRegions).toEqual([{ Region: 'eu-west-1' }]);
  });

  test.each<[string, () => ManagedStreamKey | IManagedStreamKey]>([
    ['made for the key', () => live],
    ['supplied by the user', () => new ManagedStreamKey(stack, 'Other', { secret: new secretsmanager.Secret(stack, 'Own') })],
    ['of a key that is managed elsewhere', () => ManagedStreamKey.fromManagedStreamKeyAttributes(stack, 'Other', {
      channelArn: 'arn:aws:ivs:us-west-2:111111111111:channel/abcdABCDefgh', secretArn: 'arn:aws:secretsmanager:us-west-2:111111111111:secret:live-AbCdEf',
    })],
  ])('%s takes no schedule, which would have another function rotate it', (_, streamKey) => {
    const of = streamKey();

    expect(() => of.secret.addRotationSchedule('Monthly', { hostedRotation: secretsmanager.HostedRotation.mysqlSingleUser() })).toThrow(new Error(
      `[${of.node.path}] \`addRotationSchedule\` must not be called on the secret of a stream key: only the handler makes stream keys, `
      + 'and Secrets Manager has one schedule for each secret, got: Monthly. Call addRotationSchedule on the ManagedStreamKey, in the app that makes it',
    ));
  });
});

describe('an injector of secrets', () => {
  const inject = (scope: Construct, props: secretsmanager.SecretProps) => PropertyInjectors.of(scope).add({
    constructUniqueId: secretsmanager.Secret.PROPERTY_INJECTION_ID, inject: (given: object) => ({ ...props, ...given }),
  });

  test('gives the secret the KMS key that a company has all secrets have, and the readers the permission to decrypt', () => {
    const stack = new Stack(new App(), 'Stack', { env: ENV });
    inject(stack, { encryptionKey: kms.Key.fromKeyArn(stack, 'Key', KEY_ARN) });
    const live = new ManagedStreamKey(stack, 'Live');
    live.grantRead(roleIn(stack));

    expect(onlyResource(stack, 'AWS::SecretsManager::Secret').Properties.KmsKeyId).toBe(KEY_ARN);
    Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', {
      Roles: [Match.objectLike({})], PolicyDocument: { Statement: Match.arrayWith([Match.objectLike({ Action: 'kms:Decrypt', Resource: KEY_ARN })]) },
    });
  });

  test('never puts a value into it', () => {
    const stack = new Stack(new App(), 'Stack', { env: ENV });
    inject(stack, { secretStringValue: SecretValue.unsafePlainText('injected') });
    new ManagedStreamKey(stack, 'Live');

    expect(Object.keys(onlyResource(stack, 'AWS::SecretsManager::Secret').Properties).sort()).toEqual(['Description', 'Tags']);
  });
});
