/** Work that goes on after a call has been answered, and a way to wait for its end. */
export class Background {
  private readonly running = new Set<Promise<void>>();

  public run(work: () => Promise<void>): void {
    const running = work().finally(() => this.running.delete(running));
    this.running.add(running);
  }

  public get busy(): boolean {
    return this.running.size > 0;
  }

  /** Waits until nothing runs any more, including what that started. */
  public async idle(): Promise<void> {
    while (this.busy) await Promise.all(this.running);
  }
}
