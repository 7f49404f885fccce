import { createHash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { AwsError, NotInLocalAws } from '../core/aws-error';
import type { Clock } from '../core/clock';
import { pageOf } from '../core/page';
import type { Operation, Service } from '../endpoint/operation';
import { restXml } from '../protocols/rest-xml';
import { modelOf } from '../protocols/service-model';

interface StoredObject {
  readonly body: Buffer;
  readonly contentType: string;
  readonly modified: Date;
  /** Those that came with it, by the member of the request. */
  readonly checksums: Record<string, string>;
}

interface Bucket {
  readonly created: Date;
  readonly objects: Map<string, StoredObject>;
}

/** An object's way in, without credentials of the sender's own: what CloudFormation hands a custom resource. */
interface PresignedPut {
  readonly expires: number;
  readonly receive: (body: string) => void;
}

/** The checksums that a client may send with a body, in base64. */
const CHECKSUMS: Record<string, { readonly name: string; readonly digest: (body: Buffer) => string }> = {
  ChecksumCRC32: {
    name: 'CRC32',
    digest: (body) => {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(crc32(body));
      return bytes.toString('base64');
    },
  },
  ChecksumSHA256: { name: 'SHA256', digest: (body) => createHash('sha256').update(body).digest('base64') },
};

const INVALID_TOKEN = new AwsError('InvalidArgument', 'The continuation token provided is incorrect');

/** S3, as far as the CDK CLI publishes assets, custom resources answer, and a person looks at both: path-style, one region. */
export class S3 implements Service {
  public readonly name = 's3';
  public readonly model = modelOf(__dirname);
  public readonly protocol = restXml(this.model, { ListBuckets: 'ListAllMyBucketsResult', ListObjectsV2: 'ListBucketResult', GetBucketLocation: 'LocationConstraint' });
  public readonly invalidInput = 'InvalidArgument';
  public readonly honours = {
    ListBuckets: ['MaxBuckets', 'ContinuationToken'],
    ListObjectsV2: ['Bucket', 'Prefix', 'Delimiter', 'StartAfter', 'EncodingType', 'MaxKeys', 'ContinuationToken'],
    GetBucketLocation: ['Bucket'],
    GetBucketEncryption: ['Bucket'],
    PutObject: ['Bucket', 'Key', 'Body', 'ContentLength', 'ContentType', 'ServerSideEncryption', 'ChecksumAlgorithm', ...Object.keys(CHECKSUMS)],
    GetObject: ['Bucket', 'Key', 'ChecksumMode'],
    HeadObject: ['Bucket', 'Key', 'ChecksumMode'],
  };

  private readonly buckets = new Map<string, Bucket>();
  private readonly presigned = new Map<string, PresignedPut>();

  public readonly operations: Record<string, Operation> = {
    ListBuckets: async ({ MaxBuckets = '10000', ContinuationToken }, call) => {
      await call.authorize('s3:ListAllMyBuckets', '*');
      const all = [...this.buckets].sort(byName);
      const { items, next } = pageOf(all, Number(MaxBuckets), ContinuationToken, INVALID_TOKEN);
      const Buckets = items.map(([Name, { created }]) => ({ Name, CreationDate: created }));
      return { Buckets, Owner: { ID: createHash('sha256').update(call.account).digest('hex') }, ContinuationToken: next };
    },
    ListObjectsV2: async (input, call) => {
      const { Bucket, Prefix = '', Delimiter, StartAfter = '', EncodingType, MaxKeys = '1000', ContinuationToken } = input;
      await call.authorize('s3:ListBucket', `arn:aws:s3:::${Bucket}`);
      const found = [...this.bucket(Bucket).objects].filter(([key]) => key.startsWith(Prefix) && key > StartAfter).sort(byName);
      const { items, next } = pageOf(entriesOf(found, Prefix, Delimiter), Number(MaxKeys), ContinuationToken, INVALID_TOKEN);
      const text = (value?: string) => (EncodingType === 'url' && value !== undefined ? encodeURIComponent(value).replaceAll('%2F', '/') : value);
      return {
        Name: Bucket,
        Prefix: text(Prefix),
        Delimiter: text(Delimiter),
        StartAfter: text(input.StartAfter),
        EncodingType,
        KeyCount: items.length,
        MaxKeys,
        IsTruncated: next !== undefined,
        ContinuationToken,
        NextContinuationToken: next,
        Contents: items.flatMap(([key, object]) => (object ? [{ Key: text(key), ...summaryOf(object) }] : [])),
        CommonPrefixes: items.flatMap(([prefix, object]) => (object ? [] : [{ Prefix: text(prefix) }])),
      };
    },
    GetBucketLocation: async ({ Bucket }, call) => {
      await call.authorize('s3:GetBucketLocation', `arn:aws:s3:::${Bucket}`);
      this.bucket(Bucket);
      return {};
    },
    GetBucketEncryption: async ({ Bucket }, call) => {
      await call.authorize('s3:GetEncryptionConfiguration', `arn:aws:s3:::${Bucket}`);
      this.bucket(Bucket);
      return { ServerSideEncryptionConfiguration: { Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }] } };
    },
    PutObject: async ({ Bucket, Key, Body, ContentType, ServerSideEncryption = 'AES256', ...others }, call) => {
      if (call.signature) return this.putPresigned(call.signature, Body, ContentType);
      await call.authorize('s3:PutObject', `arn:aws:s3:::${Bucket}/${Key}`);
      if (ServerSideEncryption !== 'AES256') throw new NotInLocalAws(`the ServerSideEncryption ${ServerSideEncryption} of s3:PutObject`);
      const checksums: Record<string, string> = {};
      for (const [member, { name, digest }] of Object.entries(CHECKSUMS)) {
        if (others[member] === undefined) continue;
        checksums[member] = digest(Body);
        if (others[member] !== checksums[member]) throw new AwsError('BadDigest', `The ${name} you specified did not match the calculated checksum.`);
      }
      this.putObject(Bucket, Key, Body, ContentType, checksums);
      return { ETag: etagOf(Body), ServerSideEncryption, ...checksums };
    },
    GetObject: async ({ Bucket, Key, ChecksumMode }, call) => {
      await call.authorize('s3:GetObject', `arn:aws:s3:::${Bucket}/${Key}`);
      const object = this.object(Bucket, Key);
      return { Body: object.body, ...describedObject(object, ChecksumMode) };
    },
    HeadObject: async ({ Bucket, Key, ChecksumMode }, call) => {
      await call.authorize('s3:GetObject', `arn:aws:s3:::${Bucket}/${Key}`);
      return describedObject(this.object(Bucket, Key), ChecksumMode);
    },
  };

  constructor(private readonly clock: Clock) {}

  public createBucket(name: string): void {
    this.buckets.set(name, { created: this.clock.date(), objects: new Map() });
  }

  public putObject(bucket: string, key: string, body: Buffer, contentType = 'binary/octet-stream', checksums: Record<string, string> = {}): void {
    this.bucket(bucket).objects.set(key, { body, contentType, modified: this.clock.date(), checksums });
  }

  public getObject(bucket: string, key: string): Buffer {
    return this.object(bucket, key).body;
  }

  /** A URL, relative to the endpoint, to which one body may be put until it expires. */
  public presignPut(accessKeyId: string, region: string, path: string, seconds: number, receive: (body: string) => void): string {
    const signature = randomBytes(32).toString('hex');
    this.presigned.set(signature, { expires: this.clock.now() + seconds * 1000, receive });
    const date = this.clock.date().toISOString().replace(/[-:]|\.\d+/g, '');
    const parameters = new URLSearchParams({
      'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
      'X-Amz-Credential': `${accessKeyId}/${date.slice(0, 8)}/${region}/s3/aws4_request`,
      'X-Amz-Date': date,
      'X-Amz-Expires': String(seconds),
      'X-Amz-SignedHeaders': 'host',
      'X-Amz-Signature': signature,
    });
    return `/${path}?${parameters}`;
  }

  private putPresigned(signature: string, body: Buffer, contentType?: string): object {
    const presigned = this.presigned.get(signature);
    if (!presigned || contentType) throw new AwsError('SignatureDoesNotMatch', 'The request signature we calculated does not match the signature you provided.', 403);
    if (this.clock.now() > presigned.expires) throw new AwsError('AccessDenied', 'Request has expired', 403);
    presigned.receive(body.toString());
    return {};
  }

  private object(bucket: string, key: string): StoredObject {
    const object = this.bucket(bucket).objects.get(key);
    if (!object) throw new AwsError('NoSuchKey', 'The specified key does not exist.', 404);
    return object;
  }

  private bucket(name: string): Bucket {
    const bucket = this.buckets.get(name);
    if (!bucket) throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', 404);
    return bucket;
  }
}

/** A key with its object, or a common prefix of keys without one. */
type Entry = [name: string, object?: StoredObject];

/** What a list shows of objects in their order: those beyond the next delimiter give way to their common prefix. */
function entriesOf(objects: [string, StoredObject][], prefix: string, delimiter?: string): Entry[] {
  const entries = new Map<string, StoredObject | undefined>();
  for (const [key, object] of objects) {
    const end = delimiter ? key.indexOf(delimiter, prefix.length) : -1;
    if (end < 0) entries.set(key, object);
    else entries.set(key.slice(0, end + delimiter!.length), undefined);
  }
  return [...entries];
}

function summaryOf({ body, modified, checksums }: StoredObject): object {
  const algorithms = Object.keys(checksums).map((member) => CHECKSUMS[member].name);
  return { LastModified: modified, ETag: etagOf(body), ChecksumAlgorithm: algorithms, Size: body.length, StorageClass: 'STANDARD' };
}

/** An object as the headers of an answer show it, with its checksums if they are asked for. */
function describedObject({ body, contentType, modified, checksums }: StoredObject, checksumMode?: string): object {
  const headers = { ContentType: contentType, ContentLength: body.length, ETag: etagOf(body), LastModified: modified.toUTCString() };
  return { ...headers, ...(checksumMode && checksums) };
}

function etagOf(body: Buffer): string {
  return `"${createHash('md5').update(body).digest('hex')}"`;
}

function byName([one]: [string, unknown], [other]: [string, unknown]): number {
  return one < other ? -1 : 1;
}
