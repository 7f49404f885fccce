/**
 * The stream keys that this invocation has made, and those that it knows to be deleted: by them it sees that an answer of ListStreamKeys
 * is out of date. IVS does not say how soon one shows a change.
 */
export class KnownKeys {
  /** The ARN of the last key made for each channel. */
  private readonly made = new Map<string, string>();
  private readonly deleted = new Set<string>();

  public noteMade(channelArn: string, arn: string): void {
    this.made.set(channelArn, arn);
  }

  public noteDeleted(arn: string): void {
    this.deleted.add(arn);
  }

  public isDeleted(arn: string): boolean {
    return this.deleted.has(arn);
  }

  /**
   * Whether the channel has a key that the answer does not show. Another key than the one made here is no sign of that:
   * somebody has replaced it.
   *
   * @param shown the key in the answer
   */
  public isOutdated(channelArn: string, shown?: string): boolean {
    const made = this.made.get(channelArn);
    return made !== undefined && !this.isDeleted(made) && (shown === undefined || this.isDeleted(shown));
  }

  /** Gives up a key that IVS has not shown for long enough: somebody must have deleted it. */
  public giveUp(channelArn: string): void {
    this.made.delete(channelArn);
  }
}
