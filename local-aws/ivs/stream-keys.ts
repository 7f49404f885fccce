import { randomBytes } from 'node:crypto';
import { AwsError } from '../core/aws-error';
import type { Clock } from '../core/clock';
import type { Variants } from '../faults/variants';

export interface IvsStreamKey {
  readonly arn: string;
  readonly channelArn: string;
  readonly value: string;
  readonly tags: Record<string, string>;
}

/** A key was made or deleted. */
interface Change {
  readonly time: number;
  /** The key that the channel has from then on. */
  readonly key?: IvsStreamKey;
}

/** The stream keys of the channels, as they are and as IVS shows them. */
export class IvsStreamKeys {
  /** Put into every value made from now on, so that a value can be found wherever it turns up. */
  public marker = '';

  private readonly keys = new Map<string, IvsStreamKey>();
  /** The changes of each channel, the oldest first. */
  private readonly changes = new Map<string, Change[]>();

  constructor(private readonly clock: Clock, private readonly variants: Variants) {}

  public get all(): IvsStreamKey[] {
    return [...this.keys.values()];
  }

  public find(arn: string): IvsStreamKey | undefined {
    return this.keys.get(arn);
  }

  public of(channelArn: string): IvsStreamKey | undefined {
    return this.all.find((key) => key.channelArn === channelArn);
  }

  /** The channel's key, which may be out of date: what ListStreamKeys answers. */
  public shown(channelArn: string): IvsStreamKey | undefined {
    return this.changes.get(channelArn)?.filter(({ time }) => time + this.variants.listLag <= this.clock.now()).pop()?.key;
  }

  /** The same by the ARN of the key: what GetStreamKey answers. */
  public shownAs(arn: string): IvsStreamKey | undefined {
    return [...this.changes.keys()].map((channelArn) => this.shown(channelArn)).find((key) => key?.arn === arn);
  }

  public create(arn: string, channelArn: string, tags: Record<string, string>): IvsStreamKey {
    const { key: before, time } = this.lastChange(channelArn) ?? {};
    const justDeleted = time !== undefined && this.clock.now() - time < this.variants.quotaLag;
    if (before || justDeleted) {
      throw new AwsError('ServiceQuotaExceededException', 'The channel already has the maximum number of stream keys: 1', 402);
    }
    const value = `sk_${channelArn.split(':')[3]}_${this.marker}${randomBytes(9).toString('base64url')}_${randomBytes(12).toString('hex')}`;
    const key: IvsStreamKey = { arn, channelArn, value, tags: { ...tags } };
    this.keys.set(arn, key);
    this.note(channelArn, key);
    return key;
  }

  public delete({ arn, channelArn }: IvsStreamKey): void {
    this.keys.delete(arn);
    this.note(channelArn);
  }

  private lastChange(channelArn: string): Change | undefined {
    return this.changes.get(channelArn)?.slice(-1)[0];
  }

  private note(channelArn: string, key?: IvsStreamKey): void {
    this.changes.set(channelArn, [...this.changes.get(channelArn) ?? [], { time: this.clock.now(), key }]);
  }
}
