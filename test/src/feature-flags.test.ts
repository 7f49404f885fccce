import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import { FEATURE_FLAGS, RECOMMENDED_FLAGS } from './feature-flags';
import { ManagedStreamKey } from '../../src';
import { EVERY_CONSTRUCT } from '../examples/every-construct';

/** Of these a flag means the default to be another. They belong to the examples, not to the library. */
const CHANGED_BY_A_FLAG = ['AWS::ECS::Service'];

type Resources = Record<string, { Type: string; Properties?: unknown }>;

/**
 * A template that is the same with and without the flags that only write a policy in other words:
 * minimizePolicies merges statements, enablePartitionLiterals writes `aws` where the region is known.
 */
function inOneForm(value: any): any {
  if (Array.isArray(value)) return value.map(inOneForm);
  if (!value || typeof value !== 'object') return value;
  if (value.Ref === 'AWS::Partition') return 'aws';
  if (value['Fn::Join']) return joined(value['Fn::Join'][0], inOneForm(value['Fn::Join'][1]));
  const { Statement, ...rest } = value;
  if (Array.isArray(Statement)) return { ...rest, Statement: [...new Set(Statement.flatMap(singleStatements))].sort() };
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, inOneForm(each)]));
}

function joined(separator: string, parts: unknown[]): unknown {
  return parts.every((part) => typeof part === 'string') ? parts.join(separator) : { 'Fn::Join': [separator, parts] };
}

/** A statement for each action, resource and principal of one that names several. */
function singleStatements(statement: any): string[] {
  const { Action, Resource, ...rest } = inOneForm(statement);
  const several = (value: unknown) => [value].flat();
  return several(Action).flatMap((action) => several(Resource).map((resource) => JSON.stringify({ action, resource, ...rest })));
}

const resourcesOf = (subjectIn: (app: App) => Stack, context = {}): Resources =>
  Template.fromStack(subjectIn(new App({ context }))).toJSON().Resources;

test.each(EVERY_CONSTRUCT)('%s has the same properties with the recommended feature flags as with none', (_, subjectIn) => {
  const without = resourcesOf(subjectIn);
  const withFlags = resourcesOf(subjectIn, RECOMMENDED_FLAGS);

  const compared = Object.keys(without).filter((id) => !CHANGED_BY_A_FLAG.includes(without[id].Type));

  expect(compared.length).toBeGreaterThan(0);
  for (const id of compared) expect({ [id]: inOneForm(withFlags[id]) }).toEqual({ [id]: inOneForm(without[id]) });
});

test('the comparison notices a property, a statement and a resource that are missing', () => {
  const policy = (...Statement: object[]) => inOneForm({ PolicyDocument: { Statement } });

  expect(policy({ Action: ['a', 'b'], Resource: '*' })).toEqual(policy({ Action: 'a', Resource: '*' }, { Action: 'b', Resource: '*' }));
  expect(policy({ Action: ['a', 'b'], Resource: '*' })).not.toEqual(policy({ Action: 'a', Resource: '*' }));
  expect(policy({ Action: 'a', Resource: 'x' })).not.toEqual(policy({ Action: 'a', Resource: '*' }));
  expect(inOneForm({ Ref: 'AWS::Region' })).not.toEqual(inOneForm({ Ref: 'AWS::Partition' }));
});

test.each(FEATURE_FLAGS)('what another stack reads from a stream key is synthesized with %s', (_, context) => {
  const app = new App({ context });
  const env = { account: '123456789012', region: 'us-east-1' };
  const live = new ManagedStreamKey(new Stack(app, 'Live', { env }), 'Live');
  const reading = new Stack(app, 'Reading', { env });
  new ssm.StringParameter(reading, 'Secret', { stringValue: live.secret.secretArn });
  new ssm.StringParameter(reading, 'Channel', { stringValue: live.channel.channelRef.channelArn });
  live.grantRead(new iam.Role(reading, 'Reader', { assumedBy: new iam.ServicePrincipal('ecs-tasks.amazonaws.com') }));

  const { stacks } = app.synth();

  expect(stacks.find(({ stackName }) => stackName === 'Reading')!.dependencies.map(({ id }) => id)).toContain('Live');
});
