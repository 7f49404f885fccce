import { randomBytes } from 'node:crypto';
import type { IvsChannel } from './channel';
import { HONOURS } from './honours';
import { IvsStreamKey, IvsStreamKeys } from './stream-keys';
import { streamOperations } from './stream-operations';
import { Encoder, IvsStream, IvsStreams, StreamRefused } from './streams';
import { defaultPreset, invalidToken, validateChannel, validateTagKeys, validateTags } from './validation';
import { AwsError } from '../core/aws-error';
import type { Clock } from '../core/clock';
import { pageOf } from '../core/page';
import type { Call, Operation, Service } from '../endpoint/operation';
import type { EventBus } from '../eventbridge/event-bus';
import type { Variants } from '../faults/variants';
import { restJson } from '../protocols/rest-json';
import { modelOf } from '../protocols/service-model';

export type { IvsChannel } from './channel';
export type { IvsStreamKey } from './stream-keys';

/** Amazon IVS low-latency streaming: channels, their stream keys and their streams. */
export class Ivs implements Service {
  public readonly name = 'ivs';
  public readonly rate = 5;
  public readonly model = modelOf(__dirname);
  public readonly protocol = restJson(this.model);
  public readonly honours = HONOURS;

  public readonly streamKeys: IvsStreamKeys;
  public readonly streams: IvsStreams;

  private readonly channels = new Map<string, IvsChannel>();

  public readonly operations: Record<string, Operation> = {
    CreateChannel: async (input, call) => {
      await call.authorize('ivs:CreateChannel', this.arn(call.region, 'channel', '*'), { requestTags: input.tags });
      validateTags(input.tags);
      const channel = this.createChannel(call.region, input);
      return { channel, streamKey: this.createStreamKey(channel.arn, {}) };
    },
    GetChannel: async ({ arn }, call) => {
      await call.authorize('ivs:GetChannel', arn, { resourceTags: this.tagsOf(arn) });
      return { channel: this.channel(arn, call.region) };
    },
    ListChannels: async ({ filterByName, maxResults = 100, nextToken }, call) => {
      await call.authorize('ivs:ListChannels', this.arn(call.region, 'channel', '*'));
      const found = this.allChannels.filter(({ arn, name }) => arn.split(':')[3] === call.region && name === (filterByName ?? name));
      const { items, next } = pageOf(found, maxResults, nextToken, invalidToken(nextToken));
      return { channels: items.map(summaryOf), nextToken: next };
    },
    UpdateChannel: async ({ arn, ...changes }, call) => {
      await call.authorize('ivs:UpdateChannel', arn, { resourceTags: this.tagsOf(arn) });
      return { channel: this.updateChannel(this.channel(arn, call.region).arn, changes) };
    },
    DeleteChannel: async ({ arn }, call) => {
      await call.authorize('ivs:DeleteChannel', arn, { resourceTags: this.tagsOf(arn) });
      this.deleteChannel(this.channel(arn, call.region).arn);
    },
    CreateStreamKey: async ({ channelArn, tags = {} }, call) => {
      const anyKey = this.arn(call.region, 'stream-key', '*');
      if (this.variants.createStreamKeyOn === 'stream-key') await call.authorize('ivs:CreateStreamKey', anyKey, { requestTags: tags });
      else await call.authorize('ivs:CreateStreamKey', channelArn, { requestTags: tags, resourceTags: this.tagsOf(channelArn), isUnreferenced: true });
      if (this.variants.createAsksForTagging && Object.keys(tags).length) await call.authorize('ivs:TagResource', anyKey, { requestTags: tags });
      validateTags(tags);
      this.channel(channelArn, call.region);
      return { streamKey: this.createStreamKey(channelArn, tags) };
    },
    GetStreamKey: async ({ arn }, call) => ({ streamKey: await this.authorizedKey(arn, call, this.streamKeys.shownAs(arn)) }),
    // A channel has one key at most, which every page has room for.
    ListStreamKeys: async ({ channelArn }, call) => {
      await call.authorize('ivs:ListStreamKeys', channelArn, { resourceTags: this.tagsOf(channelArn) });
      this.channel(channelArn, call.region);
      const key = this.streamKeys.shown(channelArn);
      return { streamKeys: key ? [{ arn: key.arn, channelArn, tags: key.tags }] : [] };
    },
    DeleteStreamKey: async ({ arn }, call) => {
      this.deleteStreamKey((await this.authorizedKey(arn, call, this.streamKeys.find(arn))).arn);
    },
    TagResource: async ({ resourceArn, tags }, call) => {
      await call.authorize('ivs:TagResource', resourceArn, { resourceTags: this.tagsOf(resourceArn), requestTags: tags });
      const resource = this.taggedOrThrow(resourceArn);
      validateTags(tags, resource.tags);
      Object.assign(resource.tags, tags);
    },
    UntagResource: async ({ resourceArn, tagKeys }, call) => {
      await call.authorize('ivs:UntagResource', resourceArn, { resourceTags: this.tagsOf(resourceArn), tagKeys });
      validateTagKeys(tagKeys);
      for (const key of tagKeys) delete this.taggedOrThrow(resourceArn).tags[key];
    },
    ListTagsForResource: async ({ resourceArn }, call) => {
      await call.authorize('ivs:ListTagsForResource', resourceArn, { resourceTags: this.tagsOf(resourceArn) });
      return { tags: this.taggedOrThrow(resourceArn).tags };
    },
    ...streamOperations(this),
  };

  constructor(private readonly account: string, clock: Clock, events: EventBus, private readonly variants: Variants) {
    this.streamKeys = new IvsStreamKeys(clock, variants);
    this.streams = new IvsStreams(clock, events, () => variants.streamEndLag);
  }

  /** A channel without a stream key, as CloudFormation makes it. */
  public createChannel(region: string, input: Partial<IvsChannel>): IvsChannel {
    validateChannel(input);
    const id = randomBytes(6).toString('hex');
    const channel: IvsChannel = {
      arn: this.arn(region, 'channel', id),
      name: '',
      latencyMode: 'LOW',
      type: 'STANDARD',
      authorized: false,
      insecureIngest: false,
      recordingConfigurationArn: '',
      containerFormat: 'TS',
      ...input,
      preset: input.preset || defaultPreset(input.type ?? 'STANDARD'),
      ingestEndpoint: `${id}.global-contribute.live-video.net`,
      playbackUrl: `https://${id}.${region}.playback.live-video.net/api/video/v1/${region}.${this.account}.channel.${id}.m3u8`,
      srt: srtOf(id, input.insecureIngest),
      tags: input.tags ?? {},
    };
    this.channels.set(channel.arn, channel);
    return channel;
  }

  public updateChannel(arn: string, input: Partial<IvsChannel>): IvsChannel {
    const channel = this.channel(arn, arn.split(':')[3]);
    const { type } = { ...channel, ...input };
    // A preset that is not selected goes with the type that it was for.
    const selected = input.preset ?? (type === channel.type ? channel.preset : '');
    validateChannel({ ...channel, ...input, preset: selected });
    this.streams.demandOffline(arn);
    const srt = (input.insecureIngest ?? channel.insecureIngest) === channel.insecureIngest ? channel.srt : srtOf(arn.split('/')[1], input.insecureIngest);
    return Object.assign(channel, input, { srt, preset: selected || defaultPreset(type) });
  }

  /** With the channel goes its stream key. */
  public deleteChannel(arn: string): void {
    this.streams.demandOffline(arn);
    const key = this.streamKeyOf(arn);
    if (key) this.deleteStreamKey(key.arn);
    this.channels.delete(arn);
  }

  public createStreamKey(channelArn: string, tags: Record<string, string>): IvsStreamKey {
    return this.streamKeys.create(this.arn(channelArn.split(':')[3], 'stream-key', randomBytes(6).toString('hex')), channelArn, tags);
  }

  /** Does nothing if the key has gone. Whether a session that runs with it goes on is a variant. */
  public deleteStreamKey(arn: string): void {
    const key = this.streamKeys.find(arn);
    if (!key) return;
    this.streamKeys.delete(key);
    if (this.variants.deleteEndsSession) this.streams.cutOff(key);
  }

  public streamKeyOf(channelArn: string): IvsStreamKey | undefined {
    return this.streamKeys.of(channelArn);
  }

  /** The ingest's question when an encoder connects. */
  public accepts(streamKey: string): boolean {
    return this.allStreamKeys.some(({ value }) => value === streamKey);
  }

  /** An encoder connects. Throws `StreamRefused` if it is not let in. */
  public startStream(streamKey: string, encoder?: Encoder): IvsStream {
    // Encoders may append a priority to the key, by which IVS chooses between two.
    const value = streamKey.replace(/\?priority=\d+$/, '');
    const key = this.allStreamKeys.find((candidate) => candidate.value === value);
    if (!key) throw new StreamRefused('No channel has this stream key.');
    return this.streams.start(this.channel(key.channelArn, key.channelArn.split(':')[3]), key, encoder);
  }

  /** The encoder has gone. */
  public endStream(channelArn: string): void {
    this.streams.end(channelArn);
  }

  public streamOf(channelArn: string): IvsStream | undefined {
    return this.streams.of(channelArn);
  }

  public get allChannels(): IvsChannel[] {
    return [...this.channels.values()];
  }

  public get allStreamKeys(): IvsStreamKey[] {
    return this.streamKeys.all;
  }

  /** Throws what IVS answers if the region has no such channel. */
  public channel(arn: string, region: string): IvsChannel {
    const channel = this.channels.get(arn);
    if (!channel || arn.split(':')[3] !== region) throw notFound(arn);
    return channel;
  }

  /** The tags of a channel or a stream key, which policies may ask for. */
  public tagsOf(arn: string): Record<string, string> | undefined {
    return this.tagged(arn)?.tags;
  }

  /** @param key the key of that ARN, as far as the operation sees one */
  private async authorizedKey(arn: string, call: Call, key?: IvsStreamKey): Promise<IvsStreamKey> {
    await call.authorize(`ivs:${call.operation}`, arn, { resourceTags: key?.tags });
    if (!key) throw notFound(arn);
    return key;
  }

  private tagged(arn: string): IvsChannel | IvsStreamKey | undefined {
    return this.channels.get(arn) ?? this.streamKeys.find(arn);
  }

  private taggedOrThrow(arn: string): IvsChannel | IvsStreamKey {
    const resource = this.tagged(arn);
    if (!resource) throw notFound(arn);
    return resource;
  }

  private arn(region: string, type: string, id: string): string {
    return `arn:aws:ivs:${region}:${this.account}:${type}/${id}`;
  }
}

/** A channel as ListChannels shows it. */
function summaryOf(channel: IvsChannel): Partial<IvsChannel> {
  const { ingestEndpoint: _1, playbackUrl: _2, srt: _3, containerFormat: _4, multitrackInputConfiguration: _5, ...summary } = channel;
  return summary;
}

function srtOf(channelId: string, insecureIngest = false): IvsChannel['srt'] {
  const endpoint = `${channelId}.srt.live-video.net`;
  return insecureIngest ? { endpoint } : { endpoint, passphrase: randomBytes(16).toString('hex') };
}

function notFound(arn: string): AwsError {
  return new AwsError('ResourceNotFoundException', `Resource: ${arn} not found`, 404);
}
