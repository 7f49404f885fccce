import { App, CfnParameter, CfnResource, PhysicalName, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { ManagedStreamKey, ManagedStreamKeyProps } from '../../../src';
import { onlyResource } from '../only-resource';

const env = { account: '111111111111', region: 'us-west-2' };

let app: App;
let stack: Stack;

beforeEach(() => {
  app = new App();
  stack = new Stack(app, 'Stack', { env });
});

/** What CloudFormation makes of Fn::Select, Fn::Split and Fn::Join, once the key has answered the ARN. */
function evaluated(value: any, arn: string): any {
  if (typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((item) => evaluated(item, arn));
  const [[name, argument]] = Object.entries<any>(value);
  if (name === 'Fn::GetAtt') return arn;
  const [first, second] = evaluated(argument, arn);
  if (name === 'Fn::Select') return second[first];
  if (name === 'Fn::Split') return second.split(first);
  if (name === 'Fn::Join') return second.join(first);
  throw new Error(`no value for ${name}`);
}

const nameWith = (props: ManagedStreamKeyProps) => stack.resolve(new ManagedStreamKey(stack, 'Live', props).secret.secretName);
const arnOf = (name: string) => `arn:aws:secretsmanager:us-west-2:111111111111:secret:${name}-AbCdEf`;

test.each<[string, () => ManagedStreamKeyProps, string]>([
  ['made by CloudFormation', () => ({}), 'LiveSecret120BBA02-a4vL8vQxtnDX'],
  ['given', () => ({ secretName: 'live' }), 'live'],
  ['given, with hyphens', () => ({ secretName: 'live/main-stage-1' }), 'live/main-stage-1'],
  ['for the CDK to make, where it need not', () => ({ secretName: PhysicalName.GENERATE_IF_NEEDED }), 'LiveSecret120BBA02-a4vL8vQxtnDX'],
  ['of a user-supplied secret', () => ({ secret: new secretsmanager.Secret(stack, 'Own', { secretName: 'own-secret' }) }), 'own-secret'],
  ['that CloudFormation makes for a user-supplied secret', () => ({ secret: new secretsmanager.Secret(stack, 'Own') }), 'Own-a4vL8vQxtnDX'],
  ['of an imported secret', () => ({ secret: secretsmanager.Secret.fromSecretCompleteArn(stack, 'Own', arnOf('own-secret')) }), 'own-secret'],
])('a name %s is known once the key is in the secret', (_, props, name) => {
  const secretName = nameWith(props());

  expect(JSON.stringify(secretName)).toContain('SecretArn');
  expect(evaluated(secretName, arnOf(name))).toBe(name);
});

test('a name from a parameter is that parameter', () => {
  expect(nameWith({ secretName: new CfnParameter(stack, 'Name').valueAsString })).toEqual({ Ref: 'Name' });
});

test('a name that the CDK makes for another account is the same in both stacks', () => {
  const live = new ManagedStreamKey(stack, 'Live', { secretName: PhysicalName.GENERATE_IF_NEEDED });
  const theirs = new Stack(app, 'Theirs', { env: { ...env, account: '222222222222' } });
  new CfnResource(theirs, 'Any', { type: 'My::Any::Type', properties: { arn: live.secret.secretArn } });
  app.synth();

  const { Name } = onlyResource(stack, 'AWS::SecretsManager::Secret').Properties;
  expect(Name).toMatch(/^[A-Za-z0-9/_+=.@-]+$/);
  expect(JSON.stringify(Template.fromStack(theirs).toJSON().Resources)).toContain(`:secretsmanager:us-west-2:111111111111:secret:${Name}"`);
  expect(evaluated(stack.resolve(live.secret.secretName), arnOf(Name))).toBe(Name);
});
