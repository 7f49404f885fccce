import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CloudFormationClient, DescribeStacksCommand, Stack } from '@aws-sdk/client-cloudformation';
import { IvsClient, ListStreamKeysCommand } from '@aws-sdk/client-ivs';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { DescribeSecretCommand, GetSecretValueCommand, RotateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { CdkCli } from '../local-aws/clients/cdk-cli';
import { FfmpegEncoder } from '../local-aws/clients/ffmpeg';
import { Ingest } from '../local-aws/ingest/ingest';
import { LocalAws, REGION } from '../local-aws/local-aws';

const EXAMPLE = path.join(__dirname, '..', 'examples', 'live-channel');
const STACK = 'LiveChannel';

/** The fields of the secret that the demo reads. */
export interface StoredKey {
  readonly streamKeyArn: string;
  readonly streamKey: string;
  readonly rtmpsUrl: string;
}

/** The context values that the example accepts. */
export interface Parameters {
  readonly serial: number;
  readonly whileLive?: string;
}

/** The example, deployed with the real CDK CLI and looked at with the real SDK clients. */
export class DeployedExample {
  private readonly cli: CdkCli;
  private readonly cloudformation: CloudFormationClient;
  private readonly ivs: IvsClient;
  private readonly lambda: LambdaClient;
  private readonly secretsManager: SecretsManagerClient;

  constructor(private readonly aws: LocalAws, private readonly ingest: Ingest) {
    const options = { endpoint: aws.url, region: REGION, credentials: aws.identities.administrator };
    this.cli = new CdkCli(aws);
    this.cloudformation = new CloudFormationClient(options);
    this.ivs = new IvsClient(options);
    this.lambda = new LambdaClient(options);
    this.secretsManager = new SecretsManagerClient(options);
  }

  /** Runs a command of the CLI in the example's folder; throws with its output if it does not end as expected. */
  public async cdk(command: string, args: string[], expectFailure = false): Promise<string> {
    const { exitCode, output } = await this.cli.run(command, args, EXAMPLE);
    if ((exitCode !== 0) !== expectFailure) throw new Error(`cdk ${command} ended with ${exitCode}:\n${output}`);
    return output;
  }

  public async deploy(parameters: Parameters): Promise<string> {
    return this.cdk('deploy', [...contextOf(parameters), '--require-approval', 'never']);
  }

  /** Rotates with Secrets Manager, and waits until it reports the end. */
  public async rotateSecret(): Promise<void> {
    const SecretId = await this.output('SecretArn');
    const { VersionId } = await this.secretsManager.send(new RotateSecretCommand({ SecretId }));
    for (;;) {
      const { VersionIdsToStages = {} } = await this.secretsManager.send(new DescribeSecretCommand({ SecretId }));
      const [current] = Object.entries(VersionIdsToStages).find(([, labels]) => labels.includes('AWSCURRENT'))!;
      const isPending = Object.values(VersionIdsToStages).flat().includes('AWSPENDING');
      if (current === VersionId && !isPending) return;
      await sleep(50);
    }
  }

  /** A real encoder, which publishes with a URL that it has got from the secret. */
  public publish(url: string): FfmpegEncoder {
    return new FfmpegEncoder(url, this.ingest, () => this.isLive());
  }

  public isLive(): boolean {
    return this.aws.ivs.allChannels.some(({ arn }) => this.aws.ivs.streamOf(arn));
  }

  /** The value of the secret. */
  public async stored(): Promise<StoredKey> {
    const { SecretString } = await this.secretsManager.send(new GetSecretValueCommand({ SecretId: await this.output('SecretArn') }));
    return JSON.parse(SecretString!);
  }

  /** The ARNs of the channel's stream keys. */
  public async streamKeyArns(): Promise<string[]> {
    const { streamKeys = [] } = await this.ivs.send(new ListStreamKeysCommand({ channelArn: await this.output('ChannelArn'), maxResults: 50 }));
    return streamKeys.map(({ arn }) => arn!);
  }

  /** The value that the encoder read with its own role. */
  public async askEncoder(): Promise<StoredKey> {
    const { Payload } = await this.lambda.send(new InvokeCommand({ FunctionName: await this.output('EncoderName') }));
    const answer = JSON.parse(Buffer.from(Payload!).toString());
    if (answer.errorMessage) throw new Error(`The encoder could not read the secret: ${answer.errorMessage}`);
    return answer;
  }

  /** Deletes the channel's key, as somebody might in the console. */
  public deleteKeyByHand(): void {
    const [{ arn }] = this.aws.ivs.allStreamKeys;
    this.aws.ivs.deleteStreamKey(arn);
  }

  /** Lets so many minutes pass in the local AWS, and waits for everything that this brings. */
  public async pass(minutes: number): Promise<void> {
    await this.aws.clock.advance(minutes * 60_000);
    await this.aws.eventBridge.idle();
  }

  /** Whether the ingest would let an encoder in. */
  public accepts(streamKey: string): boolean {
    return this.aws.ivs.accepts(streamKey);
  }

  /** Everything there is in the account besides what it was born with. */
  public leftOvers(): string[] {
    const { ivs, secretsManager, cloudformation } = this.aws;
    return [
      ...[...ivs.allChannels, ...ivs.allStreamKeys, ...secretsManager.all].map(({ arn }) => arn),
      ...cloudformation.stacks.filter(({ exists }) => exists).flatMap(({ resources }) => [...resources.keys()]),
    ];
  }

  /** The outcome of the last operation on the stack. */
  public async status(): Promise<string> {
    return (await this.stack()).StackStatus!;
  }

  public close(): void {
    this.cli.close();
    for (const client of [this.cloudformation, this.ivs, this.lambda, this.secretsManager]) client.destroy();
  }

  private async stack(): Promise<Stack> {
    const { Stacks } = await this.cloudformation.send(new DescribeStacksCommand({ StackName: STACK }));
    return Stacks![0];
  }

  private async output(name: string): Promise<string> {
    const output = (await this.stack()).Outputs?.find(({ OutputKey }) => OutputKey === name);
    if (!output) throw new Error(`The stack has no output ${name}`);
    return output.OutputValue!;
  }
}

/** The parameters as arguments of the CLI. */
export function contextOf({ serial, whileLive }: Parameters): string[] {
  return ['-c', `serial=${serial}`, ...(whileLive ? ['-c', `whileLive=${whileLive}`] : [])];
}
