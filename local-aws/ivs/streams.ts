import { randomBytes } from 'node:crypto';
import type { IvsChannel } from './channel';
import type { IvsStreamKey } from './stream-keys';
import { AwsError } from '../core/aws-error';
import type { Clock } from '../core/clock';
import type { EventBus } from '../eventbridge/event-bus';

const LETTERS_AND_DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

export interface IvsStream {
  readonly channelArn: string;
  readonly streamId: string;
  readonly playbackUrl: string;
  readonly startTime: Date;
  readonly state: 'LIVE';
  health: 'HEALTHY' | 'STARVING' | 'UNKNOWN';
  viewerCount: number;
}

/** The sender of a stream, as far as IVS can reach it. */
export interface Encoder {
  /** Cuts the connection. */
  disconnect(): void;
}

/** Why an encoder is not let in. */
export class StreamRefused extends Error {}

/** A broadcast of the past or the present. */
export interface StreamSession {
  readonly stream: IvsStream;
  readonly ended?: Date;
  /** When the end becomes visible. Milliseconds since the epoch. */
  readonly endShown?: number;
}

interface Session {
  readonly channel: IvsChannel;
  readonly keyArn: string;
  readonly stream: IvsStream;
  readonly encoder?: Encoder;
}

/** The live streams of the channels, and what EventBridge is told of them. */
export class IvsStreams {
  private readonly live = new Map<string, Session>();
  private readonly ended = new Map<string, { stream: IvsStream; shownUntil: number }>();
  /** The latest session of each channel. */
  private readonly latest = new Map<string, StreamSession>();

  /**
   * @param clock tells the times
   * @param events hears of every start and end
   * @param endLag how many milliseconds a stream is still shown that has ended
   */
  constructor(private readonly clock: Clock, private readonly events: EventBus, private readonly endLag: () => number) {}

  public start(channel: IvsChannel, key: IvsStreamKey, encoder?: Encoder): IvsStream {
    if (this.live.has(channel.arn)) throw new StreamRefused(`The channel ${channel.arn} is live already.`);
    const stream: IvsStream = {
      channelArn: channel.arn,
      streamId: `st-1${Array.from(randomBytes(22), (byte) => LETTERS_AND_DIGITS[byte % LETTERS_AND_DIGITS.length]).join('')}`,
      playbackUrl: channel.playbackUrl,
      startTime: this.clock.date(),
      state: 'LIVE',
      health: 'HEALTHY',
      viewerCount: 0,
    };
    const session = { channel, keyArn: key.arn, stream, encoder };
    this.live.set(channel.arn, session);
    this.ended.delete(channel.arn);
    this.latest.set(channel.arn, { stream });
    this.publish(session, 'Session Created', 'Stream Start');
    return stream;
  }

  /** Does nothing if the channel is offline: StopStream may have come before the encoder went. */
  public end(channelArn: string): void {
    const session = this.live.get(channelArn);
    if (!session) return;
    this.live.delete(channelArn);
    const shownUntil = this.clock.now() + this.endLag();
    this.ended.set(channelArn, { stream: session.stream, shownUntil });
    this.latest.set(channelArn, { stream: session.stream, ended: this.clock.date(), endShown: shownUntil });
    this.publish(session, 'Stream End', 'Session Ended');
  }

  /** Ends the session that runs with a key, if there is one. */
  public cutOff({ arn, channelArn }: IvsStreamKey): void {
    if (this.live.get(channelArn)?.keyArn === arn) this.stop(channelArn);
  }

  /** Cuts the encoder off. */
  public stop(channelArn: string): void {
    const session = this.live.get(channelArn);
    if (!session) throw notBroadcasting(channelArn);
    this.end(channelArn);
    session.encoder?.disconnect();
  }

  public of(channelArn: string): IvsStream | undefined {
    return this.live.get(channelArn)?.stream;
  }

  /** The channel's stream as IVS shows it, which may be outdated. */
  public shown({ arn }: IvsChannel): IvsStream {
    const stream = this.allShown.find(({ channelArn }) => channelArn === arn);
    if (!stream) throw notBroadcasting(arn);
    return stream;
  }

  /** The channel's latest session, live or ended; the end of one may not be visible yet. */
  public latestSession(channelArn: string): { stream: IvsStream; ended?: Date } | undefined {
    const { stream, ended, endShown = 0 } = this.latest.get(channelArn) ?? {};
    return stream && { stream, ended: this.clock.now() >= endShown ? ended : undefined };
  }

  public get allShown(): IvsStream[] {
    const lingering = [...this.ended.values()].filter(({ shownUntil }) => this.clock.now() < shownUntil);
    return [...this.live.values(), ...lingering].map(({ stream }) => stream);
  }

  /** A live channel is neither changed nor deleted. */
  public demandOffline(channelArn: string): void {
    if (this.live.has(channelArn)) throw new AwsError('ConflictException', `Channel: ${channelArn} is live. Stop its stream first.`, 409);
  }

  private publish({ channel, stream }: Session, ...names: string[]): void {
    for (const name of names) {
      this.events.publish({
        'source': 'aws.ivs',
        'detail-type': 'IVS Stream State Change',
        'region': channel.arn.split(':')[3],
        'resources': [channel.arn],
        'detail': { event_name: name, channel_name: channel.name, stream_id: stream.streamId },
        'time': this.clock.date(),
      });
    }
  }
}

function notBroadcasting(channelArn: string): AwsError {
  return new AwsError('ChannelNotBroadcasting', `Channel: ${channelArn} is not broadcasting`, 404);
}
