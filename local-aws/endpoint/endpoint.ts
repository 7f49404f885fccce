import { randomUUID } from 'node:crypto';
import * as http from 'node:http';
import { AddressInfo } from 'node:net';
import { CallLog } from './call-log';
import type { Call, RequestContext, Service } from './operation';
import { AwsError, NotInLocalAws } from '../core/aws-error';
import { Caller, Identities } from '../core/identities';
import { Disconnected, Disturbances, Truncated } from '../faults/disturbances';
import { Rates } from '../faults/rates';
import { checkInput } from '../protocols/check-input';
import { checkOutput } from '../protocols/check-output';
import type { HttpRequest, HttpResponse, ParsedRequest } from '../protocols/protocol';
import { unknownService } from '../protocols/unknown-service';

/** The caller, region and service in the signature of a request. */
interface Scope {
  readonly accessKeyId: string;
  readonly region: string;
  readonly service: string;
}

/** Throws unless a caller is allowed an action. */
export type Authorizer = (caller: Caller, action: string, resource: string, context: RequestContext, resourcePolicy?: object) => Promise<void>;

/** The one HTTP endpoint of all services: it finds the service by the scope of the signature. */
export class Endpoint {
  public readonly calls = new CallLog();
  public readonly disturbances = new Disturbances();
  public readonly rates = new Rates();

  private readonly services = new Map<string, Service>();
  private readonly server = http.createServer((request, response) => void this.serve(request, response));

  constructor(private readonly account: string, private readonly identities: Identities, private readonly authorizer: Authorizer) {}

  public add(service: Service): void {
    this.services.set(service.name, service);
  }

  /** Listens on 127.0.0.1 and returns the URL. */
  public async listen(port: number): Promise<string> {
    await new Promise<void>((resolve, reject) => this.server.once('error', reject).listen(port, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  public async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async serve(incoming: http.IncomingMessage, outgoing: http.ServerResponse): Promise<void> {
    const requestId = randomUUID();
    try {
      const request = await read(incoming);
      const { status, headers, body, isTruncated } = await this.answer(request, requestId);
      const all = { ...headers, 'x-amzn-requestid': requestId };
      if (!isTruncated) return void outgoing.writeHead(status, all).end(body);
      outgoing.writeHead(status, { ...all, 'content-length': Buffer.byteLength(body ?? '') + 1 }).write(body ?? '', () => incoming.socket.destroy());
    } catch (error) {
      if (!(error instanceof Disconnected)) console.error('local AWS:', error);
      incoming.socket.destroy();
    }
  }

  private async answer(request: HttpRequest, requestId: string): Promise<HttpResponse & { isTruncated?: boolean }> {
    const scope = scopeOf(request);
    const service = scope && this.services.get(scope.service);
    if (!service) return unknownService(request, scope?.service, requestId);
    try {
      const parsed = service.protocol.parse(request);
      const run = parsed && service.operations[parsed.operation];
      if (!run) throw new NotInLocalAws(`the operation ${service.name}:${parsed?.operation ?? `${request.method} ${request.path}`}`);
      const output = await this.run(service, parsed, scope, request);
      return service.protocol.success(parsed.operation, output, requestId);
    } catch (error) {
      if (error instanceof AwsError) return service.protocol.failure(error, requestId);
      if (error instanceof Disconnected) throw error;
      if (error instanceof Truncated) {
        const { operation } = service.protocol.parse(request)!;
        return { ...service.protocol.success(operation, error.output, requestId), isTruncated: true };
      }
      console.error('local AWS:', error);
      return service.protocol.failure(new AwsError('InternalFailure', String(error), 500), requestId);
    }
  }

  private async run(service: Service, { operation, input }: ParsedRequest, scope: Scope, { headers, query }: HttpRequest): Promise<unknown> {
    const { region } = scope;
    const name = `${service.name}:${operation}`;
    const token = headers['x-amz-security-token'] ?? query.get('X-Amz-Security-Token') ?? undefined;
    const caller = this.identities.identify(scope.accessKeyId, token);
    let authorized = caller.roleName === undefined;
    const call: Call = {
      service: service.name,
      operation,
      region,
      account: this.account,
      caller,
      signature: query.get('X-Amz-Signature') ?? undefined,
      authorize: async (action, resource, context = {}, resourcePolicy = undefined) => {
        authorized = true;
        await this.authorizer(caller, action, resource, context, resourcePolicy);
      },
    };
    return this.calls.record(name, caller, input, () => this.disturbances.around(name, caller, async () => {
      this.rates.spend(name, region, service.rate);
      checkInput(service, operation, input);
      const output = await service.operations[operation](input, call);
      checkOutput(service, operation, output);
      if (!authorized) throw new Error(`${name} does not ask whether the caller may`);
      return output;
    }));
  }
}

function scopeOf({ headers, query }: HttpRequest): Scope | undefined {
  const credential = /Credential=([^,\s]+)/.exec(headers.authorization ?? '')?.[1] ?? query.get('X-Amz-Credential');
  if (!credential) return undefined;
  const [accessKeyId, , region, service] = credential.split('/');
  return { accessKeyId, region, service };
}

async function read(incoming: http.IncomingMessage): Promise<HttpRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const url = new URL(incoming.url ?? '/', 'http://127.0.0.1');
  const headers = incoming.headers as Record<string, string | undefined>;
  return { method: incoming.method ?? 'GET', path: url.pathname, query: url.searchParams, headers, body: Buffer.concat(chunks) };
}
