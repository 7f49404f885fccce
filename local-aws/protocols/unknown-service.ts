import { XMLBuilder } from 'fast-xml-parser';
import { json } from './json';
import type { HttpRequest, HttpResponse } from './protocol';
import { NotInLocalAws } from '../core/aws-error';

const builder = new XMLBuilder();

/** The refusal of a request for a service that the local AWS does not have, in the protocol that the request looks like. */
export function unknownService(request: HttpRequest, service: string | undefined, requestId: string): HttpResponse {
  const { headers, method, path } = request;
  const error = new NotInLocalAws(service === undefined ? `the service of a request without a signature: ${method} ${path}` : `the service ${service}`);
  const { code, message, status } = error;
  if (!headers['content-type']?.startsWith('application/x-www-form-urlencoded')) return json.failure(error, requestId);
  const body = builder.build({ ErrorResponse: { Error: { Type: 'Receiver', Code: code, Message: message }, RequestId: requestId } }) as string;
  return { status, headers: { 'content-type': 'text/xml' }, body };
}
