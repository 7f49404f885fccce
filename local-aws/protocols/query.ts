import { XMLBuilder } from 'fast-xml-parser';
import type { Protocol } from './protocol';

const builder = new XMLBuilder({ ignoreAttributes: false });

/** AWS Query: a form goes in, XML comes out. */
export function query(namespace: string): Protocol {
  const respond = (status: number, document: object) => ({
    status,
    headers: { 'content-type': 'text/xml' },
    body: builder.build(document) as string,
  });
  return {
    parse: ({ body }) => {
      const form = new URLSearchParams(body.toString());
      const operation = form.get('Action');
      return operation ? { operation, input: nest(form) } : undefined;
    },
    success: (operation, output, RequestId) => respond(200, {
      [`${operation}Response`]: { '@_xmlns': namespace, [`${operation}Result`]: toXml(output ?? {}), 'ResponseMetadata': { RequestId } },
    }),
    failure: ({ code, message, status }, RequestId) => respond(status, {
      ErrorResponse: { '@_xmlns': namespace, 'Error': { Type: status < 500 ? 'Sender' : 'Receiver', Code: code, Message: message }, RequestId },
    }),
  };
}

/** `Tags.member.1.Key=a` becomes `{ Tags: [{ Key: 'a' }] }`. */
function nest(form: URLSearchParams): Record<string, any> {
  const root: Record<string, any> = {};
  for (const [name, value] of form) {
    const steps = name.split('.');
    let node: any = root;
    steps.forEach((step, index) => {
      if (index === steps.length - 1) node[step] = value;
      else node = node[step] ??= {};
    });
  }
  return listsOf(root);
}

function listsOf(node: any): any {
  if (typeof node !== 'object') return node;
  if ('member' in node) return Object.values(node.member).map(listsOf);
  return Object.fromEntries(Object.entries(node).map(([name, value]) => [name, listsOf(value)]));
}

function toXml(value: any): any {
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return { member: value.map(toXml) };
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined).map(([name, field]) => [name, toXml(field)]));
  }
  return value;
}
