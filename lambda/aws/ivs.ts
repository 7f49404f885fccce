import {
  Channel, CreateStreamKeyCommand, DeleteStreamKeyCommand, GetChannelCommand, GetStreamCommand, GetStreamKeyCommand, GetStreamSessionCommand,
  IvsClient, ListStreamKeysCommand, StopStreamCommand, TagResourceCommand, UntagResourceCommand,
} from '@aws-sdk/client-ivs';
import { CloudFormationResource, resourceIn, Tags, withoutAwsTags } from './aws-tags';
import { CallFailure, isNameNotFound, NoEndpoint } from './call-failure';
import type { Calls } from './calls';
import type { KnownKeys } from './known-keys';
import { rememberForRedaction } from './redaction';
import type { Retryable } from './retry-budget';
import { IVS_REGIONS } from '../../src/contract/ivs-regions';

/** A stream key as ListStreamKeys shows it. */
export interface StreamKey {
  readonly arn: string;
  /** Without the tags of AWS, which no caller may set or remove. */
  readonly tags: Tags;
  /** The CloudFormation resource that the key was created for. */
  readonly madeFor?: CloudFormationResource;
}

/** A stream key with its value. */
export interface OpenStreamKey {
  readonly arn: string;
  readonly value: string;
}

/** A running broadcast. */
export interface LiveStream {
  readonly id: string;
  readonly startTime?: Date;
}

/** The latest broadcast of a channel. */
export interface StreamSession {
  readonly id: string;
  /** Absent while it is live, and for a moment afterwards. */
  readonly endTime?: Date;
}

/** The milliseconds during which IVS may show a channel's key as it was before a change. Undocumented; others have seen 24 seconds. */
export const LISTING_LAG = 25_000;

// The clients outlive an invocation, and with them their open connections.
const clients = new Map<string, IvsClient>();

/** A channel is called in its own region, which need not be the stack's. */
function clientIn(region: string): IvsClient {
  const client = clients.get(region) ?? new IvsClient({ region, maxAttempts: 1 });
  clients.set(region, client);
  return client;
}

/** The calls to Amazon IVS. */
export class Ivs {
  constructor(private readonly calls: Calls, private readonly keys: KnownKeys) {}

  /** The one stream key that a channel may have. Polls while the answer is older than a change made here. */
  public async findStreamKey(channelArn: string): Promise<StreamKey | undefined> {
    let shown: StreamKey | undefined;
    const isUpToDate = async () => {
      shown = await this.listStreamKey(channelArn);
      return !this.keys.isOutdated(channelArn, shown?.arn);
    };
    if (!await this.calls.budget.waitUntil(isUpToDate, LISTING_LAG)) this.keys.giveUp(channelArn);
    return shown && this.keys.isDeleted(shown.arn) ? undefined : shown;
  }

  public async getChannel(arn: string): Promise<Channel> {
    const { channel } = await this.attempt('GetChannel', arn, (ivs, options) => ivs.send(new GetChannelCommand({ arn }), options));
    rememberForRedaction(channel!.srt?.passphrase ?? '');
    return channel!;
  }

  public async createStreamKey(channelArn: string, tags: Tags): Promise<OpenStreamKey> {
    const { streamKey } = await this.attempt('CreateStreamKey', channelArn, (ivs, options) => ivs.send(new CreateStreamKeyCommand({ channelArn, tags }), options));
    this.keys.noteCreated(channelArn, streamKey!.arn!);
    return { arn: streamKey!.arn!, value: rememberForRedaction(streamKey!.value!) };
  }

  // A refused call on a key is not repeated here but by `unlessChanged`, which looks at the key first.

  public async getStreamKey(arn: string): Promise<OpenStreamKey> {
    const { streamKey } = await this.attempt('GetStreamKey', arn, (ivs, options) => ivs.send(new GetStreamKeyCommand({ arn }), options), this.calls.unlessRefused);
    return { arn, value: rememberForRedaction(streamKey!.value!) };
  }

  public async deleteStreamKey(arn: string): Promise<void> {
    try {
      await this.attempt('DeleteStreamKey', arn, (ivs, options) => ivs.send(new DeleteStreamKeyCommand({ arn }), options), this.calls.unlessRefused);
    } catch (error) {
      if (error instanceof CallFailure && error.isNotFound) this.keys.noteDeleted(arn);
      throw error;
    }
    this.keys.noteDeleted(arn);
  }

  public async tag(resourceArn: string, tags: Tags): Promise<void> {
    await this.attempt('TagResource', resourceArn, (ivs, options) => ivs.send(new TagResourceCommand({ resourceArn, tags }), options), this.calls.unlessRefused);
  }

  public async untag(resourceArn: string, tagKeys: string[]): Promise<void> {
    await this.attempt('UntagResource', resourceArn, (ivs, options) => ivs.send(new UntagResourceCommand({ resourceArn, tagKeys }), options), this.calls.unlessRefused);
  }

  /** The running broadcast of a channel. */
  public async findStream(channelArn: string): Promise<LiveStream | undefined> {
    const { stream } = await unlessOffline(this.attempt('GetStream', channelArn, (ivs, options) => ivs.send(new GetStreamCommand({ channelArn }), options)));
    return stream && stream.state !== 'OFFLINE' ? { id: stream.streamId!, startTime: stream.startTime } : undefined;
  }

  /** The latest broadcast of a channel, live or ended; undefined if IVS knows of none. */
  public async findLatestSession(channelArn: string): Promise<StreamSession | undefined> {
    try {
      const { streamSession } = await this.attempt('GetStreamSession', channelArn, (ivs, options) => ivs.send(new GetStreamSessionCommand({ channelArn }), options));
      return { id: streamSession!.streamId!, endTime: streamSession!.endTime };
    } catch (error) {
      if (error instanceof CallFailure && error.isNotFound) return undefined;
      throw error;
    }
  }

  /** Disconnects the encoder, which then reconnects by itself. */
  public async stopStream(channelArn: string): Promise<void> {
    await unlessOffline(this.attempt('StopStream', channelArn, (ivs, options) => ivs.send(new StopStreamCommand({ channelArn }), options)));
  }

  private async listStreamKey(channelArn: string): Promise<StreamKey | undefined> {
    const input = { channelArn, maxResults: 50 };
    const { streamKeys } = await this.attempt('ListStreamKeys', channelArn, (ivs, options) => ivs.send(new ListStreamKeysCommand(input), options));
    const key = streamKeys?.[0];
    return key && { arn: key.arn!, tags: withoutAwsTags(key.tags ?? {}), madeFor: resourceIn(key.tags ?? {}) };
  }

  private async attempt<T>(
    operation: string, arn: string, send: (ivs: IvsClient, options: { abortSignal: AbortSignal }) => Promise<T>, retryable?: Retryable,
  ): Promise<T> {
    const region = arn.split(':')[3];
    return this.calls.attempt(`ivs:${operation}`, async (options) => {
      try {
        return await send(clientIn(region), options);
      } catch (error) {
        throw isNameNotFound(error) && !IVS_REGIONS.includes(region) ? new NoEndpoint(error) : error;
      }
    }, retryable);
  }
}

/** An offline channel is no failure: it has no stream, or the stream has ended. */
async function unlessOffline<T>(call: Promise<T>): Promise<Partial<T>> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof CallFailure && error.name === 'ChannelNotBroadcasting') return {};
    throw error;
  }
}
