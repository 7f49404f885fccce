import type { HttpRequest } from './protocol';
import type { Member, OperationModel, ServiceModel, Shape } from './service-model';

/** An operation that a request is for, and the input that the request carries outside its body. */
export interface BoundRequest {
  readonly operation: OperationModel;
  readonly input: Record<string, unknown>;
}

/** What the endpoint and SDKs add to requests of any operation. */
const OF_EVERY_REQUEST = ['x-amz-content-sha256', 'x-amz-date', 'x-amz-security-token', 'x-amz-user-agent', 'x-id'];
const OF_SIGNED_URLS = /^X-Amz-(Algorithm|Content-Sha256|Credential|Date|Expires|Security-Token|Signature|SignedHeaders)$/;

/** A function that finds the operation of a request by method and path, and the members in path, query and headers. Others keep their names. */
export function boundTo({ operations }: ServiceModel): (request: HttpRequest) => BoundRequest | undefined {
  // GET /bucket?location is no GET /bucket.
  const routes = [...operations.values()].map(routeOf).sort((one, other) => other.literals.length - one.literals.length);
  return (request) => {
    for (const { operation, literals, labelsIn } of routes) {
      const labels = labelsIn(request);
      if (!labels || !literals.every(([name, value]) => request.query.get(name) === value)) continue;
      const known = [...OF_EVERY_REQUEST, ...literals.map(([name]) => name)];
      return { operation, input: { ...queryMembers(operation.input, request, known), ...headerMembers(operation.input, request), ...labels } };
    }
    return undefined;
  };
}

/** The members that HTTP carries at a place, each with its name there. */
export function membersAt(shape: Shape, location: Member['location']): [name: string, locationName: string][] {
  const members = Object.entries(shape.members ?? {}).filter(([, member]) => member.location === location);
  return members.map(([name, { locationName }]) => [name, locationName!]);
}

function routeOf(operation: OperationModel) {
  const { method, requestUri, query: required = [] } = operation.http;
  const [path, query = ''] = requestUri.split('?');
  const pattern = new RegExp(`^${path.replace(/\{(\w+)\+\}/g, '(?<$1>.+)').replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')}/?$`);
  const labels = membersAt(operation.input, 'uri');
  const labelsIn = (request: HttpRequest): Record<string, string> | undefined => {
    const isFor = request.method === method && required.every((name) => request.query.has(name));
    const match = isFor ? pattern.exec(request.path) : null;
    return match ? Object.fromEntries(labels.map(([name, label]) => [name, decodeURIComponent(match.groups![label])])) : undefined;
  };
  return { operation, literals: [...new URLSearchParams(query)], labelsIn };
}

function queryMembers(input: Shape, { query }: HttpRequest, known: string[]): Record<string, string | string[]> {
  const names = new Map(membersAt(input, 'querystring').map(([name, parameter]) => [parameter, name]));
  const parameters = [...new Set(query.keys())].filter((parameter) => !known.includes(parameter) && !OF_SIGNED_URLS.test(parameter));
  return Object.fromEntries(parameters.map((parameter) => {
    const name = names.get(parameter);
    return name && input.members![name].shape.type === 'list' ? [name, query.getAll(parameter)] : [name ?? parameter, query.get(parameter)!];
  }));
}

function headerMembers(input: Shape, { headers }: HttpRequest): Record<string, unknown> {
  const bound = membersAt(input, 'header').map(([name, header]) => [name, header.toLowerCase()] as const);
  const prefixed = membersAt(input, 'headers').map(([name, prefix]) => [name, prefix.toLowerCase()] as const);
  const isList = (name: string) => input.members![name].shape.type === 'list';
  const taken = (header: string) => bound.some(([, name]) => name === header) || prefixed.some(([, prefix]) => header.startsWith(prefix));
  const unknown = Object.keys(headers).filter((header) => header.startsWith('x-amz-') && !taken(header) && !OF_EVERY_REQUEST.includes(header));
  return {
    ...Object.fromEntries(unknown.map((header) => [header, headers[header]])),
    ...Object.fromEntries(bound.map(([name, header]) => [name, isList(name) ? headers[header]?.split(/, */) : headers[header]])),
    ...Object.fromEntries(prefixed.map(([name, prefix]) => [name, mapOf(headers, prefix)])),
  };
}

/** The headers of a prefix, without it; undefined if there are none. */
function mapOf(headers: HttpRequest['headers'], prefix: string): Record<string, string | undefined> | undefined {
  const found = Object.entries(headers).filter(([header]) => header.startsWith(prefix));
  return found.length ? Object.fromEntries(found.map(([header, value]) => [header.slice(prefix.length), value])) : undefined;
}
