import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Stage } from './stage';
import { REGION } from '../../local-aws/local-aws';
import { Channel, IManagedStreamKey, ManagedStreamKey, SecretField } from '../../src';

let stage: Stage;
afterEach(() => stage.stop());

/** What an encoder reads from the secret with nothing but the permissions of its role. */
async function readAs(roleName: string, secretArn: string): Promise<Record<string, string>> {
  const credentials = stage.aws.identities.assume({ arn: `arn:aws:sts::123456789012:assumed-role/${roleName}/encoder`, roleName });
  const client = new SecretsManagerClient({ endpoint: stage.aws.url, region: REGION, credentials });
  try {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: secretArn }));
    return JSON.parse(SecretString!);
  } finally {
    client.destroy();
  }
}

const output = (name: string, stackName: string) => stage.stack(stackName).outputs.find(({ OutputKey }) => OutputKey === name)!.OutputValue;

/** An encoder with a role of its own, and the reference by which ECS would read the URL. */
function encoderIn(stack: Stack, live: IManagedStreamKey): void {
  const role = new iam.Role(stack, 'Encoder', { assumedBy: new iam.ServicePrincipal('ecs-tasks.amazonaws.com') });
  const secret = live.ecsSecret(SecretField.RTMPS_URL);
  secret.grantRead(role);
  new CfnOutput(stack, 'RoleName', { value: role.roleName });
  new CfnOutput(stack, 'ValueFrom', { value: secret.arn });
}

/** The ARN of the secret in what ECS calls `valueFrom`, and the field. */
const reference = (stackName: string) => /^(.*):([^:]+)::$/.exec(output('ValueFrom', stackName))!.slice(1);

test('an encoder in another stack reads the key with its own role after each rotation', async () => {
  stage = await Stage.start();
  const program = (serial: number) => (stack: Stack) => {
    encoderIn(new Stack(stack.node.root as App, 'Encoders'), new ManagedStreamKey(stack, 'Live', { serial }));
  };
  await stage.deploy(program(1), 'Live', ['--all']);
  const [secretArn, field] = reference('Encoders');
  const first = (await readAs(output('RoleName', 'Encoders'), secretArn))[field];

  await stage.deploy(program(2), 'Live', ['--all']);

  const second = (await readAs(output('RoleName', 'Encoders'), secretArn))[field];
  expect(first).not.toBe(second);
  expect(second).toMatch(new RegExp(`^rtmps://.*/app/${stage.onlyKey().value}$`));
});

test('no attribute used in another stack blocks a rotation', async () => {
  stage = await Stage.start();
  const program = (serial: number) => (stack: Stack) => {
    const live = new ManagedStreamKey(stack, 'Live', { serial, rotationSchedule: {} });
    const others = new Stack(stack.node.root as App, 'Encoders');
    encoderIn(others, live);
    live.grantRotate(others.node.findChild('Encoder') as iam.Role);
    live.onRotated('Rotated', { crossStackScope: others });
    live.metricRotationFailures().createAlarm(others, 'Failures', { threshold: 1, evaluationPeriods: 1 });
    new CfnOutput(others, 'Channel', { value: live.channel.channelRef.channelArn });
    new CfnOutput(others, 'Endpoint', { value: live.channel.channelIngestEndpoint });
  };
  await stage.deploy(program(1), 'Live', ['--all']);
  const first = stage.storedKey();
  const exported = stage.stack('Live').outputs;

  await stage.deploy(program(2), 'Live', ['--all']);

  expect(stage.storedKey()).not.toBe(first);
  expect(stage.stack('Live').status).toBe('UPDATE_COMPLETE');
  expect(stage.stack('Live').outputs).toEqual(exported);
  expect(stage.stack('Encoders').imports).toEqual(new Set(exported.map(({ ExportName }) => ExportName)));
});

test('a manual export of the version id fails the rotation that would change it, and the secret holds the existing key', async () => {
  stage = await Stage.start();
  const program = (serial: number) => (stack: Stack) => {
    const version = stack.exportValue(new ManagedStreamKey(stack, 'Live', { serial }).secretVersionId);
    const other = new Stack(stack.node.root as App, 'Encoders');
    new iam.Role(other, 'Encoder', { assumedBy: new iam.ServicePrincipal('ecs-tasks.amazonaws.com'), description: version });
    other.addDependency(stack);
  };
  await stage.deploy(program(1), 'Live', ['--all']);
  const first = stage.onlyKey();

  const { exitCode } = await stage.tryDeploy(program(2), 'Live', ['--all']);

  expect(exitCode).not.toBe(0);
  expect(stage.stack('Live').status).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(stage.stack('Live').events.map(({ ResourceStatusReason }) => ResourceStatusReason)).toContainEqual(
    expect.stringMatching(/Cannot update export Live:ExportsOutput\S*SecretVersionId\S* as it is in use by Encoders/));
  expect(stage.onlyKey().value).not.toBe(first.value);
  expect(stage.storedKey()).toBe(stage.onlyKey().value);
});

test('an encoder in another app reads the key with its own role, and no other secret', async () => {
  stage = await Stage.start();
  await stage.deploy((stack) => { new ManagedStreamKey(stack, 'Live'); });
  const { arn: secretArn } = stage.onlySecret();
  const { channelArn } = stage.onlyKey();
  const other = stage.aws.secretsManager.createSecret(REGION, 'other', { tags: {} }, '{}');

  await stage.deploy((stack) => {
    encoderIn(stack, ManagedStreamKey.fromManagedStreamKeyAttributes(stack, 'Live', { channelArn, secretArn }));
  }, 'Encoders');

  expect(reference('Encoders')).toEqual([secretArn, 'rtmpsUrl']);
  expect((await readAs(output('RoleName', 'Encoders'), secretArn)).streamKey).toBe(stage.onlyKey().value);
  await expect(readAs(output('RoleName', 'Encoders'), other.arn)).rejects.toMatchObject({ name: 'AccessDeniedException' });
});

test.each([
  ['in the region of the stack', REGION],
  ['in another region', 'eu-west-1'],
])('an imported channel %s is made a key, which is rotated and goes with the stack', async (_, region) => {
  stage = await Stage.start();
  const { arn } = stage.aws.ivs.createChannel(region, {});
  const program = (serial: number) => (stack: Stack) => {
    new ManagedStreamKey(stack, 'Live', { channel: Channel.fromChannelArn(stack, 'Channel', arn), serial });
  };
  await stage.deploy(program(1));
  const first = stage.onlyKey();

  await stage.deploy(program(2));

  expect(stage.onlyKey()).toMatchObject({ channelArn: arn, arn: expect.stringContaining(`:ivs:${region}:`) });
  expect(stage.onlyKey().value).not.toBe(first.value);
  expect(stage.stored()).toMatchObject({ channelArn: arn, streamKey: stage.onlyKey().value });

  await stage.destroy(program(2));

  expect(stage.inventory()).toEqual([arn]);
});
