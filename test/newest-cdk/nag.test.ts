import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { App, Stack, Validations } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { AwsSolutionsChecks } from 'cdk-nag';
import { LiveChannelStack } from '../../examples/live-channel/live-channel-stack';
import { RestartedEncoderStack } from '../../examples/restarted-encoder/restarted-encoder-stack';
import { ManagedStreamKey, StreamKeyProvider } from '../../src';
import { EVERY_CONSTRUCT } from '../examples/every-construct';
import { FEATURE_FLAGS } from '../src/feature-flags';
import { streamKeyWithEverything } from '../src/stream-key-with-everything';

/** The findings of cdk-nag 3, and of the CDK itself, each with the path of a construct. */
function findings(fill: (app: App) => void, context?: Record<string, unknown>): string[] {
  const outdir = fs.mkdtempSync(path.join(os.tmpdir(), 'nag-'));
  const app = new App({ outdir, context });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  fill(app);
  const silent = jest.spyOn(console, 'error').mockReturnValue(undefined);
  try {
    app.synth();
  } catch (error) {
    if (!/ValidationFailed|Validation failed/.test(String((error as Error).stack))) throw error;
  } finally {
    silent.mockRestore();
  }
  const { pluginReports } = JSON.parse(fs.readFileSync(path.join(outdir, 'validation-report.json'), 'utf8'));
  fs.rmSync(outdir, { recursive: true });
  return pluginReports.flatMap(({ violations }: any) => violations).flatMap(({ ruleName, violatingConstructs }: any) =>
    violatingConstructs.map(({ constructPath }: any) => `${constructPath} ${ruleName}`));
}

const withExample = (app: App) => new LiveChannelStack(app, 'LiveChannel', { serial: 1 });

describe.each(FEATURE_FLAGS)('with %s', (__, context) => {
  test.each(EVERY_CONSTRUCT)('AwsSolutionsChecks of cdk-nag 3, and the newest CDK, find nothing in %s', (_, subjectIn) => {
    expect(findings((app) => { subjectIn(app); }, context)).toEqual([]);
  });
});

test('they find in examples/restarted-encoder only what the CDK makes for targets.AwsApi, and variables', () => {
  expect(findings((app) => { new RestartedEncoderStack(app, 'RestartedEncoder'); })).toEqual([
    // The URL that the container publishes to is a secret; what is in the environment is the id of its version.
    'RestartedEncoder/Encoder/Task/Resource AwsSolutions-ECS2',
    'RestartedEncoder/AWSb4cf1abd4e4f4bc699441af7ccd9ec37/ServiceRole/Resource '
      + 'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole]',
  ]);
});

test('they find what a user adds to the role of the function, and secrets that are not rotated', () => {
  expect(findings((app) => {
    const stack = withExample(app);
    new secretsmanager.Secret(stack, 'Unrotated');
    const { role } = stack.node.findAll().find((node) => node instanceof lambda.Function) as lambda.Function;
    role!.addToPrincipalPolicy(new iam.PolicyStatement({ actions: ['s3:*'], resources: ['arn:aws:s3:::videos/*'] }));
  })).toEqual([
    'LiveChannel/ManagedStreamKeyProvider/Role/DefaultPolicy/Resource AwsSolutions-IAM5[Action::s3:*]',
    'LiveChannel/ManagedStreamKeyProvider/Role/DefaultPolicy/Resource AwsSolutions-IAM5[Resource::arn:aws:s3:::videos/*]',
    'LiveChannel/Unrotated/Resource AwsSolutions-SMG4',
  ]);
});

test('they find nothing in the provider with all that it can have', () => {
  expect(findings((app) => {
    const stack = new Stack(app, 'Stack', { env: { account: '123456789012', region: 'us-east-1' } });
    const vpc = ec2.Vpc.fromVpcAttributes(stack, 'Vpc', {
      vpcId: 'vpc-0123456789abcdef0', availabilityZones: ['us-east-1a'], privateSubnetIds: ['subnet-0123456789abcdef0'], privateSubnetRouteTableIds: ['rtb-0123456789abcdef0'],
    });
    const key = new kms.Key(stack, 'Key', { enableKeyRotation: true });
    const deadLetterQueue = new sqs.Queue(stack, 'Queue', { encryptionMasterKey: key, enforceSSL: true });
    Validations.of(deadLetterQueue).acknowledge({ id: 'AwsSolutions-SQS3', reason: 'It is a dead-letter queue.' });
    const provider = new StreamKeyProvider(stack, 'Provider', { vpc, deadLetterQueue, tracing: lambda.Tracing.ACTIVE });
    const secret = secretsmanager.Secret.fromSecretCompleteArn(stack, 'Secret', 'arn:aws:secretsmanager:us-east-1:123456789012:secret:theirs-abcdef');
    streamKeyWithEverything(stack, 'Full', { provider, encryptionKey: key });
    new ManagedStreamKey(stack, 'Theirs', { provider, secret });
  }).filter((finding) => finding.startsWith('Stack/Provider') || finding.startsWith('Stack/Full'))).toEqual([]);
});
