import { XMLBuilder } from 'fast-xml-parser';
import { boundTo, membersAt } from './http-binding';
import type { HttpResponse, Protocol } from './protocol';
import type { ServiceModel, Shape } from './service-model';

const builder = new XMLBuilder();
const xml = { 'content-type': 'application/xml' };

/**
 * REST XML: the operation in method and path, its input in path, query and headers. The body of a request is that of an object.
 *
 * @param roots the root element of the answer of each operation whose answer is a document
 */
export function restXml(model: ServiceModel, roots: Record<string, string>): Protocol {
  const bound = boundTo(model);
  return {
    malformed: 'InvalidArgument',
    parse: (request) => {
      const found = bound(request);
      if (!found) return undefined;
      const { operation: { name, input: { payload } }, input } = found;
      return { operation: name, input: { ...(payload && { [payload]: request.body }), ...input } };
    },
    success: (operation, output = {}) => {
      const shape = model.operations.get(operation)!.output;
      const given = membersAt(shape, 'header').filter(([name]) => output[name] !== undefined);
      const headers = Object.fromEntries(given.map(([name, header]) => [header, String(output[name])]));
      return { status: 200, ...bodyOf(shape, output, headers, roots[operation]) };
    },
    failure: ({ code, message, status }, RequestId) => (
      { status, headers: xml, body: builder.build({ Error: { Code: code, Message: message, RequestId } }) as string }
    ),
  };
}

function bodyOf(shape: Shape, output: any, headers: Record<string, string>, root?: string): Omit<HttpResponse, 'status'> {
  const document = (name: string, inner: Shape, value: any) => (
    { headers: { ...headers, ...xml }, body: builder.build({ [name]: elementsOf(inner, value) }) as string }
  );
  const { payload, members } = shape;
  if (!payload) return root ? document(root, shape, output) : { headers, body: '' };
  const { shape: inner } = members![payload];
  return inner.type === 'blob' ? { headers, body: output[payload] } : document(payload, inner, output[payload]);
}

/** The elements of a structure. A flattened list has no element of its own. */
function elementsOf(shape: Shape, value: any): any {
  if (shape.type !== 'structure') return value instanceof Date ? value.toISOString() : value;
  const members = Object.entries(shape.members!).filter(([name, { location }]) => !location && value[name] !== undefined);
  return Object.fromEntries(members.map(([name, { shape: inner, locationName = name }]) => {
    if (inner.type !== 'list') return [locationName, elementsOf(inner, value[name])];
    const elements = value[name].map((each: unknown) => elementsOf(inner.member!.shape, each));
    return [locationName, inner.flattened ? elements : { [inner.member!.locationName ?? 'member']: elements }];
  }));
}
