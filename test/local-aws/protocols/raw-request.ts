import * as http from 'node:http';
import { text } from 'node:stream/consumers';
import type { Service } from '../../../local-aws/endpoint/operation';
import { type LocalAws, REGION } from '../../../local-aws/local-aws';
import { membersAt } from '../../../local-aws/protocols/http-binding';
import type { OperationModel, Shape } from '../../../local-aws/protocols/service-model';

export interface Answer {
  readonly status: number;
  /** The name of the error, where clients look for it. */
  readonly error?: string;
  readonly text: string;
}

interface Request {
  readonly path: string;
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** Sends an input as it is, in the protocol of the service: no SDK would. */
export async function sendRaw(aws: LocalAws, service: Service, operation: OperationModel, input: Record<string, any>): Promise<Answer> {
  const { path, method, headers, body } = requestFor(service, operation, input);
  const credential = `${aws.identities.administrator.accessKeyId}/20261126/${REGION}/${service.name}/aws4_request`;
  const signed = { ...headers, 'content-length': Buffer.byteLength(body), 'authorization': `AWS4-HMAC-SHA256 Credential=${credential}` };
  // Not fetch: it adds headers of its own to conditional requests.
  const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
    http.request(aws.url + path, { method, headers: signed }, resolve).on('error', reject).end(body);
  });
  const { statusCode: status = 0, headers: { 'x-amzn-errortype': type } } = response;
  const answer = await text(response);
  return { status, error: type?.toString() ?? /<Code>(.+?)<\/Code>/.exec(answer)?.[1], text: answer };
}

function requestFor(service: Service, operation: OperationModel, input: Record<string, any>): Request {
  const { protocol } = service.model.metadata;
  if (protocol.startsWith('rest-')) return restRequest(operation, input);
  return protocol === 'query' ? queryRequest(service, operation, input) : jsonRequest(service, operation, input);
}

function jsonRequest({ model: { metadata } }: Service, { name }: OperationModel, input: object): Request {
  return {
    path: '/',
    method: 'POST',
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `${metadata.targetPrefix}.${name}` },
    body: JSON.stringify(input),
  };
}

function queryRequest({ model: { metadata } }: Service, { name, input: shape }: OperationModel, input: object): Request {
  const body = new URLSearchParams({ Action: name, Version: metadata.apiVersion });
  const add = (at: string, value: any, type?: Shape) => {
    if (Array.isArray(value)) {
      if (!value.length) body.set(at, '');
      value.forEach((each, index) => add(`${at}.member.${index + 1}`, each, type?.member?.shape));
    } else if (typeof value === 'object') {
      const entries = Object.entries(value);
      if (type?.type === 'map') entries.forEach(([key, each], index) => [['key', key], ['value', each]].forEach(([part, of]) => add(`${at}.entry.${index + 1}.${part}`, of)));
      else for (const [member, each] of entries) add(at ? `${at}.${member}` : member, each, type?.members?.[member]?.shape);
    } else {
      body.set(at, type?.type === 'timestamp' && typeof value === 'number' ? new Date(value * 1000).toISOString() : String(value));
    }
  };
  add('', input, shape);
  return { path: '/', method: 'POST', headers: {}, body: body.toString() };
}

function restRequest({ http: { method, requestUri }, input: shape }: OperationModel, input: Record<string, any>): Request {
  const [uri, literals = ''] = requestUri.split('?');
  const path = membersAt(shape, 'uri').reduce((template, [name, label]) => template.replace(new RegExp(`\\{${label}\\+?\\}`), encodeURIComponent(input[name])), uri);
  const isDocument = !shape.payload && !['GET', 'HEAD'].includes(method);
  const query = new URLSearchParams(literals);
  for (const [name, parameter] of membersAt(shape, 'querystring')) for (const each of [input[name] ?? []].flat()) query.append(parameter, textOf(each, shape.members![name].shape));
  if (!isDocument) for (const name of Object.keys(input).filter((each) => !shape.members?.[each])) query.append(name, textOf(input[name]));
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  for (const [name, header] of membersAt(shape, 'header')) {
    // HTTP itself minds the length of a body.
    if (input[name] !== undefined && header !== 'Content-Length') headers[header] = textOf(input[name], shape.members![name].shape);
  }
  for (const [name, prefix] of membersAt(shape, 'headers')) for (const [key, value] of Object.entries(input[name] ?? {})) headers[prefix + key] = textOf(value);
  const body = Object.fromEntries(Object.entries(input).filter(([name]) => !shape.members?.[name]?.location));
  return { path: `${path}?${query}`, method, headers, body: isDocument ? JSON.stringify(body) : '' };
}

function textOf(value: unknown, type?: Shape): string {
  if (type?.type === 'timestamp' && typeof value === 'number') return new Date(value * 1000).toUTCString();
  if (Array.isArray(value)) return value.join(',');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
