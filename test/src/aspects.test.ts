import { App, Aspects, CfnResource, MissingRemovalPolicies, RemovalPolicies, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { IConstruct } from 'constructs';
import { onlyResource } from './only-resource';
import { streamKeyWithEverything } from './stream-key-with-everything';
import { ManagedStreamKey } from '../../src';

const KEY_TYPES = ['AWS::IVS::Channel', 'AWS::SecretsManager::Secret', 'Custom::IvsStreamKey'];

let stack: Stack;
let live: ManagedStreamKey;

beforeEach(() => {
  stack = new Stack(new App(), 'Stack');
  live = new ManagedStreamKey(stack, 'Live');
});

const policiesOf = (type: string) => {
  const { DeletionPolicy, UpdateReplacePolicy } = onlyResource(stack, type);
  return [DeletionPolicy, UpdateReplacePolicy];
};
/** The types of the resources that an aspect on the scope visits. */
const visited = (scope: IConstruct) => {
  const types: string[] = [];
  Aspects.of(scope).add({ visit: (node) => { if (CfnResource.isCfnResource(node)) types.push(node.cfnResourceType); } });
  Template.fromStack(stack);
  return types.sort();
};

describe('an aspect', () => {
  test('on the construct visits the channel, the key and the secret', () => {
    expect(visited(live)).toEqual(KEY_TYPES);
  });

  test('on the provider visits the function and what belongs to it', () => {
    expect(visited(live.provider)).toEqual([
      'AWS::Events::Rule', 'AWS::IAM::Policy', 'AWS::IAM::Role', 'AWS::Lambda::EventInvokeConfig', 'AWS::Lambda::EventSourceMapping',
      'AWS::Lambda::Function', 'AWS::Logs::LogGroup', 'AWS::SQS::Queue', 'AWS::SQS::Queue', 'AWS::SQS::QueuePolicy',
    ]);
  });

  test('changes the function', () => {
    Aspects.of(stack).add({ visit: (node) => { if (node instanceof lambda.Function) node.addEnvironment('HTTPS_PROXY', 'http://proxy'); } });

    expect(onlyResource(stack, 'AWS::Lambda::Function').Properties.Environment.Variables).toMatchObject({ HTTPS_PROXY: 'http://proxy' });
  });
});

describe('RemovalPolicies', () => {
  test.each(KEY_TYPES)('of the construct reach %s', (type) => {
    RemovalPolicies.of(live).retain();

    expect(policiesOf(type)).toEqual(['Retain', 'Retain']);
  });

  test('of the construct reach all that a rotation needs', () => {
    const full = streamKeyWithEverything(stack, 'Full');
    RemovalPolicies.of(full).retain();

    const kept = Object.entries(Template.fromStack(stack).toJSON().Resources).filter(([, { DeletionPolicy }]: any) => DeletionPolicy === 'Retain');

    expect(kept.map(([id]) => id).every((id) => id.startsWith('Full'))).toBe(true);
    expect(kept).toHaveLength(full.node.findAll().filter((node) => CfnResource.isCfnResource(node)).length);
  });

  test('of the stack reach the function', () => {
    RemovalPolicies.of(stack).retain();

    expect(policiesOf('AWS::Lambda::Function')).toEqual(['Retain', 'Retain']);
  });

  test.each(KEY_TYPES)('that destroy reach %s of a key that was to stay', (type) => {
    live.applyRemovalPolicy(RemovalPolicy.RETAIN);
    RemovalPolicies.of(stack).destroy();

    expect(policiesOf(type)).toEqual(['Delete', 'Delete']);
  });
});

describe('MissingRemovalPolicies', () => {
  test.each(KEY_TYPES)('reach %s', (type) => {
    MissingRemovalPolicies.of(stack).retain();

    expect(policiesOf(type)).toEqual(['Retain', 'Retain']);
  });

  test.each(KEY_TYPES)('leave %s as it is where a policy was chosen', (type) => {
    live.applyRemovalPolicy(RemovalPolicy.DESTROY);
    MissingRemovalPolicies.of(stack).retain();

    expect(policiesOf(type)).toEqual(['Delete', 'Delete']);
  });
});
