import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { CdkCli } from '../../local-aws/clients/cdk-cli';
import { ACCOUNT, LocalAws, REGION } from '../../local-aws/local-aws';
import { ManagedStreamKey } from '../../src';
import { clientOptions } from '../local-aws/deploy-template';
import { RECOMMENDED_FLAGS } from '../src/feature-flags';

const CODE = `const { SecretsManager } = require('@aws-sdk/client-secrets-manager');
exports.handler = async () => {
  console.log('reading');
  const { SecretString } = await new SecretsManager({}).getSecretValue({ SecretId: process.env.SECRET });
  return JSON.parse(SecretString).streamKey;
};`;

let aws: LocalAws;
let cli: CdkCli;
let directory: string;
beforeAll(async () => {
  aws = await LocalAws.start();
  cli = new CdkCli(aws);
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'cdk-init-'));
});
afterAll(async () => {
  cli.close();
  await aws.stop();
  fs.rmSync(directory, { recursive: true });
});

/** Synthesizes what today's `cdk init` makes, with a function that reads the key, and a second stack that refers to the first. Returns the folder. */
function synthesize(serial: number): string {
  const app = new App({ outdir: fs.mkdtempSync(path.join(directory, 'cdk.out-')), context: RECOMMENDED_FLAGS });
  const stack = new Stack(app, 'InitStack');
  const live = new ManagedStreamKey(stack, 'Live', { serial });
  const reader = new lambda.Function(stack, 'Function', {
    runtime: lambda.Runtime.NODEJS_22_X,
    handler: 'index.handler',
    code: lambda.Code.fromInline(CODE),
    environment: { SECRET: live.secret.secretArn },
  });
  live.grantRead(reader);
  new CfnOutput(stack, 'FunctionName', { value: reader.functionName });

  const viewer = new Stack(app, 'ViewerStack');
  const told = new lambda.Function(viewer, 'Function', {
    runtime: lambda.Runtime.NODEJS_22_X,
    handler: 'index.handler',
    code: lambda.Code.fromInline('exports.handler = async () => process.env.CHANNEL;'),
    environment: { CHANNEL: live.channel.channelArn },
  });
  new CfnOutput(viewer, 'FunctionName', { value: told.functionName });
  return app.synth().directory;
}

/** Runs the CLI, and fails the test if that fails. Returns what it printed. */
async function cdk(command: string, ...args: string[]): Promise<string> {
  const { exitCode, output } = await cli.run(command, args);
  if (exitCode !== 0) throw new Error(`cdk ${command} failed:\n${output}`);
  return output;
}

const deploy = (serial: number, method: string) => cdk('deploy', '--all', '--app', synthesize(serial), '--require-approval', 'never', `--method=${method}`);
const statuses = () => aws.cloudformation.stacks.filter(({ exists }) => exists).map(({ name, status }) => `${name} ${status}`).sort();
const functionName = (stackName = 'InitStack') => aws.cloudformation.stacks.find(({ name, exists }) => exists && name === stackName)!
  .outputs.find(({ OutputKey }) => OutputKey === 'FunctionName')!.OutputValue;

async function invoke(FunctionName: string): Promise<unknown> {
  const client = new LambdaClient(clientOptions(aws));
  const { Payload } = await client.send(new InvokeCommand({ FunctionName }));
  client.destroy();
  return JSON.parse(Payload!.transformToString());
}

const keys = () => aws.ivs.allStreamKeys.map(({ value }) => value);
const destroy = () => cdk('destroy', '--all', '--app', synthesize(1), '--force');

// One after the other, as a person works.
test('there is nothing to bootstrap', async () => {
  expect(await cdk('bootstrap', `aws://${ACCOUNT}/${REGION}`)).toContain('bootstrapped (no changes)');
});

test('--method=prepare-change-set creates change sets, and nothing else', async () => {
  await deploy(1, 'prepare-change-set');

  expect(statuses()).toEqual(['InitStack REVIEW_IN_PROGRESS', 'ViewerStack REVIEW_IN_PROGRESS']);
  expect(aws.ivs.allChannels).toEqual([]);
});

test('--method=execute-change-set executes one of them', async () => {
  await cdk('deploy', 'InitStack', '--method=execute-change-set', '--app', synthesize(1), '--require-approval', 'never');

  expect(statuses()).toEqual(['InitStack CREATE_COMPLETE', 'ViewerStack REVIEW_IN_PROGRESS']);
});

test('--method=change-set deploys what is left', async () => {
  await deploy(1, 'change-set');

  expect(statuses()).toEqual(['InitStack CREATE_COMPLETE', 'ViewerStack CREATE_COMPLETE']);
  expect(keys()).toHaveLength(1);
});

test('the function reads the key, and writes into the log group of the template', async () => {
  expect(await invoke(functionName())).toBe(keys()[0]);

  expect(aws.logs.hasGroup(REGION, `/aws/lambda/${functionName()}`)).toBe(true);
  expect(aws.logs.text()).toContain('\tINFO\treading');
});

test('the second stack knows the channel of the first', async () => {
  expect(await invoke(functionName('ViewerStack'))).toBe(aws.ivs.allChannels[0].arn);
});

test('cdk diff finds what has changed, and nothing else', async () => {
  expect(await cdk('diff', '--app', synthesize(1))).toMatch(/Number of stacks with differences: 0/);

  const changed = await cdk('diff', '--app', synthesize(2));
  expect(changed).toMatch(/Number of stacks with differences: 1/);
  expect(changed).toMatch(/\[~\] Custom::IvsStreamKey .*Live/);
});

test('--method=direct updates, which rotates the key', async () => {
  const [before] = keys();

  await deploy(2, 'direct');

  expect(statuses()).toEqual(['InitStack UPDATE_COMPLETE', 'ViewerStack CREATE_COMPLETE']);
  expect(keys()).toEqual([expect.not.stringContaining(before)]);
  expect(await invoke(functionName())).toBe(keys()[0]);
});

test('cdk destroy leaves nothing', async () => {
  await destroy();

  expect([statuses(), aws.ivs.allChannels, keys(), aws.secretsManager.all]).toEqual([[], [], [], []]);
});

test('--method=direct creates both stacks, too', async () => {
  await deploy(1, 'direct');

  expect(statuses()).toEqual(['InitStack CREATE_COMPLETE', 'ViewerStack CREATE_COMPLETE']);
  expect(await invoke(functionName())).toBe(keys()[0]);
  await destroy();
});

test('an express deployment is refused by name', async () => {
  const { exitCode, output } = await cli.run('deploy', ['--all', '--app', synthesize(1), '--require-approval', 'never', '--express']);

  expect([exitCode, output]).toEqual([1, expect.stringContaining('The local AWS does not know the deployment mode EXPRESS.')]);
});
