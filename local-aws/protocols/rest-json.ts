import type { HttpRequest, Protocol } from './protocol';

type Route = (request: HttpRequest, input: Record<string, any>) => { operation: string; input: Record<string, any> } | undefined;

/**
 * REST JSON: the operation in method and path.
 *
 * @param route finds the operation
 * @param empty the operations that are answered with 204 and no body
 */
export function restJson(route: Route, empty: string[] = []): Protocol {
  const headers = { 'content-type': 'application/json' };
  return {
    parse: (request) => route(request, parseBody(request)),
    success: (operation, output) =>
      empty.includes(operation) ? { status: 204, headers: {}, body: '' } : { status: 200, headers, body: JSON.stringify(output ?? {}) },
    failure: ({ code, message, status }) => ({
      status,
      headers: { ...headers, 'x-amzn-errortype': code },
      body: JSON.stringify({ exceptionMessage: message, message }),
    }),
  };
}

function parseBody({ body }: HttpRequest): Record<string, any> {
  return body.length && body[0] === '{'.charCodeAt(0) ? JSON.parse(body.toString()) : {};
}
