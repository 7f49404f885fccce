import { App, CfnResource, NestedStack, Stack, Stage } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as kms from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { ManagedStreamKey, StreamKeyProvider } from '../../../src';
import { onlyResource } from '../only-resource';
import { secretTag } from '../secret-tag';
import { streamKeyWithEverything } from '../stream-key-with-everything';

let app: App;
let stack: Stack;

beforeEach(() => {
  app = new App();
  stack = new Stack(app, 'Stack');
});

const addKey = (id: string, provider?: StreamKeyProvider, scope: Construct = stack) => new ManagedStreamKey(scope, id, { provider });
const functions = (of = stack) => Template.fromStack(of).findResources('AWS::Lambda::Function');

/** The logical id of the function behind a stream key. */
const functionOf = (key: ManagedStreamKey) => Stack.of(key).resolve(key.provider.handler.functionArn)['Fn::GetAtt'][0];
/** The same, as the template has it. */
const serviceTokens = (of = stack) =>
  Object.values(Template.fromStack(of).findResources('Custom::IvsStreamKey')).map(({ Properties }) => Properties.ServiceToken['Fn::GetAtt'][0]);

describe('stream keys', () => {
  test('of one provider share its function', () => {
    const provider = new StreamKeyProvider(stack, 'Provider');

    const [morning, evening] = [addKey('Morning', provider), addKey('Evening', provider)];

    expect(serviceTokens()).toEqual([functionOf(morning), functionOf(evening)]);
    expect(Object.keys(functions())).toEqual([functionOf(morning)]);
  });

  test('of two providers have two functions, each with its own settings', () => {
    const [small, large] = [128, 1024].map((memorySize) => addKey(`Live${memorySize}`, new StreamKeyProvider(stack, `Provider${memorySize}`, { memorySize })));

    expect(serviceTokens()).toEqual([functionOf(small), functionOf(large)]);
    expect(functions()[functionOf(small)].Properties.MemorySize).toBe(128);
    expect(functions()[functionOf(large)].Properties.MemorySize).toBe(1024);
  });

  test.each<[string, boolean]>([
    ['before', true],
    ['after', false],
  ])('without a provider do not get the settings of one that was made %s them', (_, before) => {
    const make = [
      () => addKey('Special', new StreamKeyProvider(stack, 'Provider', { memorySize: 1024 })),
      () => addKey('Plain'),
    ];
    const keys = (before ? make : make.reverse()).map((made) => made());

    const plain = keys.find(({ node }) => node.id === 'Plain')!;
    expect(functions()[functionOf(plain)].Properties.MemorySize).toBe(256);
    expect(Object.keys(functions())).toHaveLength(2);
  });

  test('cannot be given settings by a provider with the name of the one that they share', () => {
    new StreamKeyProvider(stack, 'ManagedStreamKeyProvider', { memorySize: 1024 });

    expect(() => addKey('Live')).toThrow(/There is already a Construct with name 'ManagedStreamKeyProvider' in \w+ \[Stack\]/);
  });

  test('may use the provider that another one has got by default', () => {
    const first = addKey('First');

    expect(addKey('Second', first.provider).provider).toBe(first.provider);
    expect(Object.keys(functions())).toEqual([functionOf(first)]);
  });

  test('have all their permissions in the policy of their own provider', () => {
    streamKeyWithEverything(stack, 'Full', { provider: new StreamKeyProvider(stack, 'Provider'), encryptionKey: new kms.Key(stack, 'Key') });
    addKey('Plain');

    const policies = Object.values(Template.fromStack(stack).findResources('AWS::IAM::Policy'))
      .map(({ Properties }) => Properties.PolicyDocument.Statement.map(({ Sid }: { Sid: string }) => Sid));

    expect(policies.map((sids) => sids.includes('EncryptSecrets'))).toEqual([true, false]);
  });
});

describe('a provider', () => {
  test('serves stream keys anywhere in its stack', () => {
    const provider = new StreamKeyProvider(new Construct(stack, 'Platform'), 'Provider');

    addKey('Live', provider, new Construct(stack, 'Show'));

    expect(Object.keys(functions())).toHaveLength(1);
  });

  test('may be in a nested stack, with its stream keys', () => {
    const nested = new NestedStack(stack, 'Nested');

    const live = addKey('Live', new StreamKeyProvider(nested, 'Provider'), nested);

    expect(serviceTokens(nested)).toEqual([functionOf(live)]);
    expect(Object.keys(functions())).toEqual([]);
  });

  test('may be in a stage, with its stream keys', () => {
    const staged = new Stack(new Stage(app, 'Prod'), 'Stack');

    const live = addKey('Live', new StreamKeyProvider(staged, 'Provider'), staged);

    expect(serviceTokens(staged)).toEqual([functionOf(live)]);
  });

  test.each<[string, string, string, () => Construct, () => Construct]>([
    ['another stack', 'Stack', 'Other', () => stack, () => new Stack(app, 'Other')],
    ['the stack above', 'Stack/Nested', 'Stack', () => new NestedStack(stack, 'Nested'), () => stack],
    ['a stack below', 'Stack', 'Stack/Nested', () => stack, () => new NestedStack(stack, 'Nested')],
    ['another stage', 'Stack', 'Prod/Stack', () => stack, () => new Stack(new Stage(app, 'Prod'), 'Stack')],
  ])('may not be in %s', (_, ours, theirs, here, there) => {
    const provider = new StreamKeyProvider(there(), 'Provider');

    expect(() => addKey('Live', provider, here())).toThrow(new Error(
      `[${ours}/Live] \`provider\` must be in the stack of the stream key, ${ours}, as it is allowed to touch no keys of other stacks, `
      + `got: ${theirs}/Provider. Make one in that stack`,
    ));
  });
});

describe('the logical id of the custom resource, whose function CloudFormation refuses to change,', () => {
  const idWith = (providerIn?: (scope: Stack) => StreamKeyProvider) => {
    const other = new Stack(new App(), 'Stack');
    addKey('Live', providerIn?.(other), other);
    return onlyResource(other, 'Custom::IvsStreamKey').logicalId;
  };

  test('is that of the construct with the provider that stream keys share', () => {
    const live = addKey('Live', addKey('First').provider);

    const resources = Template.fromStack(stack).findResources('Custom::IvsStreamKey');
    expect(Object.keys(resources)).toContain(stack.getLogicalId(live.node.findChild('Resource').node.defaultChild as CfnResource));
  });

  test('is what the secret says that its stream key belongs to', () => {
    addKey('Live', new StreamKeyProvider(stack, 'Provider'));

    expect(secretTag(stack, 'managed-stream-key:resource')).toBe(onlyResource(stack, 'Custom::IvsStreamKey').logicalId);
  });

  test('is another one for each other provider', () => {
    const ids = [idWith(), idWith((scope) => new StreamKeyProvider(scope, 'One')), idWith((scope) => new StreamKeyProvider(scope, 'Two'))];

    expect(new Set(ids).size).toBe(3);
    expect(ids.map((id) => id.startsWith(ids[0]))).toEqual([true, true, true]);
  });

  test('does not change with the settings of a provider', () => {
    expect(idWith((scope) => new StreamKeyProvider(scope, 'One', { memorySize: 512 }))).toBe(idWith((scope) => new StreamKeyProvider(scope, 'One')));
  });

  test('is not longer than CloudFormation accepts', () => {
    const other = new Stack(new App(), 'Stack');
    addKey('x'.repeat(300), new StreamKeyProvider(other, 'One'), other);

    expect(onlyResource(other, 'Custom::IvsStreamKey').logicalId.length).toBeLessThanOrEqual(255);
  });
});
