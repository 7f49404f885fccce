/**
 * The stream keys that this invocation has created or knows to be deleted. They show that an answer of ListStreamKeys is outdated:
 * IVS does not document how soon one reflects a change.
 */
export class KnownKeys {
  /** The ARN of the last key created for each channel. */
  private readonly created = new Map<string, string>();
  private readonly deleted = new Set<string>();

  public noteCreated(channelArn: string, arn: string): void {
    this.created.set(channelArn, arn);
  }

  public noteDeleted(arn: string): void {
    this.deleted.add(arn);
  }

  public isDeleted(arn: string): boolean {
    return this.deleted.has(arn);
  }

  /**
   * Whether the channel has a key that the answer lacks. Another key than the one created here does not show that:
   * another caller has replaced it.
   *
   * @param shown the key in the answer
   */
  public isOutdated(channelArn: string, shown?: string): boolean {
    const created = this.created.get(channelArn);
    return created !== undefined && !this.isDeleted(created) && (shown === undefined || this.isDeleted(shown));
  }

  /** Forgets a key that IVS has not shown for long enough: another caller must have deleted it. */
  public giveUp(channelArn: string): void {
    this.created.delete(channelArn);
  }
}
