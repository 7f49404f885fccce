import type { Ivs } from '../local-aws/ivs/ivs';

/** A broadcast, in milliseconds since the epoch. */
export interface Broadcast {
  readonly streamId: string;
  readonly start: number;
  /** Absent while it goes on. */
  end?: number;
}

/** Records when the one channel is live, to a few milliseconds: the events of IVS carry whole seconds. */
export class OnAirRecorder {
  /** All broadcasts, the oldest first. */
  public readonly broadcasts: Broadcast[] = [];

  private readonly sampling = setInterval(() => this.sample(), 2);

  constructor(private readonly ivs: Ivs) {}

  public get isLive(): boolean {
    this.sample();
    return this.last !== undefined && this.last.end === undefined;
  }

  /** The seconds between a broadcast and the next one, for each pair from an index on. */
  public gaps(since = 0): number[] {
    const { broadcasts } = this;
    return broadcasts.slice(since + 1).map(({ start }, index) => (start - broadcasts[since + index].end!) / 1000);
  }

  public stop(): void {
    clearInterval(this.sampling);
  }

  private get last(): Broadcast | undefined {
    return this.broadcasts[this.broadcasts.length - 1];
  }

  private sample(): void {
    const stream = this.ivs.allChannels.map(({ arn }) => this.ivs.streamOf(arn)).find(Boolean);
    const { last } = this;
    if (last?.streamId === stream?.streamId && !last?.end) return;
    if (last && last.end === undefined) last.end = Date.now();
    if (stream) this.broadcasts.push({ streamId: stream.streamId, start: stream.startTime.getTime() });
  }
}
