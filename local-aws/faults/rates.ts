import { AwsError } from '../core/aws-error';

/** A token bucket for each operation in each region. */
export class Rates {
  private readonly buckets = new Map<string, { tokens: number; at: number }>();
  private readonly overrides = new Map<string, number>();

  /** Sets the calls per second of an operation, such as `ivs:CreateStreamKey`. */
  public set(operation: string, perSecond: number): void {
    this.overrides.set(operation, perSecond);
  }

  /** Throws what AWS answers to the call that is one too many. */
  public spend(operation: string, region: string, serviceRate?: number): void {
    const rate = this.overrides.get(operation) ?? serviceRate;
    if (rate === undefined) return;
    const now = Date.now();
    const bucket = this.buckets.get(operation + region) ?? { tokens: rate, at: now };
    bucket.tokens = Math.min(rate, bucket.tokens + (now - bucket.at) / 1000 * rate);
    bucket.at = now;
    this.buckets.set(operation + region, bucket);
    if (bucket.tokens < 1) throw new AwsError('ThrottlingException', 'Rate exceeded', 429);
    bucket.tokens -= 1;
  }
}
