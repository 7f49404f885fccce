import { createHash } from 'node:crypto';
import { ACCOUNT, LocalAws, REGION } from '../../../local-aws/local-aws';

let aws: LocalAws;
beforeEach(async () => { aws = await LocalAws.start(); });
afterEach(() => aws.stop());

const BUCKET = `cdk-hnb659fds-assets-${ACCOUNT}-${REGION}`;
const sha256 = (body: string) => createHash('sha256').update(body).digest('base64');

function send(method: string, path: string, headers: Record<string, string> = {}, body?: string): Promise<Response> {
  const authorization = `AWS4-HMAC-SHA256 Credential=${aws.identities.administrator.accessKeyId}/20261126/${REGION}/s3/aws4_request`;
  return fetch(`${aws.url}/${BUCKET}${path}`, { method, headers: { authorization, ...headers }, body });
}

test('an object keeps its body and its type, whatever its key', async () => {
  const key = '/some/key%20with%20%C3%A4';
  await send('PUT', key, { 'content-type': 'text/plain', 'x-amz-checksum-sha256': sha256('body') }, 'body');
  const answer = await send('GET', key);

  expect([answer.headers.get('content-type'), await answer.text()]).toEqual(['text/plain', 'body']);
});

test('a body that does not match its checksum is refused, and not kept', async () => {
  for (const header of ['x-amz-checksum-sha256', 'x-amz-checksum-crc32']) {
    const answer = await send('PUT', '/key', { [header]: sha256('another body') }, 'body');
    expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining('<Code>BadDigest</Code>')]);
  }
  expect((await send('GET', '/key')).status).toBe(404);
});

test('a list comes in pages', async () => {
  for (const key of ['a1', 'b', 'a2', 'a3']) await send('PUT', `/${key}`, {}, 'body');

  const first = await (await send('GET', '?list-type=2&prefix=a&max-keys=2')).text();
  const token = /<NextContinuationToken>(.+)<\/NextContinuationToken>/.exec(first)?.[1];
  const second = await (await send('GET', `?list-type=2&prefix=a&max-keys=2&continuation-token=${token}`)).text();

  expect([first, second].map((page) => page.match(/(?<=<Key>).+?(?=<)/g))).toEqual([['a1', 'a2'], ['a3']]);
  expect(second).toContain('<IsTruncated>false</IsTruncated>');
});

test.each([
  ['GET', '/key', { range: 'bytes=0-1' }, 'Range of s3:GetObject'],
  ['GET', '/key?versionId=1', {}, 'VersionId of s3:GetObject'],
  ['GET', '?versions', {}, 'ListObjectVersions'],
  ['PUT', '/key', { 'x-amz-acl': 'private' }, 'ACL of s3:PutObject'],
  ['PUT', '/key', { 'x-amz-meta-some': 'x' }, 'Metadata of s3:PutObject'],
  ['PUT', '/key', { 'x-amz-server-side-encryption': 'aws:kms' }, 'the ServerSideEncryption aws:kms of s3:PutObject'],
])('%s %s with %j is refused by name', async (method, path, headers: Record<string, string>, name) => {
  const answer = await send(method, path, headers, method === 'PUT' ? 'body' : undefined);

  expect([answer.status, await answer.text()]).toEqual([501, expect.stringContaining(name)]);
});
