import { App, InjectionContext, IPropertyInjector, PropertyInjectors, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { handlerStatements } from './handler-statements';
import { onlyResource } from './only-resource';
import { ManagedStreamKey, StreamKeyRotationSchedule, StreamKeyProvider } from '../../src';

/** Adds props to those that a class is given. */
class Injector implements IPropertyInjector {
  constructor(public readonly constructUniqueId: string, private readonly props: object) {}

  public inject(originalProps: object, _context: InjectionContext): object {
    return { ...this.props, ...originalProps };
  }
}

let app: App;
let stack: Stack;

beforeEach(() => {
  app = new App();
  stack = new Stack(app, 'Stack');
});

const inject = (scope: Construct, { PROPERTY_INJECTION_ID }: { PROPERTY_INJECTION_ID: string }, props: object) =>
  PropertyInjectors.of(scope).add(new Injector(PROPERTY_INJECTION_ID, props));

test.each<[string, { PROPERTY_INJECTION_ID: string }]>([
  ['ManagedStreamKey', ManagedStreamKey],
  ['StreamKeyRotationSchedule', StreamKeyRotationSchedule],
  ['StreamKeyProvider', StreamKeyProvider],
])('%s has an id that says whose it is', (name, { PROPERTY_INJECTION_ID }) => {
  expect(PROPERTY_INJECTION_ID).toBe(`cdk-ivs-managed-stream-key.${name}`);
});

describe('an injector', () => {
  test('changes the props of every stream key of the app', () => {
    inject(app, ManagedStreamKey, { secretName: 'injected' });

    new ManagedStreamKey(stack, 'Live');

    expect(onlyResource(stack, 'AWS::SecretsManager::Secret').Properties.Name).toBe('injected');
  });

  test('leaves what it does not change', () => {
    inject(app, ManagedStreamKey, { secretName: 'injected' });

    new ManagedStreamKey(stack, 'Live', { serial: 3, secretName: 'mine' });

    expect(onlyResource(stack, 'AWS::SecretsManager::Secret').Properties.Name).toBe('mine');
    expect(onlyResource(stack, 'Custom::IvsStreamKey').Properties.Serial).toBe(3);
  });

  test('gives the function\'s role the permissions boundary that a company has all roles get', () => {
    inject(app, iam.Role, { permissionsBoundary: iam.ManagedPolicy.fromManagedPolicyName(stack, 'Boundary', 'boundary') });

    new ManagedStreamKey(stack, 'Live');

    expect(onlyResource(stack, 'AWS::IAM::Role').Properties.PermissionsBoundary).toBeDefined();
  });

  test('attaches the function to the VPC that a company has all functions be in, with the permissions for it', () => {
    inject(app, lambda.Function, { vpc: new ec2.Vpc(stack, 'Vpc', { maxAzs: 1, restrictDefaultSecurityGroup: false }) });

    new ManagedStreamKey(stack, 'Live');

    expect(onlyResource(stack, 'AWS::Lambda::Function').Properties.VpcConfig).toBeDefined();
    expect(handlerStatements(stack, 'CreateNetworkInterfaces')).toHaveLength(1);
  });

  test('has what is needed for the tracing of all functions among what a role has to be allowed', () => {
    inject(app, lambda.Function, { tracing: lambda.Tracing.ACTIVE });

    const { requiredStatements } = new ManagedStreamKey(stack, 'Live').provider;

    expect(requiredStatements.map(({ sid }) => sid)).toContain('SendTraces');
  });

  test('changes the props of a rotation schedule', () => {
    inject(stack, StreamKeyRotationSchedule, { rotateImmediatelyOnUpdate: true });

    new ManagedStreamKey(stack, 'Live').addRotationSchedule('Monthly');

    expect(onlyResource(stack, 'AWS::SecretsManager::RotationSchedule').Properties.RotateImmediatelyOnUpdate).toBe(true);
  });

  test('changes the props of the provider that stream keys share', () => {
    inject(app, StreamKeyProvider, { permissionsBoundary: iam.ManagedPolicy.fromManagedPolicyName(stack, 'Boundary', 'boundary') });

    new ManagedStreamKey(stack, 'Live');

    expect(JSON.stringify(onlyResource(stack, 'AWS::IAM::Role').Properties.PermissionsBoundary)).toContain(':policy/boundary');
  });

  test('meets the rules of the props', () => {
    inject(app, StreamKeyProvider, { memorySize: 64 });

    expect(() => new ManagedStreamKey(stack, 'Live')).toThrow('[Stack/ManagedStreamKeyProvider] `memorySize` must be');
  });
});

test('the classes keep their names', () => {
  expect([ManagedStreamKey.name, StreamKeyRotationSchedule.name, StreamKeyProvider.name]).toEqual(['ManagedStreamKey', 'StreamKeyRotationSchedule', 'StreamKeyProvider']);
  expect(new ManagedStreamKey(stack, 'Live')).toBeInstanceOf(ManagedStreamKey);
});
