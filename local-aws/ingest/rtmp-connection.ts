/// <reference path="./node-media-server.d.ts" />
import type { Duplex } from 'node:stream';
import logger from 'node-media-server/src/core/logger.js';
import Rtmp from 'node-media-server/src/protocol/rtmp.js';
import type { Ivs } from '../ivs/ivs';
import { IvsStream, StreamRefused } from '../ivs/streams';

// It prints messages that it does not know, and they hold stream keys.
logger.log = () => {};

/** One RTMP connection of an encoder. Only a publisher with a valid key is accepted. */
export class RtmpConnection extends Rtmp {
  private stream?: IvsStream;
  private receivedBytes = 0;

  constructor(private readonly ivs: Ivs, private readonly socket: Duplex) {
    super();
    this.onOutputCallback = (bytes) => void socket.write(bytes);
    socket.on('data', (bytes: Buffer) => this.receive(bytes));
    socket.on('close', () => this.end());
  }

  /** Decides before the encoder hears that it may start. */
  protected onPublish(message: { readonly streamName: string }): void {
    try {
      if (this.streamApp !== 'app') throw new StreamRefused('The application is app.');
      this.stream = this.ivs.startStream(message.streamName, { disconnect: () => this.socket.destroy() });
    } catch (error) {
      if (!(error instanceof StreamRefused)) throw error;
      this.sendStatusMessage(this.parserPacket.header.stream_id, 'error', 'NetStream.Publish.BadName', error.message);
      this.socket.end();
      return;
    }
    super.onPublish(message);
  }

  /** Nothing is played from an ingest. */
  protected onPlay(): void {
    this.socket.destroy();
  }

  private receive(bytes: Buffer): void {
    try {
      this.parserData(bytes);
      this.receivedBytes += bytes.length;
      // ffmpeg looks for an answer after every few messages. Through a proxy its look waits until there is one.
      if (this.stream) this.sendACK(this.receivedBytes);
    } catch (error) {
      console.error('local ingest:', error);
      this.socket.destroy();
    }
  }

  /** Ends this connection's stream, but not one that has begun since StopStream has ended it. */
  private end(): void {
    if (this.stream && this.ivs.streamOf(this.stream.channelArn) === this.stream) this.ivs.endStream(this.stream.channelArn);
  }
}
