import { randomUUID } from 'node:crypto';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { RotateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SupervisedAgent } from './following-encoder-agent';
import { certificateOf } from './following-encoder-certificate';
import { OnAirRecorder } from './following-encoder-recorder';
import { CdkCli } from '../local-aws/clients/cdk-cli';
import { Ingest } from '../local-aws/ingest/ingest';
import { LocalAws, REGION } from '../local-aws/local-aws';

const APP = `npx tsx ${path.join(__dirname, 'following-encoder-app.ts')}`;
const STACK = 'FollowingEncoder';

/** A local AWS with its ingest, a deployed stream key, and the agent that follows it with the permissions of its task role. */
export class FollowingEncoderStage {
  public static async start(): Promise<FollowingEncoderStage> {
    const aws = await LocalAws.start();
    const ingest = await Ingest.start(aws.ivs);
    const stage = new FollowingEncoderStage(aws, ingest);
    fs.writeFileSync(stage.certificate, await certificateOf(ingest));
    return stage;
  }

  private readonly directory = fs.mkdtempSync(path.join(os.tmpdir(), 'following-encoder-'));
  private readonly certificate = path.join(this.directory, 'ingest.pem');
  private readonly cli: CdkCli;
  private readonly secretsManager: SecretsManagerClient;
  /** The last one that was started. */
  public agent?: SupervisedAgent;
  /** When the channel was live. */
  public readonly onAir: OnAirRecorder;

  private constructor(public readonly aws: LocalAws, private readonly ingest: Ingest) {
    this.cli = new CdkCli(aws);
    this.secretsManager = new SecretsManagerClient({ endpoint: aws.url, region: REGION, credentials: aws.identities.administrator });
    this.onAir = new OnAirRecorder(aws.ivs);
  }

  public async deploy(whileLive: 'KEEP' | 'DISCONNECT'): Promise<void> {
    const args = ['--app', APP, '--output', path.join(this.directory, 'cdk.out'), '-c', `whileLive=${whileLive}`, '--require-approval', 'never'];
    const { exitCode, output } = await this.cli.run('deploy', args, __dirname);
    if (exitCode !== 0) throw new Error(`cdk deploy ended with ${exitCode}:\n${output}`);
  }

  /** Starts the agent under a supervisor. The environment may hold more of its settings. */
  public startAgent(environment: Record<string, string> = {}): SupervisedAgent {
    const roleArn = this.output('TaskRoleArn');
    const roleName = roleArn.split('/').pop()!;
    const { accessKeyId, secretAccessKey, sessionToken } = this.aws.identities.assume({ arn: roleArn, roleName });
    this.agent = new SupervisedAgent({
      AWS_ENDPOINT_URL: this.aws.url,
      AWS_REGION: REGION,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_SESSION_TOKEN: sessionToken!,
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      HTTPS_PROXY: this.ingest.environment.http_proxy,
      NODE_EXTRA_CA_CERTS: this.certificate,
      SECRET_ARN: this.output('SecretArn'),
      ...environment,
    });
    return this.agent;
  }

  /** Rotates with Secrets Manager, and waits until the rotation is complete. */
  public async rotate(): Promise<void> {
    await this.requestRotation();
    await this.rotated();
  }

  /** Calls RotateSecret, which rotates in the background. */
  public async requestRotation(): Promise<void> {
    await this.secretsManager.send(new RotateSecretCommand({ SecretId: this.output('SecretArn'), ClientRequestToken: randomUUID() }));
  }

  /** Waits until no rotation is under way; throws if the last one has failed. */
  public async rotated(): Promise<void> {
    const { rotations } = this.aws.secretsManager;
    await rotations.done();
    const { error } = rotations.attempts[rotations.attempts.length - 1];
    if (error) throw new Error(`The rotation has failed: ${error}`);
    if (!this.aws.ivs.accepts(this.stored.streamKey)) throw new Error('The ingest does not accept the key in the secret');
  }

  /** The secret's current version. */
  public get version(): string {
    return this.current[0];
  }

  /** The secret's current value. */
  public get stored(): { readonly streamKey: string; readonly rtmpsServer: string } {
    return JSON.parse(this.current[1]);
  }

  /** Waits until the channel is live. */
  public async live(): Promise<void> {
    while (!this.onAir.isLive) await sleep(5);
  }

  public async stop(): Promise<void> {
    await this.agent?.stop();
    this.onAir.stop();
    this.secretsManager.destroy();
    this.cli.close();
    await this.ingest.stop();
    await this.aws.stop();
    fs.rmSync(this.directory, { recursive: true, force: true });
  }

  private get current(): [string, string] {
    const { versions } = this.aws.secretsManager.find(this.output('SecretArn'))!;
    const [id, { value }] = [...versions].find(([, { labels }]) => labels.has('AWSCURRENT'))!;
    return [id, value!];
  }

  private output(name: string): string {
    const stack = this.aws.cloudformation.stacks.filter((candidate) => candidate.name === STACK).pop();
    return stack!.outputs.find(({ OutputKey }) => OutputKey === name)!.OutputValue;
  }
}
