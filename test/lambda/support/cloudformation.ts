import { randomUUID } from 'node:crypto';
import type { CloudFormationCustomResourceUpdateEvent } from 'aws-lambda';
import type { Live } from './live';
import { desiredState } from '../../../lambda/protocols/desired-state';
import { LocalAws, REGION } from '../../../local-aws/local-aws';
import { writeDesiredState } from '../../../src/contract/desired-state';
import { METADATA, STREAM_KEY_RESOURCE_TYPE, StreamKeyAttributes, StreamKeyProperties } from '../../../src/contract/resource';

/** The handler's answer at the response URL. */
export interface HandlerAnswer {
  readonly Status: 'SUCCESS' | 'FAILED';
  readonly Reason?: string;
  readonly PhysicalResourceId: string;
  readonly Data?: StreamKeyAttributes;
}

/** The members of a request that matter to a test; the others are filled in. */
export type CustomResourceRequest = Partial<Omit<CloudFormationCustomResourceUpdateEvent, 'RequestType' | 'ResourceProperties' | 'OldResourceProperties'>> & {
  readonly RequestType: string;
  readonly ResourceProperties: Partial<StreamKeyProperties>;
  readonly OldResourceProperties?: Partial<StreamKeyProperties>;
};

/** Deploys resources of the handler. */
export class CloudFormation {
  constructor(private readonly aws: LocalAws, private readonly stackId: string, private readonly functionArn: string) {}

  /** Deploys a change: first the secret's tags, then the resource. */
  public async deploy(live: Live, change: Partial<StreamKeyProperties>): Promise<HandlerAnswer> {
    const before = live.properties;
    this.change(live, change);
    const answer = await this.update(before, live.properties);
    await this.aws.lambda.idle();
    return answer;
  }

  /** Deploys the next serial. */
  public async rotate(live: Live): Promise<HandlerAnswer> {
    return this.deploy(live, { Serial: String(Number(live.properties.Serial) + 1) });
  }

  /** Changes what is wanted, in the secret's tags and in the metadata, without a request to the handler. */
  public change(live: Live, change: Partial<StreamKeyProperties>): void {
    live.properties = { ...live.properties, ...change };
    this.tagSecret(live);
    this.keepResource('Live', live.properties);
  }

  /** Writes the desired state to the secret's tags, as the construct's template does. */
  public tagSecret({ secret, properties }: Live, resource = 'Live'): void {
    Object.assign(secret.tags, writeDesiredState(desiredState({ stack: this.stackId, resource }, properties)));
  }

  public async create(properties: Partial<StreamKeyProperties>, more: Partial<CustomResourceRequest> = {}): Promise<HandlerAnswer> {
    this.keepResource(more.LogicalResourceId, properties);
    return this.send({ RequestType: 'Create', ResourceProperties: properties, ...more });
  }

  public async update(before: StreamKeyProperties, after: StreamKeyProperties, more: Partial<CustomResourceRequest> = {}): Promise<HandlerAnswer> {
    this.keepResource(more.LogicalResourceId, after);
    return this.send({ RequestType: 'Update', PhysicalResourceId: before.ChannelArn, OldResourceProperties: before, ResourceProperties: after, ...more });
  }

  public async delete(properties: StreamKeyProperties, more: Partial<CustomResourceRequest> = {}): Promise<HandlerAnswer> {
    return this.send({ RequestType: 'Delete', PhysicalResourceId: properties.ChannelArn, ResourceProperties: properties, ...more });
  }

  /** Has the stack know a resource, with its metadata. */
  private keepResource(logicalId = 'Live', properties: Partial<StreamKeyProperties>): void {
    const { resources } = this.aws.cloudformation.stacks.find(({ id }) => id === this.stackId)!;
    const definition = { Type: STREAM_KEY_RESOURCE_TYPE };
    const metadata = { [METADATA]: { ...properties, Handler: this.functionArn.split(':').pop() } };
    resources.set(logicalId, { logicalId, physicalId: properties.ChannelArn ?? '', attributes: {}, definition, properties, metadata });
  }

  /** Sends a request, and waits for the answer. */
  public async send(request: CustomResourceRequest, responseUrlLifetime = 7200): Promise<HandlerAnswer> {
    return JSON.parse(await this.sendForText(request, responseUrlLifetime));
  }

  /** Sends a request, and waits for the text of the answer. */
  public async sendForText(request: CustomResourceRequest, responseUrlLifetime = 7200): Promise<string> {
    const { promise, event } = this.prepare(request, responseUrlLifetime);
    this.aws.lambda.invokeAsync(this.functionArn, event);
    return promise;
  }

  /** The event, and the promise of its answer, for tests that invoke the function themselves. */
  public prepare(request: CustomResourceRequest, responseUrlLifetime = 7200): { event: object; promise: Promise<string> } {
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
}
