/** The time of a clock, as a function in another process needs it to show the same. Milliseconds since the epoch. */
export interface ClockSetting {
  /** The real time at which the clock was set. */
  readonly set: number;
  /** The time that it showed then. */
  readonly shown: number;
  /** The milliseconds that pass in one of real time. */
  readonly speed: number;
}

/** The time of the local AWS, which tests can move and speed up. */
export class Clock {
  private setting: ClockSetting = { set: 0, shown: 0, speed: 1 };
  private alarms: { readonly time: number; readonly ring: () => Promise<void> }[] = [];

  /** Milliseconds since the epoch. */
  public now(): number {
    const { set, shown, speed } = this.setting;
    return shown + (Date.now() - set) * speed;
  }

  public date(): Date {
    return new Date(this.now());
  }

  public get current(): ClockSetting {
    return this.setting;
  }

  /** Lets time pass so many times as fast from now on, also for functions: what waits for ten seconds is done in one, at a speed of 10. */
  public speedUp(speed: number): void {
    this.setting = { set: Date.now(), shown: this.now(), speed };
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
    }, Math.max(0, time - this.now()) / this.setting.speed).unref();
  }

  /** Moves on by so many milliseconds, through everything that is due on the way, one after the other. */
  public async advance(milliseconds: number): Promise<void> {
    const end = this.now() + milliseconds;
    for (let next = this.next(end); next; next = this.next(end)) {
      this.alarms = this.alarms.filter((other) => other !== next);
      this.moveTo(next.time);
      await next.ring();
    }
    this.moveTo(end);
  }

  private moveTo(time: number): void {
    const now = Date.now();
    const { speed } = this.setting;
    this.setting = { set: now, shown: Math.max(time, this.now()), speed };
  }

  private next(end: number): Clock['alarms'][number] | undefined {
    return this.alarms.filter(({ time }) => time <= end).sort((one, other) => one.time - other.time)[0];
  }
}
