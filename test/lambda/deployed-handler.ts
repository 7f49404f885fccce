import { randomUUID } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CloudFormationClient, CreateStackCommand, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type { CloudFormationCustomResourceUpdateEvent } from 'aws-lambda';
import { zipSync } from 'fflate';
import type { StackResource } from '../../local-aws/cloudformation/stack';
import { DEFAULT_VARIANTS } from '../../local-aws/faults/variants';
import type { IvsChannel, IvsStreamKey } from '../../local-aws/ivs/ivs';
import type { Outcome } from '../../local-aws/lambda/sandbox';
import { LocalAws, REGION } from '../../local-aws/local-aws';
import type { RotationAttempt } from '../../local-aws/secrets-manager/rotation';
import { addVersion, holderOf, moveLabel } from '../../local-aws/secrets-manager/secret';
import type { Secret } from '../../local-aws/secrets-manager/secrets-manager';
import { writeDesiredState } from '../../src/contract/desired-state';
import type { StreamKeyAttributes, StreamKeyProperties } from '../../src/contract/resource';
import type { StreamEnd } from '../../src/contract/stream-end';
import { KeyTag } from '../../src/contract/tags';
import { StreamKeyProvider } from '../../src/provider/stream-key-provider';
import { StreamEndRule } from '../../src/stream-key/stream-end-rule';

/** What the handler put to the response URL. */
export interface HandlerAnswer {
  readonly Status: 'SUCCESS' | 'FAILED';
  readonly Reason?: string;
  readonly PhysicalResourceId: string;
  readonly Data?: StreamKeyAttributes;
}

/** What a request is about; the rest of it is filled in. */
export type RequestOf = Partial<Omit<CloudFormationCustomResourceUpdateEvent, 'RequestType' | 'ResourceProperties' | 'OldResourceProperties'>> & {
  readonly RequestType: string;
  readonly ResourceProperties: Partial<StreamKeyProperties>;
  readonly OldResourceProperties?: Partial<StreamKeyProperties>;
};

/** A resource that was created: what it has, and with which properties it was deployed last. */
export interface Live {
  readonly channel: IvsChannel;
  readonly secret: Secret;
  properties: StreamKeyProperties;
}

/** The properties of a resource that wants the channel's key in the secret. */
export function propertiesOf(channel: { arn: string }, secret: { arn: string }, more: Partial<StreamKeyProperties> = {}): StreamKeyProperties {
  return { ChannelArn: channel.arn, SecretArn: secret.arn, Serial: '1', ...more };
}

/** The bundle with its role and policy, deployed by the construct to a local AWS, and called as CloudFormation calls it. */
export class DeployedHandler {
  public static async start(): Promise<DeployedHandler> {
    const aws = await LocalAws.start();
    aws.lambda.asyncRetryDelays = [20, 20];
    for (const operation of Object.keys(aws.ivs.operations)) aws.endpoint.rates.set(`ivs:${operation}`, 1000);
    const { accessKeyId, secretAccessKey } = aws.identities.administrator;
    const client = new CloudFormationClient({ endpoint: aws.url, region: REGION, credentials: { accessKeyId, secretAccessKey } });

    const app = new App({ outdir: fs.mkdtempSync(path.join(fs.realpathSync('/tmp'), 'deployed-handler-')) });
    const stack = new Stack(app, 'Handler');
    const provider = StreamKeyProvider._sharedBy(stack);
    provider._allowRotation();
    provider._allowEvents();
    provider._allowOwnSecrets();
    new CfnOutput(stack, 'FunctionArn', { value: provider.handler.functionArn });
    new CfnOutput(stack, 'StreamEndsArn', { value: provider._allowStreamEnds() });
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
    const output = (key: string) => Outputs!.find(({ OutputKey }) => OutputKey === key)!.OutputValue!;
    return new DeployedHandler(aws, StackId!, output('FunctionArn'), output('StreamEndsArn'));
  }

  /** The calls the handler has made before the last look. */
  private readonly callsBefore: string[] = [];

  private constructor(
    public readonly aws: LocalAws, public readonly stackId: string, public readonly functionArn: string,
    /** By which rules invoke the function. */
    public readonly streamEndsArn: string,
  ) {}

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
  public newSecret(tags: Record<string, string> = {}): Secret {
    return this.aws.secretsManager.createSecret(REGION, `secret-${randomUUID()}`, { tags: { [KeyTag.STACK]: this.stackId, ...tags } });
  }

  /** A resource that has been created, with a secret that says in its tags what is wanted, as the construct has it made. */
  public async live(more: Partial<StreamKeyProperties> = {}, channel = this.newChannel(), secret = this.newSecret()): Promise<Live> {
    const properties = propertiesOf(channel, secret, more);
    Object.assign(secret.tags, this.secretTagsOf(properties));
    const { Status, Reason } = await this.create(properties);
    if (Status !== 'SUCCESS') throw new Error(`The resource was not created: ${Reason}`);
    this.takeCalls();
    return { channel, secret, properties };
  }

  /** Deploys a change as CloudFormation does: first the tags of the secret, then the resource. */
  public async deploy(live: Live, change: Partial<StreamKeyProperties>): Promise<HandlerAnswer> {
    const before = live.properties;
    live.properties = { ...before, ...change };
    Object.assign(live.secret.tags, this.secretTagsOf(live.properties));
    const answer = await this.update(before, live.properties);
    await this.aws.lambda.idle();
    return answer;
  }

  /** Rotates a secret as RotateSecret does, to the last attempt, and returns all of them. */
  public async rotateSecret(secret: Secret, token: string = randomUUID()): Promise<RotationAttempt[]> {
    const { rotations } = this.aws.secretsManager;
    const before = rotations.attempts.length;
    await rotations.rotate(secret, { token, lambdaArn: this.functionArn, immediately: true });
    await rotations.done();
    return rotations.attempts.slice(before);
  }

  /** Makes the version that a rotation begins with: pending, and without a value. Returns its id. */
  public stage(secret: Secret, token: string = randomUUID()): string {
    addVersion(secret, token, this.aws.clock.date());
    moveLabel(secret, 'AWSPENDING', token);
    return token;
  }

  /** Invokes the function for a single step, as Secrets Manager does. */
  public async step(secret: Secret, Step: string, ClientRequestToken: string): Promise<Outcome> {
    const service = { principal: 'secretsmanager.amazonaws.com', sourceArn: secret.arn };
    return this.aws.lambda.invokeFor(service, this.functionArn, { Step, SecretId: secret.arn, ClientRequestToken, RotationToken: randomUUID() });
  }

  /** Has EventBridge invoke the function at the end of each broadcast, by the rule that the construct makes. */
  public addStreamEndRule({ channel, secret }: Live, rotate = true): void {
    const stack = new Stack();
    new StreamEndRule(stack, 'StreamEnd', { channelArn: channel.arn, secretArn: secret.arn, rotate, handlerArn: this.streamEndsArn });
    const [{ Properties }] = Object.values(Template.fromStack(stack).findResources('AWS::Events::Rule'));
    this.aws.eventBridge.putRule(REGION, `StreamEnd-${randomUUID()}`, { pattern: Properties.EventPattern, enabled: true, targets: Properties.Targets });
  }

  /** An encoder connects with the key that the channel has, and publishes for a minute. Returns the stream's id. */
  public async broadcast({ channel }: Pick<Live, 'channel'>): Promise<string> {
    // A key that is as old as the event, to the second, might be younger.
    await this.aws.clock.advance(60_000);
    const { streamId } = this.aws.ivs.startStream(this.keyOf(channel)!.value);
    await this.aws.clock.advance(60_000);
    return streamId;
  }

  /** The encoder goes. What listens to that runs to its end. */
  public async endBroadcast({ channel }: Pick<Live, 'channel'>): Promise<void> {
    this.aws.ivs.endStream(channel.arn);
    await this.aws.eventBridge.idle();
  }

  /** Invokes the function as EventBridge does at the end of a broadcast, which is now. Lambda tries again what fails. */
  public async streamEnded({ channel, secret }: Pick<Live, 'channel' | 'secret'>, StreamId: string, more: Partial<StreamEnd> = {}): Promise<void> {
    const Time = this.aws.clock.date().toISOString();
    const end: StreamEnd = { ChannelArn: channel.arn, SecretArn: secret.arn, StreamId, Time, Rotate: true, ...more };
    const service = { principal: 'events.amazonaws.com', sourceArn: `arn:aws:events:${REGION}:123456789012:rule/StreamEnd` };
    await this.aws.lambda.invokeAsyncFor(service, this.streamEndsArn, { StreamEnd: end });
    await this.aws.lambda.idle();
  }

  public async create(properties: Partial<StreamKeyProperties>, more: Partial<RequestOf> = {}): Promise<HandlerAnswer> {
    return this.send({ RequestType: 'Create', ResourceProperties: properties, ...more });
  }

  public async update(before: StreamKeyProperties, after: StreamKeyProperties, more: Partial<RequestOf> = {}): Promise<HandlerAnswer> {
    return this.send({ RequestType: 'Update', PhysicalResourceId: before.ChannelArn, OldResourceProperties: before, ResourceProperties: after, ...more });
  }

  public async delete(properties: StreamKeyProperties, more: Partial<RequestOf> = {}): Promise<HandlerAnswer> {
    return this.send({ RequestType: 'Delete', PhysicalResourceId: properties.ChannelArn, ResourceProperties: properties, ...more });
  }

  /** Sends a request as CloudFormation does and waits for the answer at the response URL. */
  public async send(request: RequestOf, responseUrlLifetime = 7200): Promise<HandlerAnswer> {
    return JSON.parse(await this.sendForText(request, responseUrlLifetime));
  }

  /** The same, with the answer as it came. */
  public async sendForText(request: RequestOf, responseUrlLifetime = 7200): Promise<string> {
    const { promise, event } = this.prepare(request, responseUrlLifetime);
    this.aws.lambda.invokeAsync(this.functionArn, event);
    return promise;
  }

  /** The event, and the promise of its answer, for tests that invoke the function themselves. */
  public prepare(request: RequestOf, responseUrlLifetime = 7200): { event: object; promise: Promise<string> } {
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

  /** The version that a staging label is on. */
  public versionWith(secret: Secret, label: string): string | undefined {
    return holderOf(secret, label);
  }

  /** The lines of the log that have this message and are about the channel, the oldest first. */
  public logged(message: string, channel: IvsChannel): Record<string, any>[] {
    const lines = this.aws.logs.text().split('\n').filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));
    return lines.filter((line) => line.message === message && line.channelArn === channel.arn);
  }

  public keyOf(channel: IvsChannel): IvsStreamKey | undefined {
    return this.aws.ivs.streamKeyOf(channel.arn);
  }

  /** Until the handler has made such a call since the last look; with an error behind an exclamation mark, until it has got that. */
  public async called(call: string): Promise<void> {
    while (!this.calls().includes(call)) await sleep(5);
  }

  /** The calls the handler has made since the last look, errors behind an exclamation mark. */
  public takeCalls(): string[] {
    const calls = this.calls();
    this.aws.endpoint.calls.clear();
    this.callsBefore.push(...calls);
    return calls;
  }

  /** The calls the handler has made since it was deployed. */
  public everCalled(): string[] {
    this.takeCalls();
    return this.callsBefore;
  }

  /** Lets nothing go wrong any more, and takes the calls there were. */
  public startAfresh(): void {
    this.aws.endpoint.disturbances.clear();
    Object.assign(this.aws.variants, DEFAULT_VARIANTS);
    this.takeCalls();
  }

  public get functionName(): string {
    return this.functionArn.split(':').pop()!;
  }

  public get roleName(): string {
    return this.deployed('AWS::IAM::Role').physicalId;
  }

  /** Replaces the role's policy by itself without some actions; in force after `aws.iam.propagation`. */
  public putPolicy(withoutActions: string[] = []): void {
    const { PolicyName, PolicyDocument } = this.deployed('AWS::IAM::Policy').properties;
    const Statement = PolicyDocument.Statement
      .map((statement: any) => ({ ...statement, Action: [statement.Action].flat().filter((action) => !withoutActions.includes(action)) }))
      .filter(({ Action }: any) => Action.length);
    this.aws.iam.putRolePolicy(this.roleName, PolicyName, { ...PolicyDocument, Statement });
  }

  public async stop(): Promise<void> {
    await this.aws.stop();
  }

  private calls(): string[] {
    return this.aws.endpoint.calls.byFunctions().map(({ operation, error }) => (error ? `${operation}!${error}` : operation));
  }

  private secretTagsOf({ ChannelArn, Serial, WhileLive: whileLive }: StreamKeyProperties): Record<string, string> {
    return writeDesiredState({ stack: this.stackId, resource: 'Live', channelArn: ChannelArn, serial: Serial, whileLive });
  }

  private deployed(type: string): StackResource {
    const { resources } = this.aws.cloudformation.stacks.find(({ id }) => id === this.stackId)!;
    return [...resources.values()].find(({ definition }) => definition.Type === type)!;
  }
}
