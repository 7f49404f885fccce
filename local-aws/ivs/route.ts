import type { HttpRequest } from '../protocols/protocol';

type Input = Record<string, any>;

/** Which operation of IVS a request asks for. */
export function route({ method, path, query }: HttpRequest, body: Input): { operation: string; input: Input } | undefined {
  const [, first, rest] = /^\/([A-Za-z]+)\/?(.*)$/.exec(path) ?? [];
  if (first !== 'tags') return method === 'POST' && first ? { operation: first, input: body } : undefined;
  const resourceArn = decodeURIComponent(rest);
  if (method === 'POST') return { operation: 'TagResource', input: { resourceArn, ...body } };
  if (method === 'DELETE') return { operation: 'UntagResource', input: { resourceArn, tagKeys: query.getAll('tagKeys') } };
  return { operation: 'ListTagsForResource', input: { resourceArn } };
}
