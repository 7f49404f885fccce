/** The parts of node-media-server that the ingest takes; it has no types of its own. */
declare module 'node-media-server/src/protocol/rtmp.js' {
  /** One RTMP connection: bytes in by `parserData`, bytes out by `onOutputCallback`. */
  class Rtmp {
    public onOutputCallback: (bytes: Buffer) => void;
    /** The application that the encoder has connected to. */
    protected streamApp: string;
    /** The message that is being handled. */
    protected parserPacket: { readonly header: { readonly stream_id: number } };
    public parserData(bytes: Buffer): void;
    protected onPublish(message: { readonly streamName: string }): void;
    protected onPlay(message: { readonly streamName: string }): void;
    /** Tells the encoder how many bytes have been received. */
    protected sendACK(bytes: number): void;
    protected sendStatusMessage(streamId: number, level: 'status' | 'error', code: string, description: string): void;
  }
  export = Rtmp;
}

declare module 'node-media-server/src/core/logger.js' {
  const logger: { log: (message: string, level?: string) => void };
  export = logger;
}
