import * as fs from 'node:fs';
import * as path from 'node:path';
import { CloudFormationClient, CreateStackCommand, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import { zipSync } from 'fflate';
import { LocalAws, REGION } from '../../../local-aws/local-aws';
import { StreamKeyProvider } from '../../../src/provider/stream-key-provider';
import type { StreamKeyProviderProps } from '../../../src/provider/stream-key-provider-props';

const BUNDLE = path.join(__dirname, '..', '..', '..', 'assets', 'stream-key-handler', 'index.js');

/** The stack of the deployed handler. */
export interface HandlerStack {
  readonly stackId: string;
  readonly functionArn: string;
}

/**
 * Deploys the bundle with its role, policy and events, as the construct's template has them.
 *
 * @param props with `lookAfter`, each version that is stored brings a look, and its calls
 */
export async function deployHandler(aws: LocalAws, props: StreamKeyProviderProps): Promise<HandlerStack> {
  const { template, codeKey } = synthesize(props);
  aws.s3.putObject(`cdk-hnb659fds-assets-123456789012-${REGION}`, codeKey, Buffer.from(zipSync({ 'index.js': fs.readFileSync(BUNDLE) })));

  const { accessKeyId, secretAccessKey } = aws.identities.administrator;
  const client = new CloudFormationClient({ endpoint: aws.url, region: REGION, credentials: { accessKeyId, secretAccessKey } });
  await client.send(new CreateStackCommand({ StackName: 'Handler', TemplateBody: JSON.stringify(template), Capabilities: ['CAPABILITY_IAM'] }));
  const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: 'Handler' }));
  client.destroy();
  const { StackId, StackStatus, Outputs } = Stacks![0];
  if (StackStatus !== 'CREATE_COMPLETE') throw new Error(`The handler was not deployed: ${StackStatus}`);
  const output = (key: string) => Outputs!.find(({ OutputKey }) => OutputKey === key)!.OutputValue!;
  return { stackId: StackId!, functionArn: output('FunctionArn') };
}

function synthesize(props: StreamKeyProviderProps): { template: object; codeKey: string } {
  const app = new App({ outdir: fs.mkdtempSync(path.join(fs.realpathSync('/tmp'), 'deployed-handler-')) });
  const stack = new Stack(app, 'Handler');
  const provider = new StreamKeyProvider(stack, 'Provider', props);
  provider._allowRotation();
  provider._followBroadcasts();
  provider._allowUserSuppliedSecrets();
  new CfnOutput(stack, 'FunctionArn', { value: provider.handler.functionArn });
  const assembly = app.synth();
  const { template } = assembly.getStackByName('Handler');
  fs.rmSync(assembly.directory, { recursive: true });
  const { Code } = Object.values<any>(template.Resources).find(({ Type }) => Type === 'AWS::Lambda::Function').Properties;
  return { template, codeKey: Code.S3Key };
}
