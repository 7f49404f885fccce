import type { Protocol } from './protocol';
import { AwsError } from '../core/aws-error';

const headers = { 'content-type': 'application/x-amz-json-1.1' };

/** AWS JSON 1.1: the operation in a header, dates as seconds. */
export const json: Protocol = {
  malformed: 'SerializationException',
  parse: ({ headers: { 'x-amz-target': target }, body }) => target ? { operation: target.split('.').pop()!, input: parseJson(body) } : undefined,
  success: (_operation, output) => ({ status: 200, headers, body: JSON.stringify(output ?? {}, secondsForDates) }),
  failure: ({ code, message, status }) => ({ status, headers: { ...headers, 'x-amzn-errortype': code }, body: JSON.stringify({ __type: code, message }) }),
};

/** A body; an empty one has no members. */
export function parseJson(body: Buffer): any {
  try {
    return JSON.parse(body.toString() || '{}');
  } catch {
    throw new AwsError('SerializationException', 'The request body is not valid JSON.');
  }
}

function secondsForDates(this: any, name: string, value: unknown): unknown {
  return this[name] instanceof Date ? this[name].getTime() / 1000 : value;
}
