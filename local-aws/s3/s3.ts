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

/** S3, as far as the CDK CLI publishes assets and custom resources answer: path-style, one region. */
export class S3 implements Service {
  public readonly name = 's3';
  public readonly model = modelOf(__dirname);
  public readonly protocol = restXml(this.model, { ListObjectsV2: 'ListBucketResult', GetBucketLocation: 'LocationConstraint' });
  public readonly invalidInput = 'InvalidArgument';
  public readonly honours = {
    ListObjectsV2: ['Bucket', 'Prefix', 'MaxKeys', 'ContinuationToken'],
    GetBucketLocation: ['Bucket'],
    GetBucketEncryption: ['Bucket'],
    PutObject: ['Bucket', 'Key', 'Body', 'ContentLength', 'ContentType', 'ServerSideEncryption', 'ChecksumAlgorithm', ...Object.keys(CHECKSUMS)],
    GetObject: ['Bucket', 'Key'],
  };

  private readonly buckets = new Map<string, Map<string, StoredObject>>();
  private readonly presigned = new Map<string, PresignedPut>();

  public readonly operations: Record<string, Operation> = {
    ListObjectsV2: async ({ Bucket, Prefix = '', MaxKeys = '1000', ContinuationToken }, call) => {
      await call.authorize('s3:ListBucket', `arn:aws:s3:::${Bucket}`);
      const all = [...this.bucket(Bucket)].filter(([key]) => key.startsWith(Prefix)).sort(([one], [other]) => (one < other ? -1 : 1));
      const invalid = new AwsError('InvalidArgument', 'The continuation token provided is incorrect');
      const { items, next } = pageOf(all, Number(MaxKeys), ContinuationToken, invalid);
      const Contents = items.map(([Key, { body }]) => ({ Key, Size: body.length }));
      return { Name: Bucket, Prefix, KeyCount: items.length, MaxKeys, IsTruncated: next !== undefined, NextContinuationToken: next, Contents };
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
      for (const [member, { name, digest }] of Object.entries(CHECKSUMS)) {
        if (others[member] !== undefined && others[member] !== digest(Body)) throw new AwsError('BadDigest', `The ${name} you specified did not match the calculated checksum.`);
      }
      this.putObject(Bucket, Key, Body, ContentType);
      return { ETag: `"${createHash('md5').update(Body).digest('hex')}"` };
    },
    GetObject: async ({ Bucket, Key }, call) => {
      await call.authorize('s3:GetObject', `arn:aws:s3:::${Bucket}/${Key}`);
      const { body, contentType } = this.object(Bucket, Key);
      return { Body: body, ContentType: contentType };
    },
  };

  constructor(private readonly clock: Clock) {}

  public createBucket(name: string): void {
    this.buckets.set(name, new Map());
  }

  public putObject(bucket: string, key: string, body: Buffer, contentType = 'binary/octet-stream'): void {
    this.bucket(bucket).set(key, { body, contentType });
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
    const object = this.bucket(bucket).get(key);
    if (!object) throw new AwsError('NoSuchKey', 'The specified key does not exist.', 404);
    return object;
  }

  private bucket(name: string): Map<string, StoredObject> {
    const bucket = this.buckets.get(name);
    if (!bucket) throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', 404);
    return bucket;
  }
}
