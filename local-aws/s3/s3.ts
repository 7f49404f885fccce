import { createHash, randomBytes } from 'node:crypto';
import { XMLBuilder } from 'fast-xml-parser';
import { AwsError } from '../core/aws-error';
import type { Clock } from '../core/clock';
import type { Operation, Service } from '../endpoint/operation';
import type { HttpResponse, Protocol } from '../protocols/protocol';

/** An object's way in, without credentials of the sender's own: what CloudFormation hands a custom resource. */
interface PresignedPut {
  readonly expires: number;
  readonly receive: (body: string) => void;
}

/** S3, as far as the CDK CLI publishes assets and custom resources answer: path-style, one region. */
export class S3 implements Service {
  public readonly name = 's3';
  public readonly protocol = restXml;

  private readonly buckets = new Map<string, Map<string, Buffer>>();
  private readonly presigned = new Map<string, PresignedPut>();

  public readonly operations: Record<string, Operation> = {
    ListObjectsV2: async ({ bucket, prefix, maxKeys }, call) => {
      await call.authorize('s3:ListBucket', `arn:aws:s3:::${bucket}`);
      const keys = [...this.bucket(bucket).keys()].filter((key) => key.startsWith(prefix)).slice(0, maxKeys);
      const Contents = keys.map((Key) => ({ Key, Size: this.bucket(bucket).get(Key)!.length }));
      return { root: 'ListBucketResult', xml: { Name: bucket, Prefix: prefix, KeyCount: keys.length, MaxKeys: maxKeys, IsTruncated: false, Contents } };
    },
    GetBucketLocation: async ({ bucket }, call) => {
      await call.authorize('s3:GetBucketLocation', `arn:aws:s3:::${bucket}`);
      this.bucket(bucket);
      return { root: 'LocationConstraint', xml: {} };
    },
    GetBucketEncryption: async ({ bucket }, call) => {
      await call.authorize('s3:GetEncryptionConfiguration', `arn:aws:s3:::${bucket}`);
      const SSEAlgorithm = 'AES256';
      return { root: 'ServerSideEncryptionConfiguration', xml: { Rule: { ApplyServerSideEncryptionByDefault: { SSEAlgorithm } } } };
    },
    PutObject: async ({ bucket, key, body, contentType, signature }, call) => {
      if (signature) return this.putPresigned(signature, body, contentType);
      await call.authorize('s3:PutObject', `arn:aws:s3:::${bucket}/${key}`);
      this.putObject(bucket, key, body);
      return { headers: { etag: `"${createHash('md5').update(body).digest('hex')}"` } };
    },
    GetObject: async ({ bucket, key }, call) => {
      await call.authorize('s3:GetObject', `arn:aws:s3:::${bucket}/${key}`);
      return { body: this.getObject(bucket, key) };
    },
  };

  constructor(private readonly clock: Clock) {}

  public createBucket(name: string): void {
    this.buckets.set(name, new Map());
  }

  public putObject(bucket: string, key: string, body: Buffer): void {
    this.bucket(bucket).set(key, body);
  }

  public getObject(bucket: string, key: string): Buffer {
    const body = this.bucket(bucket).get(key);
    if (!body) throw new AwsError('NoSuchKey', 'The specified key does not exist.', 404);
    return body;
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

  private bucket(name: string): Map<string, Buffer> {
    const bucket = this.buckets.get(name);
    if (!bucket) throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', 404);
    return bucket;
  }
}

const builder = new XMLBuilder();

const restXml: Protocol = {
  parse: ({ method, path, query, headers, body }) => {
    const [, bucket, key] = /^\/([^/]+)\/?(.*)$/.exec(decodeURIComponent(path)) ?? [];
    if (!bucket) return undefined;
    if (key) {
      const signature = query.get('X-Amz-Signature');
      if (method === 'PUT') return { operation: 'PutObject', input: { bucket, key, body, signature, contentType: headers['content-type'] } };
      if (method === 'GET') return { operation: 'GetObject', input: { bucket, key } };
    } else if (method === 'GET') {
      if (query.has('location')) return { operation: 'GetBucketLocation', input: { bucket } };
      if (query.has('encryption')) return { operation: 'GetBucketEncryption', input: { bucket } };
      if (query.get('list-type') === '2') {
        return { operation: 'ListObjectsV2', input: { bucket, prefix: query.get('prefix') ?? '', maxKeys: Number(query.get('max-keys') ?? 1000) } };
      }
    }
    return undefined;
  },
  success: (_operation, { headers = {}, body = '', root, xml }): HttpResponse =>
    root ? { status: 200, headers: { 'content-type': 'application/xml' }, body: builder.build({ [root]: xml }) } : { status: 200, headers, body },
  failure: ({ code, message, status }, RequestId) => ({
    status,
    headers: { 'content-type': 'application/xml' },
    body: builder.build({ Error: { Code: code, Message: message, RequestId } }),
  }),
};
