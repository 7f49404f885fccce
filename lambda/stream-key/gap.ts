/** The time from an old key deleted to its successor stored, while the secret holds a dead key. It may span several rounds. */
export class Gap {
  private deleted?: { readonly arn: string; readonly at: number };

  public get isOpen(): boolean {
    return this.deleted !== undefined;
  }

  /** Begins with a key that is deleted, or may be: the answer may be lost. */
  public open(arn: string): void {
    this.deleted = { arn, at: performance.now() };
  }

  /** Notes that a key is there: it was not deleted after all. */
  public noteSeen(arn: string): void {
    if (this.deleted?.arn === arn) this.deleted = undefined;
  }

  /** Ends the gap, and returns its milliseconds; undefined if it was not open. */
  public close(): number | undefined {
    const { deleted } = this;
    this.deleted = undefined;
    return deleted && Math.round(performance.now() - deleted.at);
  }
}
