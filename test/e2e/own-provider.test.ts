import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { shortOfTime } from './short-of-time';
import { Stage } from './stage';
import { ManagedStreamKey, StreamKeyProvider } from '../../src';

const GROUP = 'stream-keys';

let stage: Stage;

/** A provider with everything of its own: the log is written only if the role may. */
const ownProvider = (stack: Stack, memorySize = 512) => new StreamKeyProvider(stack, 'Provider', {
  memorySize,
  architecture: lambda.Architecture.X86_64,
  reservedConcurrentExecutions: 1,
  role: new iam.Role(stack, 'Own', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') }),
  logGroup: new logs.LogGroup(stack, 'Log', { logGroupName: GROUP, removalPolicy: RemovalPolicy.DESTROY }),
});
const served = (providerIn?: (stack: Stack) => StreamKeyProvider, serial = 1) => (stack: Stack) => {
  new ManagedStreamKey(stack, 'Live', { serial, secretName: 'Live', provider: providerIn?.(stack) });
};
const functions = () => [...stage.stack().resources.values()].filter(({ definition }) => definition.Type === 'AWS::Lambda::Function').map(({ logicalId }) => logicalId);

describe('stream keys of a provider with its own memory, role, log group and a single execution', () => {
  const NAMES = ['One', 'Two', 'Three'];
  const program = (stack: Stack) => {
    const provider = ownProvider(stack);
    for (const secretName of NAMES) new ManagedStreamKey(stack, secretName, { secretName, provider });
  };
  beforeAll(async () => {
    stage = await Stage.start();
    await stage.deploy(program);
  });
  afterAll(() => stage.stop());

  test('are created one after the other', () => {
    expect(new Set(NAMES.map((name) => stage.storedKey(stage.secret(name))))).toEqual(new Set(stage.aws.ivs.allStreamKeys.map(({ value }) => value)));
    expect(stage.aws.ivs.allStreamKeys).toHaveLength(NAMES.length);
  });

  test('are created by a function with that memory that writes to that log group', () => {
    expect(stage.aws.logs.text()).toContain('Memory Size: 512 MB');
    expect(functions()).toEqual([expect.stringMatching(/^ProviderHandler/)]);
  });

  test('are deleted with the stack', async () => {
    await stage.destroy(program);

    expect(stage.inventory()).toEqual([]);
  });
});

describe('a stream key that gets another provider', () => {
  let before: string;
  const keys = () => [stage.onlyKey().value, stage.storedKey()];

  beforeAll(async () => {
    stage = await Stage.start();
    await stage.deploy(served());
    before = stage.onlyKey().value;
    await stage.deploy(served(ownProvider));
  });
  afterAll(() => stage.stop());

  test('keeps its value', () => {
    expect(keys()).toEqual([before, before]);
  });

  test('leaves the function behind that it no longer needs', () => {
    expect(functions()).toEqual([expect.stringMatching(/^ProviderHandler/)]);
  });

  test('keeps its value when the provider changes its settings', async () => {
    await stage.deploy(served((stack) => ownProvider(stack, 1024)));

    expect(keys()).toEqual([before, before]);
  });

  test('is not rotated by the same deployment, which is refused', async () => {
    const { exitCode } = await stage.tryDeploy(served(undefined, 2));

    expect(exitCode).not.toBe(0);
    expect(stage.failures()).toContainEqual(expect.stringContaining('with serial 1, and count serial up in the next deployment.'));
    expect(keys()).toEqual([before, before]);
  });

  test('can go back to the first provider, and rotates afterwards', async () => {
    await stage.deploy(served());
    expect(keys()).toEqual([before, before]);

    await stage.deploy(served(undefined, 2));

    expect(stage.onlyKey().value).not.toBe(before);
    expect(stage.storedKey()).toBe(stage.onlyKey().value);
  });

  test('is deleted with the stack', async () => {
    await stage.destroy(served(undefined, 2));

    expect(stage.inventory()).toEqual([]);
  });
});

describe('a stream key whose provider has a permissions boundary', () => {
  const allow = (...actions: string[]) => new iam.PolicyStatement({ actions, resources: ['*'] });
  const limited = (statementsFor: (provider: StreamKeyProvider) => iam.PolicyStatement[]) => served((stack) => {
    const boundary = new iam.ManagedPolicy(stack, 'Boundary');
    const provider = new StreamKeyProvider(stack, 'Provider', { permissionsBoundary: boundary });
    boundary.addStatements(...statementsFor(provider));
    shortOfTime(stack);
    return provider;
  });
  beforeEach(async () => { stage = await Stage.start(); });
  afterEach(() => stage.stop());

  test('is created if the boundary allows the required statements', async () => {
    await stage.deploy(limited(({ requiredStatements }) => requiredStatements));

    expect(stage.storedKey()).toBe(stage.onlyKey().value);
  });

  test.each<[string, iam.PolicyStatement[], string]>([
    ['denies an action', [
      allow('logs:*', 'ivs:*', 'secretsmanager:*'),
      new iam.PolicyStatement({ effect: iam.Effect.DENY, actions: ['secretsmanager:PutSecretValue'], resources: ['*'] }),
    ], 'with an explicit deny in a permissions boundary'],
    ['leaves an action out', [
      allow('logs:*', 'ivs:*', 'secretsmanager:DescribeSecret', 'secretsmanager:ListSecretVersionIds'),
    ], 'because no permissions boundary allows the secretsmanager:PutSecretValue action'],
  ])('is not created if the boundary %s, and the reason says so', async (_, boundary, reason) => {
    await stage.tryDeploy(limited(() => boundary));

    expect(stage.failures()).toContainEqual(expect.stringMatching(
      new RegExp(`failed at secretsmanager:PutSecretValue: AccessDeniedException: .*${reason}\\. The handler's role has to be allowed .* Look for a permissions boundary`),
    ));
    expect({ status: stage.stack().status, left: stage.inventory() }).toEqual({ status: 'ROLLBACK_COMPLETE', left: [] });
  });
});
