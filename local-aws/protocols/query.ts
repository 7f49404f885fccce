import { XMLBuilder } from 'fast-xml-parser';
import type { Protocol } from './protocol';
import type { ServiceModel, Shape } from './service-model';
import { NotInLocalAws } from '../core/aws-error';

const builder = new XMLBuilder({ ignoreAttributes: false });

/** Parts of a form, by the steps of their names: `Tags.member.1.Key=a` is `{ Tags: { member: { 1: { Key: 'a' } } } }`. */
type Tree = string | { readonly [step: string]: Tree };

/** AWS Query: a form goes in, XML comes out. */
export function query({ metadata: { apiVersion, xmlNamespace }, operations }: ServiceModel): Protocol {
  const respond = (status: number, document: object) => ({
    status,
    headers: { 'content-type': 'text/xml' },
    body: builder.build(document) as string,
  });
  return {
    malformed: 'MalformedInput',
    textual: true,
    parse: ({ body }) => {
      const { Action: operation, Version: version, ...tree } = treeOf(new URLSearchParams(body.toString())) as Record<string, any>;
      if (operation && version !== apiVersion) throw new NotInLocalAws(`the version ${version} of the API`);
      return operation ? { operation, input: valueIn(operations.get(operation)?.input ?? { type: 'structure' }, tree) } : undefined;
    },
    success: (operation, output, RequestId) => respond(200, {
      [`${operation}Response`]: { '@_xmlns': xmlNamespace, [`${operation}Result`]: toXml(output ?? {}), 'ResponseMetadata': { RequestId } },
    }),
    failure: ({ code, message, status }, RequestId) => respond(status, {
      ErrorResponse: { '@_xmlns': xmlNamespace, 'Error': { Type: status < 500 ? 'Sender' : 'Receiver', Code: code, Message: message }, RequestId },
    }),
  };
}

function treeOf(form: URLSearchParams): Tree {
  const root: any = {};
  for (const [name, value] of form) {
    const steps = name.split('.');
    let node = root;
    for (const step of steps.slice(0, -1)) node = node[step] = typeof node[step] === 'object' ? node[step] : {};
    node[steps[steps.length - 1]] = value;
  }
  return root;
}

/** The value in a part of the form. What is not of the shape stays as it is, to be refused. */
function valueIn(shape: Shape, tree: Tree): any {
  if (shape.type === 'list') {
    // An empty list is a name without a value.
    if (tree === '') return [];
    return isNode(tree) && isNode(tree.member) ? Object.values(tree.member).map((each) => valueIn(shape.member!.shape, each)) : tree;
  }
  if (!isNode(tree)) return tree;
  if (shape.type === 'map' && isNode(tree.entry)) {
    return Object.fromEntries(Object.values(tree.entry).map(({ key, value }: any) => [key, valueIn(shape.value!.shape, value)]));
  }
  return Object.fromEntries(Object.entries(tree).map(([name, each]) => [name, valueIn(shape.members?.[name]?.shape ?? { type: 'string' }, each)]));
}

function isNode(tree: Tree | undefined): tree is { readonly [step: string]: Tree } {
  return typeof tree === 'object';
}

function toXml(value: any): any {
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return { member: value.map(toXml) };
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined).map(([name, field]) => [name, toXml(field)]));
  }
  return value;
}
