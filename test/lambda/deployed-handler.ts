import { randomUUID } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { CloudFormationClient, CreateStackCommand, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import { zipSync } from 'fflate';
import type { CloudFormationRequest } from '../../lambda/request';
import { KeyTag, StreamKeyAttributes, StreamKeyProperties } from '../../src/stream-key-contract';
import { StreamKeyProvider } from '../../src/stream-key-provider';
import { LocalAws, REGION } from '../local-aws/local-aws';
import type { IvsChannel, IvsStreamKey } from '../local-aws/services/ivs';
import type { Secret } from '../local-aws/services/secrets-manager';

/** What the handler put to the response URL. */
export interface HandlerAnswer {
  readonly Status: 'SUCCESS' | 'FAILED';
  readonly Reason?: string;
  readonly PhysicalResourceId: string;
  readonly Data?: StreamKeyAttributes;
}

/** What a request is about; the rest of it is filled in. */
export type RequestOf = Partial<Omit<CloudFormationRequest, 'RequestType' | 'ResourceProperties' | 'OldResourceProperties'>> & {
  readonly RequestType: string;
  readonly ResourceProperties: Partial<StreamKeyProperties>;
  readonly OldResourceProperties?: Partial<StreamKeyProperties>;
};

/** The bundle with its role and policy, deployed by the construct to a local AWS, and called as CloudFormation calls it. */
export class DeployedHandler {
  public static async start(): Promise<DeployedHandler> {
    const aws = await LocalAws.start();
    for (const operation of ['CreateStreamKey', 'DeleteStreamKey', 'GetChannel', 'GetStreamKey', 'ListStreamKeys']) aws.endpoint.rates.set(`ivs:${operation}`, 1000);
    const { accessKeyId, secretAccessKey } = aws.identities.administrator;
    const client = new CloudFormationClient({ endpoint: aws.url, region: REGION, credentials: { accessKeyId, secretAccessKey } });

    const app = new App({ outdir: fs.mkdtempSync(path.join(fs.realpathSync('/tmp'), 'deployed-handler-')) });
    const stack = new Stack(app, 'Handler');
    new CfnOutput(stack, 'FunctionArn', { value: StreamKeyProvider.forStackOf(stack).serviceToken });
    const assembly = app.synth();
    const { template } = assembly.getStackByName('Handler');
    const code = Object.values<any>(template.Resources).find(({ Type }) => Type === 'AWS::Lambda::Function').Properties.Code;
    const bundle = fs.readFileSync(path.join(__dirname, '..', '..', 'assets', 'stream-key-handler', 'index.js'));
    aws.s3.putObject(`cdk-hnb659fds-assets-123456789012-${REGION}`, code.S3Key, Buffer.from(zipSync({ 'index.js': bundle })));
    fs.rmSync(assembly.directory, { recursive: true });

    await client.send(new CreateStackCommand({ StackName: 'Handler', TemplateBody: JSON.stringify(template), Capabilities: ['CAPABILITY_IAM'] }));
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: 'Handler' }));
    client.destroy();
    const { StackId, StackStatus, Outputs } = Stacks![0];
    if (StackStatus !== 'CREATE_COMPLETE') throw new Error(`The handler was not deployed: ${StackStatus}`);
    aws.endpoint.calls.clear();
    return new DeployedHandler(aws, StackId!, Outputs![0].OutputValue!);
  }

  private constructor(public readonly aws: LocalAws, public readonly stackId: string, public readonly functionArn: string) {}

  /** A channel without a stream key, as CloudFormation makes it. */
  public newChannel(input: Partial<IvsChannel> = {}): IvsChannel {
    return this.aws.ivs.createChannel(REGION, input);
  }

  /** A channel with a stream key that nobody manages, as the console makes it. */
  public newChannelWithKey(tags: Record<string, string> = {}): IvsChannel {
    const channel = this.newChannel();
    this.aws.ivs.createStreamKey(channel.arn, tags);
    return channel;
  }

  /** An empty secret of the handler's stack. */
  public newSecret(): Secret {
    return this.aws.secretsManager.createSecret(REGION, `secret-${randomUUID()}`, { tags: { [KeyTag.STACK]: this.stackId } });
  }

  /** Sends a request as CloudFormation does and waits for the answer at the response URL. */
  public async send(request: RequestOf, responseUrlLifetime = 60): Promise<HandlerAnswer> {
    return JSON.parse(await this.sendForText(request, responseUrlLifetime));
  }

  /** The same, with the answer as it came. */
  public async sendForText(request: RequestOf, responseUrlLifetime = 60): Promise<string> {
    const { promise, event } = this.prepare(request, responseUrlLifetime);
    this.aws.lambda.invokeAsync(this.functionArn, event);
    return promise;
  }

  /** The event, and the promise of its answer, for tests that invoke the function themselves. */
  public prepare(request: RequestOf, responseUrlLifetime = 60): { event: object; promise: Promise<string> } {
    let receive: (body: string) => void;
    const promise = new Promise<string>((resolve) => { receive = resolve; });
    const { administrator } = this.aws.identities;
    const RequestId = randomUUID();
    const event = {
      ResponseURL: this.aws.url + this.aws.s3.presignPut(administrator.accessKeyId, REGION, `answers/${RequestId}`, responseUrlLifetime, (body) => receive(body)),
      StackId: this.stackId,
      RequestId,
      LogicalResourceId: 'Live',
      ResourceType: 'Custom::IvsStreamKey',
      ServiceToken: this.functionArn,
      ...request,
    };
    return { event, promise };
  }

  /** What an encoder gets that reads the secret; undefined while it is empty. */
  public storedIn(secret: Secret): Record<string, string> | undefined {
    const current = [...this.aws.secretsManager.find(secret.arn)!.versions.values()].find(({ labels }) => labels.has('AWSCURRENT'));
    return current && JSON.parse(current.value!);
  }

  public keyOf(channel: IvsChannel): IvsStreamKey | undefined {
    return this.aws.ivs.streamKeyOf(channel.arn);
  }

  /** The calls the handler has made since the last look, errors behind an exclamation mark. */
  public takeCalls(): string[] {
    const calls = this.aws.endpoint.calls.byFunctions().map(({ operation, error }) => (error ? `${operation}!${error}` : operation));
    this.aws.endpoint.calls.clear();
    return calls;
  }

  public async stop(): Promise<void> {
    await this.aws.stop();
  }
}
