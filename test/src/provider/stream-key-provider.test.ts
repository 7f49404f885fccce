import { App, NestedStack, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as kms from 'aws-cdk-lib/aws-kms';
import { Fact, FactName } from 'aws-cdk-lib/region-info';
import { Construct } from 'constructs';
import { Channel, ManagedStreamKey } from '../../../src';
import { onlyResource } from '../only-resource';
import { streamKeyWithEverything } from '../stream-key-with-everything';

const PROVIDER_TYPES = ['AWS::IAM::Policy', 'AWS::IAM::Role', 'AWS::Lambda::Function', 'AWS::Logs::LogGroup'];

let app: App;
let stack: Stack;

beforeEach(() => {
  app = new App();
  stack = new Stack(app, 'Stack');
});

const addKeys = (scope: Construct, count: number) => {
  for (let number = 1; number <= count; number++) new ManagedStreamKey(scope, `Live${number}`);
};
const policyOf = (of: Stack) => onlyResource(of, 'AWS::IAM::Policy').Properties.PolicyDocument;

/** The policy of the handler in a stack of its own with what `fill` puts there. */
const policyWith = (fill: (scope: Stack) => void) => {
  const other = new Stack(new App(), 'Stack');
  fill(other);
  return policyOf(other);
};
const statement = (sid: string) => policyOf(stack).Statement.find(({ Sid }: { Sid?: string }) => Sid === sid);

describe.each(PROVIDER_TYPES)('%s', (type) => {
  test.each([1, 20])('is there once for %d stream keys', (count) => {
    addKeys(stack, count);

    Template.fromStack(stack).resourceCountIs(type, 1);
  });

  test('is there once for stream keys at different depths', () => {
    addKeys(stack, 1);
    addKeys(new Construct(stack, 'Show'), 1);

    Template.fromStack(stack).resourceCountIs(type, 1);
  });

  test('is there once in each of two stacks', () => {
    const other = new Stack(app, 'Other');
    addKeys(stack, 1);
    addKeys(other, 1);

    Template.fromStack(stack).resourceCountIs(type, 1);
    Template.fromStack(other).resourceCountIs(type, 1);
  });

  test('is there once in a nested stack, for itself', () => {
    const nested = new NestedStack(stack, 'Nested');
    addKeys(nested, 2);

    Template.fromStack(nested).resourceCountIs(type, 1);
    Template.fromStack(stack).resourceCountIs(type, 0);
  });
});

describe('the function', () => {
  const handlerIn = (scope: Stack) => {
    addKeys(scope, 1);
    return onlyResource(scope, 'AWS::Lambda::Function').Properties;
  };

  test('runs on arm64 for 5 minutes at most, in 256 MB', () => {
    expect(handlerIn(stack)).toMatchObject({ Architectures: ['arm64'], Timeout: 300, MemorySize: 256 });
  });

  test('has the id of its stack in its environment, and nothing else', () => {
    expect(handlerIn(stack).Environment).toEqual({ Variables: { STACK_ID: { Ref: 'AWS::StackId' } } });
  });

  test('writes its log to the log group', () => {
    expect(handlerIn(stack).LoggingConfig).toEqual({ LogGroup: { Ref: onlyResource(stack, 'AWS::Logs::LogGroup').logicalId } });
  });

  test('has a log that is kept for a month, and goes with the stack', () => {
    addKeys(stack, 1);

    expect(onlyResource(stack, 'AWS::Logs::LogGroup')).toMatchObject({ Properties: { RetentionInDays: 30 }, DeletionPolicy: 'Delete' });
  });

  describe('runs on the latest Node.js', () => {
    const latest = Fact.requireFact('us-west-2', FactName.LATEST_NODE_RUNTIME);

    afterEach(() => {
      Fact.register({ region: 'us-west-2', name: FactName.LATEST_NODE_RUNTIME, value: latest }, true);
    });

    test('of the region of its stack', () => {
      Fact.register({ region: 'us-west-2', name: FactName.LATEST_NODE_RUNTIME, value: 'nodejs20.x' }, true);

      expect(handlerIn(new Stack(app, 'Other', { env: { region: 'us-west-2' } })).Runtime).toBe('nodejs20.x');
    });

    test('of the region that it is deployed to', () => {
      Fact.register({ region: 'us-west-2', name: FactName.LATEST_NODE_RUNTIME, value: 'nodejs20.x' }, true);

      const { Runtime: { 'Fn::FindInMap': [map, region, name] } } = handlerIn(stack);

      expect(region).toEqual({ Ref: 'AWS::Region' });
      expect(Template.fromStack(stack).findMappings(map)[map]['us-west-2'][name]).toBe('nodejs20.x');
    });

    test('everywhere, at least version 22', () => {
      const version = Number(/^nodejs(\d+)\.x$/.exec(handlerIn(new Stack(app, 'Other', { env: { region: 'us-west-2' } })).Runtime)?.[1]);

      expect(version).toBeGreaterThanOrEqual(22);
    });
  });
});

describe('the custom resource', () => {
  test('is served by the function', () => {
    addKeys(stack, 1);

    expect(onlyResource(stack, 'Custom::IvsStreamKey').Properties.ServiceToken).toEqual({
      'Fn::GetAtt': [onlyResource(stack, 'AWS::Lambda::Function').logicalId, 'Arn'],
    });
  });

  test('fails when the last attempt has ended, not beside it and not after an hour', () => {
    addKeys(stack, 1);

    const { MaximumEventAgeInSeconds } = onlyResource(stack, 'AWS::Lambda::EventInvokeConfig').Properties;
    const { Timeout } = onlyResource(stack, 'AWS::Lambda::Function').Properties;
    expect([MaximumEventAgeInSeconds, Timeout]).toEqual([900, 300]);
    expect(onlyResource(stack, 'Custom::IvsStreamKey').Properties.ServiceTimeout).toBe('1200');
  });

  test.each(PROVIDER_TYPES)('comes after %s and goes before it', (type) => {
    addKeys(stack, 1);

    expect(onlyResource(stack, 'Custom::IvsStreamKey').DependsOn).toContain(onlyResource(stack, type).logicalId);
  });
});

describe('the policy', () => {
  const ownStack = { Ref: 'AWS::StackId' };
  const arn = (resource: string) => ({ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':ivs:*:', { Ref: 'AWS::AccountId' }, `:${resource}`]] });

  test('is the same for 160 stream keys as for one', () => {
    expect(policyWith((scope) => addKeys(scope, 160))).toEqual(policyWith((scope) => addKeys(scope, 1)));
  });

  test('is the same for 80 stream keys with every feature, as many as fit into a stack, as for one', () => {
    const addFullKeys = (count: number) => (scope: Stack) => {
      for (let number = 1; number <= count; number++) streamKeyWithEverything(scope, `Live${number}`);
    };

    expect(policyWith(addFullKeys(80))).toEqual(policyWith(addFullKeys(1)));
  });

  test('is the only one that the role has', () => {
    addKeys(stack, 1);

    const role = onlyResource(stack, 'AWS::IAM::Role');

    expect(onlyResource(stack, 'AWS::IAM::Policy').Properties.Roles).toEqual([{ Ref: role.logicalId }]);
    expect(Object.keys(role.Properties).sort()).toEqual(['AssumeRolePolicyDocument', 'Description']);
  });

  test('names no resource with a mere asterisk', () => {
    const document = policyWith((scope) => {
      new ManagedStreamKey(scope, 'Encrypted', { encryptionKey: new kms.Key(scope, 'Key') });
      streamKeyWithEverything(scope, 'Rotated');
    });

    const resources = document.Statement.flatMap(({ Resource }: { Resource: unknown }) => Resource);

    expect(resources).not.toContain('*');
  });

  test('holds in every partition, as does the whole template', () => {
    new ManagedStreamKey(stack, 'Replicated', { encryptionKey: new kms.Key(stack, 'Key'), replicaRegions: [{ region: 'eu-west-1' }] });
    streamKeyWithEverything(stack, 'Rotated');

    expect(JSON.stringify(Template.fromStack(stack))).not.toContain('arn:aws:');
  });

  test('cannot read the value of a secret', () => {
    streamKeyWithEverything(stack, 'Live');

    expect(JSON.stringify(policyOf(stack))).not.toMatch(/secretsmanager:(GetSecretValue|BatchGetSecretValue|\*)/);
  });

  test('looks at channels, and whether they are live', () => {
    addKeys(stack, 1);

    expect(statement('LookAtChannels')).toMatchObject({ Action: ['ivs:GetChannel', 'ivs:GetStream'], Resource: arn('channel/*') });
    expect(statement('ListStreamKeys')).toMatchObject({ Action: 'ivs:ListStreamKeys', Resource: [arn('channel/*'), arn('stream-key/*')] });
  });

  test('creates stream keys of this stack only', () => {
    addKeys(stack, 1);

    expect(statement('CreateOwnStreamKeys')).toMatchObject({
      Resource: [arn('stream-key/*'), arn('channel/*')],
      Condition: { StringEquals: { 'aws:RequestTag/managed-stream-key:stack': ownStack } },
    });
  });

  test('reads and deletes stream keys of this stack only', () => {
    addKeys(stack, 1);

    expect(statement('UseOwnStreamKeys')).toMatchObject({
      Action: ['ivs:GetStreamKey', 'ivs:DeleteStreamKey', 'ivs:UntagResource'],
      Condition: { StringEquals: { 'aws:ResourceTag/managed-stream-key:stack': ownStack } },
    });
  });

  test('adopts stream keys without an owner, but takes none away from another stack', () => {
    addKeys(stack, 1);

    expect(statement('TagOwnStreamKeys').Condition).toEqual({
      StringEquals: { 'aws:RequestTag/managed-stream-key:stack': ownStack },
      StringEqualsIfExists: { 'aws:ResourceTag/managed-stream-key:stack': ownStack },
    });
  });

  test('writes secrets of this stack only', () => {
    addKeys(stack, 1);

    expect(statement('StoreStreamKeys')).toMatchObject({
      Action: [
        'secretsmanager:DescribeSecret',
        'secretsmanager:ListSecretVersionIds',
        'secretsmanager:PutSecretValue',
        'secretsmanager:UpdateSecretVersionStage',
        'secretsmanager:ReplicateSecretToRegions',
        'secretsmanager:RemoveRegionsFromReplication',
      ],
      Condition: { StringEquals: { 'aws:ResourceTag/managed-stream-key:stack': ownStack } },
    });
  });
});

test('a channel alone brings no function', () => {
  new Channel(stack, 'Channel');

  Template.fromStack(stack).resourceCountIs('AWS::Lambda::Function', 0);
});
