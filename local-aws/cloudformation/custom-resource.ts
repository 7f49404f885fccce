import { randomUUID } from 'node:crypto';
import { Deployed, Properties, ResourceContext, ResourceFailure, ResourceType } from './resource-type';
import type { Lambda } from '../lambda/lambda';
import type { S3 } from '../s3/s3';

const MAX_ANSWER = 4096;
/** The milliseconds during which the answer of an ended function may still be on its way. */
const ANSWER_UNDER_WAY = 2_000;

/** An answer as it came, for whoever wants to see that nothing is in it that should not be. */
export interface RecordedAnswer {
  readonly logicalId: string;
  readonly requestType: string;
  readonly body: string;
}

/** A custom resource: CloudFormation invokes the function and waits for what it puts to the response URL. */
export class CustomResource implements ResourceType {
  public readonly answers: RecordedAnswer[] = [];
  /** Seconds that a response URL is good for. */
  public responseUrlLifetime = 7200;

  constructor(
    private readonly lambda: Lambda,
    private readonly s3: S3,
    private readonly endpointUrl: () => string,
    private readonly accessKeyId: string,
  ) {}

  public async create(properties: Properties, context: ResourceContext): Promise<Deployed> {
    return this.request('Create', context, properties, {});
  }

  public async update(deployed: Deployed, properties: Properties, before: Properties, context: ResourceContext): Promise<Deployed> {
    if (properties.ServiceToken !== before.ServiceToken) throw new ResourceFailure('Modifying service token is not allowed.');
    return this.request('Update', context, properties, { PhysicalResourceId: deployed.physicalId, OldResourceProperties: strings(before) });
  }

  public async delete(deployed: Deployed, properties: Properties, context: ResourceContext): Promise<void> {
    await this.request('Delete', context, properties, { PhysicalResourceId: deployed.physicalId });
  }

  private async request(
    RequestType: string, context: ResourceContext, properties: Properties, more: { PhysicalResourceId?: string; OldResourceProperties?: unknown },
  ): Promise<Deployed> {
    const { logicalId, region, stackId, stackName, type } = context;
    const RequestId = randomUUID();
    const seconds = Number(properties.ServiceTimeout ?? 3600);
    const invented = more.PhysicalResourceId ?? `${stackName}-${logicalId}-${randomUUID().slice(0, 8).toUpperCase()}`;

    const body = await new Promise<string>((resolve, reject) => {
      const giveUp = () => reject(new ResourceFailure(
        `CloudFormation did not receive a response from your Custom Resource. Please check your logs for requestId [${RequestId}].`, invented));
      const timer = setTimeout(giveUp, seconds * 1000);
      const receive = (answer: string) => {
        clearTimeout(timer);
        resolve(answer);
      };
      const path = `cloudformation-custom-resource-response-${region.replaceAll('-', '')}/${encodeURIComponent(`${stackId}|${logicalId}|${RequestId}`)}`;
      this.lambda.invokeAsync(properties.ServiceToken, {
        RequestType,
        ServiceToken: properties.ServiceToken,
        ResponseURL: this.endpointUrl() + this.s3.presignPut(this.accessKeyId, region, path, this.responseUrlLifetime, receive),
        StackId: stackId,
        RequestId,
        LogicalResourceId: logicalId,
        ResourceType: type,
        ...more,
        ResourceProperties: strings(properties),
      }, () => {
        // AWS waits for the time-out. Here nothing is left that could answer.
        clearTimeout(timer);
        setTimeout(giveUp, ANSWER_UNDER_WAY).unref();
      });
    });

    this.answers.push({ logicalId, requestType: RequestType, body });
    return read(body, { StackId: stackId, RequestId, LogicalResourceId: logicalId }, invented);
  }
}

function read(body: string, expected: Record<string, string>, invented: string): Deployed {
  if (Buffer.byteLength(body) > MAX_ANSWER) throw new ResourceFailure('Response object is too long.', invented);
  const answer = JSON.parse(body);
  for (const [name, value] of Object.entries(expected)) if (answer[name] !== value) throw new ResourceFailure(`Invalid ${name} in the response.`, invented);
  const { PhysicalResourceId: physicalId, Status, Reason, Data = {} } = answer;
  if (!physicalId || typeof physicalId !== 'string' || Buffer.byteLength(physicalId) > 1024) throw new ResourceFailure('Invalid PhysicalResourceId', invented);
  if (Status === 'FAILED') {
    throw new ResourceFailure(`Received response status [FAILED] from custom resource. Message returned: ${Reason} (RequestId: ${expected.RequestId})`, physicalId);
  }
  if (Status !== 'SUCCESS') throw new ResourceFailure(`Invalid Status in the response: ${Status}`, invented);
  // A reason that comes with SUCCESS is not in the event.
  return { physicalId, attributes: Data };
}

/** CloudFormation hands scalars over as strings. */
function strings(value: any): any {
  if (Array.isArray(value)) return value.map(strings);
  if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(([name, content]) => [name, strings(content)]));
  return String(value);
}
