import type { NormalizedSchema } from '@smithy/core/schema';
import { parseJson } from './json';
import type { HttpRequest, HttpResponse, Protocol } from './protocol';
import { HttpBinding, membersOf, OperationModel, ServiceModel } from './service-model';

const json = { 'content-type': 'application/json' };
const NO_CONTENT = 204;

/** REST JSON: the operation in method and path, its input in path, query, headers and body. Dates are texts. */
export function restJson(model: ServiceModel): Protocol {
  const routes = [...model.values()].map((operation) => ({ ...operation, labelsIn: labelsOf(operation.http!) }));
  return {
    parse: (request) => {
      for (const { name, input, labelsIn } of routes) {
        const labels = labelsIn(request);
        if (!labels) continue;
        return { operation: name, input: { ...fromBody(input, request), ...fromQuery(input, request), ...fromHeaders(input, request), ...labels } };
      }
      return undefined;
    },
    success: (operation, output) => respond(model.get(operation)!, output ?? {}),
    failure: ({ code, message, status }) => ({
      status,
      headers: { ...json, 'x-amzn-errortype': code },
      body: JSON.stringify({ exceptionMessage: message, message }),
    }),
  };
}

function respond({ http, output: schema }: OperationModel, output: Record<string, any>): HttpResponse {
  const { status } = http!;
  if (status === NO_CONTENT) return { status, headers: {}, body: '' };
  const headers: Record<string, string> = { ...json };
  for (const [name, header] of boundMembers(schema, 'httpHeader')) if (output[name] !== undefined) headers[header] = output[name];
  const [payload] = boundMembers(schema, 'httpPayload');
  return { status, headers, body: payload ? output[payload[0]] : JSON.stringify(output) };
}

/** A function that returns the labels in the path of a request, or undefined if the request is for another operation. */
function labelsOf({ method, uri }: HttpBinding): (request: HttpRequest) => Record<string, string> | undefined {
  const pattern = new RegExp(`^${uri.replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`);
  return (request) => {
    const match = request.method === method ? pattern.exec(request.path) : null;
    return match ? Object.fromEntries(Object.entries(match.groups ?? {}).map(([name, text]) => [name, decodeURIComponent(text)])) : undefined;
  };
}

function fromBody(input: NormalizedSchema, { body }: HttpRequest): Record<string, unknown> {
  const [payload] = boundMembers(input, 'httpPayload');
  return payload ? { [payload[0]]: body.toString() } : parseJson(body);
}

/** A parameter that is bound to no member keeps its name. */
function fromQuery(input: NormalizedSchema, { query }: HttpRequest): Record<string, string | string[]> {
  const members = new Map(boundMembers(input, 'httpQuery').map(([name, parameter]) => [parameter, name]));
  return Object.fromEntries([...new Set(query.keys())].map((parameter) => {
    const name = members.get(parameter);
    return name && input.getMemberSchema(name).isListSchema() ? [name, query.getAll(parameter)] : [name ?? parameter, query.get(parameter)!];
  }));
}

function fromHeaders(input: NormalizedSchema, { headers }: HttpRequest): Record<string, string | undefined> {
  return Object.fromEntries(boundMembers(input, 'httpHeader').map(([name, header]) => [name, headers[header.toLowerCase()]]));
}

/** The members that a trait takes out of the body, each with the trait's value. */
function boundMembers(schema: NormalizedSchema, trait: 'httpHeader' | 'httpQuery' | 'httpPayload'): [name: string, value: string][] {
  return [...membersOf(schema)].flatMap(([name, member]) => {
    const value = member.getMergedTraits()[trait];
    return value ? [[name, String(value)]] : [];
  });
}
