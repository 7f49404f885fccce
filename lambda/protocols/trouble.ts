import type { DescribeSecretResponse } from '@aws-sdk/client-secrets-manager';
import { Metric } from '../../src/contract/metrics';
import { SecretTag } from '../../src/contract/tags';
import type { Aws } from '../aws/aws';
import { CallFailure } from '../aws/call-failure';
import type { StreamKey } from '../aws/ivs';
import { measure } from '../report/log';
import { readMemory } from '../stream-key/memory';
import { tagsOf } from '../stream-key/observe';
import { toldTag, wasTold } from '../stream-key/repairs';

/** Something that only a person can put right. */
export interface Trouble {
  /** Without spaces. */
  readonly name: string;
  readonly why: string;
}

/** The channel with the trouble; key and secret are absent if they were not found. */
export interface Troubled {
  readonly channelArn: string;
  readonly key?: StreamKey;
  readonly secret?: DescribeSecretResponse;
}

/** Counts a trouble, and explains it once a day. */
export async function tellTrouble(aws: Aws, troubled: Troubled, { name, why }: Trouble): Promise<void> {
  const { channelArn, key, secret } = troubled;
  const now = new Date();
  const about = { trouble: name, secretArn: secret?.ARN };
  if (wasTold({ ...key?.tags, ...tagsOf(secret) }, name, now)) return measure('repair still needed', channelArn, { [Metric.REPAIRS_NEEDED]: 1 }, about);
  measure('repair needed', channelArn, { [Metric.REPAIRS_NEEDED]: 1 }, { ...about, why });
  try {
    await remember(aws, troubled, toldTag(name, now));
  } catch (error) {
    // Then it is explained with each look.
    if (!(error instanceof CallFailure)) throw error;
  }
}

/** Remembers it in the secret; in the key if the secret is another channel's, or is scheduled for deletion, when it may take no tags. */
async function remember(aws: Aws, { channelArn, key, secret }: Troubled, tags: Record<string, string>): Promise<void> {
  if (tagsOf(secret)[SecretTag.CHANNEL] === channelArn && !secret!.DeletedDate) return aws.secrets.tag(secret!.ARN!, tags);
  if (key && readMemory(key.tags)?.owner.stack === aws.stack.id) await aws.ivs.tag(key.arn, { ...key.tags, ...tags });
}
