/** The time of the local AWS, which tests can move. */
export class Clock {
  private ahead = 0;
  private alarms: { readonly time: number; readonly ring: () => Promise<void> }[] = [];

  /** Milliseconds since the epoch. */
  public now(): number {
    return Date.now() + this.ahead;
  }

  public date(): Date {
    return new Date(this.now());
  }

  /** Schedules an action for a time, and returns a function that cancels it. Only `advance` moves the time. */
  public at(time: number, ring: () => Promise<void>): () => void {
    const alarm = { time, ring };
    this.alarms.push(alarm);
    return () => { this.alarms = this.alarms.filter((other) => other !== alarm); };
  }

  /** The same, but also when the time has come by itself. */
  public when(time: number, ring: () => Promise<void>): void {
    const cancel = this.at(time, async () => {
      clearTimeout(timer);
      await ring();
    });
    // The time may have moved on meanwhile: then it has rung.
    const timer = setTimeout(() => {
      cancel();
      void ring();
    }, Math.max(0, time - this.now())).unref();
  }

  /** Moves on by so many milliseconds, through everything that is due on the way, one after the other. */
  public async advance(milliseconds: number): Promise<void> {
    const end = this.now() + milliseconds;
    for (let next = this.next(end); next; next = this.next(end)) {
      this.alarms = this.alarms.filter((other) => other !== next);
      this.ahead += Math.max(0, next.time - this.now());
      await next.ring();
    }
    this.ahead += Math.max(0, end - this.now());
  }

  private next(end: number): Clock['alarms'][number] | undefined {
    return this.alarms.filter(({ time }) => time <= end).sort((one, other) => one.time - other.time)[0];
  }
}
