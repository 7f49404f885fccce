import { administrator, Keys, KeyStack } from './key-stack';
import { Watch } from './watch';
import { AwsError } from '../../local-aws/core/aws-error';
import type { BusEvent } from '../../local-aws/eventbridge/eventbridge';
import type { Disturbance } from '../../local-aws/faults/disturbances';
import type { IvsChannel, IvsStreamKey } from '../../local-aws/ivs/ivs';
import { LocalAws, REGION } from '../../local-aws/local-aws';
import type { Secret } from '../../local-aws/secrets-manager/secrets-manager';
import { KeyTag } from '../../src/contract/tags';

/** The times as fast as real time: a wait of ten seconds takes one. */
const SPEED = 10;
const CHANNELS = 2;
const MINUTE = 60_000;

/** What was asked of a channel's key, to be compared with what the handler has done. */
export interface Asked {
  /** The serials that were counted up, whether or not the deployment succeeded. */
  serials: number;
  /** The constructs that were taken out, and the roll-backs that may have taken one out. */
  removals: number;
  /** The broadcasts that ended while their end may have asked for a rotation. */
  ends: number;
  /** The renames that were rolled back: until the next look, the key does not remember its secret. */
  undoneRenames: number;
  /** Changes by hand. */
  hands: number;
  /** Those of them that came between two calls of the handler: a rotation and a look may then both replace the key, one after the other. */
  collisions: number;
}

const NOTHING_ASKED: Asked = { serials: 0, removals: 0, ends: 0, undoneRenames: 0, hands: 0, collisions: 0 };

/** A local AWS with a stack of stream keys, and those who use it. */
export class World {
  public static async start(): Promise<World> {
    const aws = await LocalAws.start();
    aws.clock.speedUp(SPEED);
    aws.lambda.asyncRetryDelays = [5, 5];
    aws.secretsManager.rotations.retryDelay = 5;
    for (const operation of Object.keys(aws.ivs.operations)) aws.endpoint.rates.set(`ivs:${operation}`, 1000);
    const world = new World(aws);
    if (!await world.stack.deploy(world.keys)) throw new Error('The stack without stream keys was not deployed');
    return world;
  }

  public readonly channels: readonly IvsChannel[];
  public readonly stack: KeyStack;
  public readonly watch: Watch;
  /** The constructs as they are deployed. */
  public keys: Keys = Array.from({ length: CHANNELS }, () => undefined);
  public readonly asked: readonly Asked[] = Array.from({ length: CHANNELS }, () => ({ ...NOTHING_ASKED }));
  /** The faults that have hit a call. */
  public faults = 0;

  private faultyOperation?: string;
  private readonly secretsOfChannel = Array.from({ length: CHANNELS }, () => new Set<string>());

  private constructor(public readonly aws: LocalAws) {
    this.channels = Array.from({ length: CHANNELS }, () => aws.ivs.createChannel(REGION, {}));
    this.stack = new KeyStack(aws, this.channels.map(({ arn }) => arn));
    this.watch = new Watch(aws, (channelArn) => this.keys[this.channels.findIndex(({ arn }) => arn === channelArn)]?.whileLive);
  }

  public keyOf(index: number): IvsStreamKey | undefined {
    return this.aws.ivs.streamKeyOf(this.channels[index].arn);
  }

  public isLive(index: number): boolean {
    return this.aws.ivs.streamOf(this.channels[index].arn) !== undefined;
  }

  /** The secret of the construct that is deployed for a channel. */
  public secretOf(index: number): Secret | undefined {
    const arn = this.stack.deployed.resources.get(this.resourceOf(index) ?? '')?.properties.SecretArn;
    return arn === undefined ? undefined : this.aws.secretsManager.find(arn);
  }

  /** Whether an encoder that reads the secret is let in. */
  public canPublish(index: number): boolean {
    const { value = '{}' } = [...this.secretOf(index)?.versions.values() ?? []].find(({ labels }) => labels.has('AWSCURRENT')) ?? {};
    const key = this.keyOf(index);
    return key !== undefined && JSON.parse(value).streamKey === key.value;
  }

  /** The logical id of the custom resource that is deployed for a channel. */
  public resourceOf(index: number): string | undefined {
    const { arn } = this.channels[index];
    const found = [...this.stack.deployed.resources.values()].find(({ definition, properties }) =>
      definition.Type === 'Custom::IvsStreamKey' && properties.ChannelArn === arn);
    return found?.logicalId;
  }

  /** The queue of the handler, and that of its dead letters. */
  public get queueArns(): string[] {
    const queues = [...this.stack.deployed.resources.values()].filter(({ definition }) => definition.Type === 'AWS::SQS::Queue');
    return queues.sort(({ properties }) => (properties.RedrivePolicy ? -1 : 1)).map(({ attributes }) => String(attributes.Arn));
  }

  /** Makes a call as somebody who may do everything. */
  public async byHand(service: 'secretsManager' | 'ivs', operation: string, input: object): Promise<void> {
    await this.aws[service].operations[operation](input, administrator(service.toLowerCase()));
  }

  /** Has CloudTrail tell of a change by hand, where the account has a trail. */
  public tellTrail(service: 'ivs' | 'secretsmanager', eventName: string): void {
    this.aws.eventBridge.publish({
      'source': `aws.${service}`,
      'detail-type': 'AWS API Call via CloudTrail',
      'region': REGION,
      'resources': [],
      'detail': { eventName, userIdentity: { type: 'IAMUser' } },
    });
  }

  /** Delivers an event of the past once more, or one that got lost. */
  public deliverAgain({ time, id: _id, version: _version, account: _account, ...event }: BusEvent): void {
    const { losesEvents } = this.aws.eventBridge;
    this.aws.eventBridge.losesEvents = false;
    this.aws.eventBridge.publish({ ...event, time: new Date(time) });
    this.aws.eventBridge.losesEvents = losesEvents;
  }

  /** Rotates with RotateSecret, unless Secrets Manager refuses. */
  public async rotateSecret(index: number): Promise<void> {
    const secret = this.secretOf(index)!;
    const resources = [...this.stack.deployed.resources.values()];
    const lambdaArn = resources.find(({ definition }) => definition.Type === 'AWS::Lambda::Function')!.attributes.Arn;
    try {
      await this.byHand('secretsManager', 'RotateSecret', { SecretId: secret.arn, RotationLambdaARN: lambdaArn });
    } catch (error) {
      if (!(error instanceof AwsError) || error.code !== 'InvalidRequestException') throw error;
    }
  }

  /** Ends a broadcast. Its event comes, comes twice, or gets lost. */
  public async endBroadcast(index: number, told: string): Promise<void> {
    this.asked[index].ends++;
    this.aws.eventBridge.losesEvents = told === 'never';
    this.aws.ivs.endStream(this.channels[index].arn);
    this.aws.eventBridge.losesEvents = false;
    if (told === 'twice') this.deliverAgain(this.pastEvents[this.pastEvents.length - 1]);
  }

  /** The events that the handler hears of, or should have. */
  public get pastEvents(): BusEvent[] {
    return this.aws.eventBridge.events.filter((event) => event['detail-type'] === 'Secret Label Updated' || event.detail.event_name === 'Stream End');
  }

  /** Whether a fault waits for its call. */
  public get hasFaultAhead(): boolean {
    return this.faultyOperation !== undefined && this.aws.endpoint.disturbances.met(this.faultyOperation) === 0;
  }

  /** Has a call of the handler meet a fault. */
  public prepareFault(disturbance: Disturbance): void {
    this.dropFault();
    this.faults++;
    this.faultyOperation = disturbance.operation;
    this.aws.endpoint.disturbances.add(disturbance);
  }

  /** From now on, calls meet no fault. */
  public dropFault(): void {
    if (this.hasFaultAhead) this.faults--;
    this.faultyOperation = undefined;
    this.aws.endpoint.disturbances.clear();
  }

  /** Waits until everything has ended that is under way, but for what only time brings. */
  public async idle(): Promise<void> {
    await this.aws.secretsManager.rotations.done();
    await this.aws.eventBridge.idle();
  }

  /** Lets time pass, minute by minute, so that nothing comes before what was due a minute earlier has ended. */
  public async pass(milliseconds: number): Promise<void> {
    for (let left = milliseconds; left > 0; left -= MINUTE) {
      await this.aws.clock.advance(Math.min(left, MINUTE));
      await this.idle();
    }
  }

  /** Everything that a look may change. */
  public snapshot(): string {
    const { ivs, secretsManager, sqs } = this.aws;
    const labelsOf = ({ versions }: Secret) => [...versions].map(([id, { labels }]) => [id, [...labels].sort()]);
    const secrets = secretsManager.all.map((secret) => [secret.arn, secret.tags, labelsOf(secret)]);
    return JSON.stringify([ivs.allStreamKeys.map(({ arn, tags }) => [arn, tags]), secrets, this.queueArns.map((arn) => sqs.messagesOf(arn).length)]);
  }

  /** The tokens with which rotations of the channel's secrets have begun: by hand and by schedule. */
  public tokensOf(index: number): number {
    const channelSecrets = this.secretsOfChannel[index];
    const { attempts } = this.aws.secretsManager.rotations;
    const rotations = attempts.filter(({ secret, steps }) => channelSecrets.has(secret) && steps[0]?.step !== 'testSecret');
    return new Set(rotations.map(({ token }) => token)).size;
  }

  /** Notes the secrets that a deployment has made. */
  public noteSecrets(): void {
    this.channels.forEach((_, index) => {
      const secret = this.secretOf(index);
      if (secret) this.secretsOfChannel[index].add(secret.arn);
    });
  }

  /** The log's lines with a message about a channel. */
  public logged(message: string, index: number): any[] {
    const lines = this.aws.logs.text().split('\n').filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));
    return lines.filter((line) => line.message === message && line.channelArn === this.channels[index].arn);
  }

  /** Whether a key has the tags of the construct. */
  public isOwned(index: number): boolean {
    const { tags } = this.keyOf(index) ?? { tags: {} as Record<string, string> };
    return tags[KeyTag.STACK] === this.stack.deployed.id && tags[KeyTag.RESOURCE] === this.resourceOf(index);
  }

  public async stop(): Promise<void> {
    await this.aws.stop();
  }

}
