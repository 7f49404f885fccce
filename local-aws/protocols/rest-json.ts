import { boundTo, membersAt } from './http-binding';
import { parseJson } from './json';
import type { HttpResponse, Protocol } from './protocol';
import type { OperationModel, ServiceModel } from './service-model';

const json = { 'content-type': 'application/json' };
const NO_CONTENT = 204;

/** REST JSON: the operation in method and path, its input in path, query, headers and body. Dates are texts. */
export function restJson(model: ServiceModel): Protocol {
  const bound = boundTo(model);
  return {
    malformed: 'SerializationException',
    parse: (request) => {
      const found = bound(request);
      if (!found) return undefined;
      const { operation: { name, input: { payload } }, input } = found;
      return { operation: name, input: { ...(payload ? { [payload]: request.body } : parseJson(request.body)), ...input } };
    },
    success: (operation, output) => respond(model.operations.get(operation)!, output ?? {}),
    failure: ({ code, message, status }) => ({
      status,
      headers: { ...json, 'x-amzn-errortype': code },
      body: JSON.stringify({ exceptionMessage: message, message }),
    }),
  };
}

function respond({ http, output: shape }: OperationModel, output: Record<string, any>): HttpResponse {
  const [statusCode] = membersAt(shape, 'statusCode').map(([name]) => output[name]);
  const status = statusCode ?? http.responseCode ?? 200;
  if (status === NO_CONTENT) return { status, headers: {}, body: '' };
  const headers: Record<string, string> = { ...json };
  for (const [name, header] of membersAt(shape, 'header')) if (output[name] !== undefined) headers[header] = output[name];
  return { status, headers, body: shape.payload ? output[shape.payload] ?? '' : JSON.stringify(output) };
}
