import {
  CreateStreamKeyCommand, DeleteStreamKeyCommand, GetStreamKeyCommand, ListStreamKeysCommand, StreamKeySummary,
} from '@aws-sdk/client-ivs';
import type { Context } from './observation';

/** A stream key that an observation has made. The value goes to an encoder and nowhere else. */
export interface MadeKey {
  readonly arn: string;
  readonly value: string;
}

export async function createKey({ ivs }: Pick<Context, 'ivs'>, channelArn: string, tags?: Record<string, string>): Promise<MadeKey> {
  const { streamKey } = await ivs.send(new CreateStreamKeyCommand({ channelArn, tags }));
  return { arn: streamKey!.arn!, value: streamKey!.value! };
}

export async function deleteKey({ ivs }: Pick<Context, 'ivs'>, arn: string): Promise<void> {
  await ivs.send(new DeleteStreamKeyCommand({ arn }));
}

/** The channel's key as ListStreamKeys shows it. */
export async function listedKey({ ivs }: Pick<Context, 'ivs'>, channelArn: string): Promise<StreamKeySummary | undefined> {
  const { streamKeys } = await ivs.send(new ListStreamKeysCommand({ channelArn, maxResults: 50 }));
  return streamKeys?.[0];
}

/** Whether GetStreamKey finds the key. */
export async function isFound({ ivs }: Pick<Context, 'ivs'>, arn: string): Promise<boolean> {
  try {
    await ivs.send(new GetStreamKeyCommand({ arn }));
    return true;
  } catch (error) {
    if ((error as Error).name === 'ResourceNotFoundException') return false;
    throw error;
  }
}

/** A stream key, and for how many milliseconds the quota refused it. */
export interface LateKey extends MadeKey {
  readonly refusedFor: number;
}

/** Creates a key, and again while the quota says that there is one. */
export async function createWithinQuota(context: Context, channelArn: string): Promise<LateKey> {
  const start = Date.now();
  let isRefused = false;
  const key = await context.waiting.until(context.paces.lag, async () => {
    try {
      return await createKey(context, channelArn);
    } catch (error) {
      if ((error as Error).name !== 'ServiceQuotaExceededException') throw error;
      isRefused = true;
      return undefined;
    }
  });
  if (!key) throw new Error(`CreateStreamKey was refused for ${context.paces.lag.longest} ms after DeleteStreamKey`);
  return { ...key, refusedFor: isRefused ? Date.now() - start : 0 };
}
