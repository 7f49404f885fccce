import { createHash } from 'node:crypto';
import { ACCOUNT, LocalAws, REGION } from '../../../local-aws/local-aws';

let aws: LocalAws;
beforeEach(async () => { aws = await LocalAws.start(); });
afterEach(() => aws.stop());

const BUCKET = `cdk-hnb659fds-assets-${ACCOUNT}-${REGION}`;
const sha256 = (body: string) => createHash('sha256').update(body).digest('base64');

const md5 = (body: string) => createHash('md5').update(body).digest('hex');
const elementsIn = (xml: string, name: string) => [...xml.matchAll(new RegExp(`<${name}>(.*?)</${name}>`, 'g'))].map(([, text]) => text);

const send = (method: string, path: string, headers: Record<string, string> = {}, body?: string) => sendTo(method, `/${BUCKET}${path}`, headers, body);

function sendTo(method: string, path: string, headers: Record<string, string> = {}, body?: string): Promise<Response> {
  const authorization = `AWS4-HMAC-SHA256 Credential=${aws.identities.administrator.accessKeyId}/20261126/${REGION}/s3/aws4_request`;
  return fetch(aws.url + path, { method, headers: { authorization, ...headers }, body });
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

test('a list has sizes, digests and dates, and keys beyond a delimiter as one prefix', async () => {
  for (const key of ['a', 'b/1', 'b/2', 'c/1']) await send('PUT', `/${key}`, {}, 'body');
  const list = async (query: string) => (await send('GET', `?list-type=2&${query}`)).text();

  const top = await list('delimiter=/');
  expect(elementsIn(top, 'Key')).toEqual(['a']);
  expect(top.match(/<CommonPrefixes>.*?<\/CommonPrefixes>/g)).toEqual(['b/', 'c/'].map((prefix) => `<CommonPrefixes><Prefix>${prefix}</Prefix></CommonPrefixes>`));
  expect([elementsIn(top, 'Size'), elementsIn(top, 'ETag'), elementsIn(top, 'StorageClass')]).toEqual([['4'], [`&quot;${md5('body')}&quot;`], ['STANDARD']]);
  expect(Date.parse(elementsIn(top, 'LastModified')[0])).toBeGreaterThan(Date.now() - 60_000);
  expect(elementsIn(await list('delimiter=/&prefix=b/'), 'Key')).toEqual(['b/1', 'b/2']);
  expect(elementsIn(await list('start-after=b/1'), 'Key')).toEqual(['b/2', 'c/1']);
  expect(elementsIn(await list('delimiter=/&max-keys=2'), 'KeyCount')).toEqual(['2']);
});

test('a list encodes keys if asked to', async () => {
  await send('PUT', '/with%20space', {}, 'body');

  expect(elementsIn(await (await send('GET', '?list-type=2&encoding-type=url')).text(), 'Key')).toEqual(['with%20space']);
});

test('the checksum that came with an object is answered to those who ask for it', async () => {
  const header = 'x-amz-checksum-sha256';
  const put = await send('PUT', '/key', { [header]: sha256('body') }, 'body');
  const [plain, checked] = [await send('GET', '/key'), await send('GET', '/key', { 'x-amz-checksum-mode': 'ENABLED' })];

  expect([put, plain, checked].map(({ headers }) => headers.get(header))).toEqual([sha256('body'), null, sha256('body')]);
  expect([put, plain].map(({ headers }) => headers.get('etag'))).toEqual([`"${md5('body')}"`, `"${md5('body')}"`]);
});

test('HEAD answers what GET does, without the body', async () => {
  await send('PUT', '/key', { 'content-type': 'text/plain' }, 'body');
  const [got, head, none] = [await send('GET', '/key'), await send('HEAD', '/key'), await send('HEAD', '/other')];

  const headersOf = ({ headers }: Response) => ['content-type', 'content-length', 'etag', 'last-modified'].map((name) => headers.get(name));
  expect([headersOf(head), await head.text()]).toEqual([headersOf(got), '']);
  expect(none.status).toBe(404);
});

test('buckets are listed page by page', async () => {
  const first = await (await sendTo('GET', '/?max-buckets=2')).text();
  const token = elementsIn(first, 'ContinuationToken')[0];
  const second = await (await sendTo('GET', `/?max-buckets=2&continuation-token=${token}`)).text();

  expect([...elementsIn(first, 'Name'), ...elementsIn(second, 'Name')]).toEqual(
    ['eu-west-1', 'us-east-1', 'us-west-2'].map((region) => `cdk-hnb659fds-assets-${ACCOUNT}-${region}`));
  expect(first).toMatch(/^<ListAllMyBucketsResult><Buckets><Bucket><Name>.*<CreationDate>.*<\/Bucket><\/Buckets><Owner><ID>.*<\/Owner>/);
});

test.each([
  ['GET', '/key', { range: 'bytes=0-1' }, 'Range of s3:GetObject'],
  ['GET', '/key?versionId=1', {}, 'VersionId of s3:GetObject'],
  ['GET', '?versions', {}, 'ListObjectVersions'],
  ['DELETE', '/key', {}, 'the operation s3:DeleteObject'],
  ['DELETE', '/key?uploadId=1', {}, 'the operation s3:AbortMultipartUpload'],
  ['GET', '?list-type=2&fetch-owner=true', {}, 'FetchOwner of s3:ListObjectsV2'],
  ['PUT', '/key', { 'x-amz-acl': 'private' }, 'ACL of s3:PutObject'],
  ['PUT', '/key', { 'x-amz-meta-some': 'x' }, 'Metadata of s3:PutObject'],
  ['PUT', '/key', { 'x-amz-server-side-encryption': 'aws:kms' }, 'the ServerSideEncryption aws:kms of s3:PutObject'],
])('%s %s with %j is refused by name', async (method, path, headers: Record<string, string>, name) => {
  const answer = await send(method, path, headers, method === 'PUT' ? 'body' : undefined);

  expect([answer.status, await answer.text()]).toEqual([501, expect.stringContaining(name)]);
});
