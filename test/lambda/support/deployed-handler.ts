import { Calls } from './calls';
import { Channels } from './channels';
import { CloudFormation } from './cloudformation';
import { deployHandler } from './deploy-handler';
import { Encoder } from './encoder';
import { EventBridge } from './eventbridge';
import { AT_ONCE_AFTER_STREAM, Live, propertiesOf } from './live';
import { Role } from './role';
import { SecretsManager } from './secrets-manager';
import { DEFAULT_VARIANTS } from '../../../local-aws/faults/variants';
import type { IvsChannel } from '../../../local-aws/ivs/ivs';
import { LocalAws } from '../../../local-aws/local-aws';
import type { StreamKeyProperties } from '../../../src/contract/resource';
import type { LookAfterOptions } from '../../../src/provider/look-after-options';

/** The handler's bundle in a local AWS, and those who call it or use what it makes. */
export class DeployedHandler {
  /** Without `lookAfter`, it only answers what is asked. */
  public static async start(lookAfter: LookAfterOptions = { enabled: false }): Promise<DeployedHandler> {
    const aws = await LocalAws.start();
    aws.lambda.asyncRetryDelays = [20, 20];
    for (const operation of Object.keys(aws.ivs.operations)) aws.endpoint.rates.set(`ivs:${operation}`, 1000);
    const { stackId, functionArn } = await deployHandler(aws, { lookAfter });
    aws.endpoint.calls.clear();
    return new DeployedHandler(aws, stackId, functionArn);
  }

  public readonly calls: Calls;
  public readonly channels: Channels;
  public readonly cloudFormation: CloudFormation;
  public readonly encoder: Encoder;
  public readonly eventBridge: EventBridge;
  public readonly role: Role;
  public readonly secretsManager: SecretsManager;

  private constructor(public readonly aws: LocalAws, public readonly stackId: string, public readonly functionArn: string) {
    this.calls = new Calls(aws);
    this.channels = new Channels(aws);
    this.cloudFormation = new CloudFormation(aws, stackId, functionArn);
    this.eventBridge = new EventBridge(aws, stackId);
    this.encoder = new Encoder(aws, this.eventBridge);
    this.role = new Role(aws, stackId);
    this.secretsManager = new SecretsManager(aws, stackId, functionArn);
  }

  public get functionName(): string {
    return this.functionArn.split(':').pop()!;
  }

  /** A resource that has been created; its secret's tags hold the desired state, as the construct's template writes it. */
  public async live(
    more: Partial<StreamKeyProperties> = {}, channel = this.channels.create(), secret = this.secretsManager.createSecret(),
  ): Promise<Live> {
    const live = { channel, secret, properties: propertiesOf(channel, secret, more) };
    this.cloudFormation.tagSecret(live);
    const { Status, Reason } = await this.cloudFormation.create(live.properties);
    if (Status !== 'SUCCESS') throw new Error(`The resource was not created: ${Reason}`);
    this.calls.take();
    return live;
  }

  /** An encoder publishes and disconnects, which rotates at once. Returns the stream's id. */
  public async broadcast(live: Live): Promise<string> {
    this.cloudFormation.change(live, AT_ONCE_AFTER_STREAM);
    const streamId = await this.encoder.publish(live);
    await this.encoder.disconnect(live);
    return streamId;
  }

  /** Lets time pass, and waits for everything that this brings. */
  public async pass(milliseconds: number): Promise<void> {
    await this.aws.clock.advance(milliseconds);
    await this.aws.eventBridge.idle();
  }

  /** Expects the secret to hold the key that its channel has. */
  public expectKeyStored({ channel, secret }: Pick<Live, 'channel' | 'secret'>): void {
    const { value, arn } = this.channels.keyOf(channel)!;
    expect(this.encoder.read(secret)).toMatchObject({ streamKey: value, streamKeyArn: arn });
  }

  /** The lines of the log with this message about the channel, the oldest first. */
  public logged(message: string, channel: IvsChannel): Record<string, any>[] {
    const lines = this.aws.logs.text().split('\n').filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));
    return lines.filter((line) => line.message === message && line.channelArn === channel.arn);
  }

  /** Removes all disturbances and variants, and takes the calls so far. */
  public startAfresh(): void {
    this.aws.endpoint.disturbances.clear();
    this.eventBridge.loseNothing();
    Object.assign(this.aws.variants, DEFAULT_VARIANTS);
    this.calls.take();
  }

  public async stop(): Promise<void> {
    await this.aws.stop();
  }
}
