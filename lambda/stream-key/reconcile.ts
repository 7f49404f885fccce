import { carryOut, ReconciledStreamKey } from './carry-out';
import { decide } from './decide';
import { Gap } from './gap';
import { KeyChanged } from './key-changed';
import { observe } from './observe';
import { presumedReason } from './rotation-reason';
import type { Wish } from './wanted';
import type { RotationReason } from '../../src/contract/rotation-reason';
import type { Aws } from '../aws/aws';
import type { StreamKey } from '../aws/ivs';

/** The failure of a run that was to rotate the key. */
export class RotationFailure extends Error {
  constructor(public readonly reason: RotationReason, public override readonly cause: unknown) {
    super((cause as Error).message);
  }
}

/**
 * Gives the channel the wanted key, and the secret its value.
 *
 * It goes by the observed state, never by what an earlier attempt was supposed to do: running it twice,
 * or again after a crash at any point, ends in the same state.
 */
export async function reconcile(aws: Aws, wish: Wish): Promise<ReconciledStreamKey> {
  const gap = new Gap();
  let wanted = wish();
  let reason = presumedReason(wanted);
  let seen: StreamKey | undefined;
  let vanished: Date | undefined;
  for (let round = 0; ; round++) {
    try {
      const observed = await observe(aws, wanted);
      const { channelArn } = wanted;
      wanted = wish(observed.secret);
      if (wanted.channelArn !== channelArn) continue;
      if (observed.key) gap.noteSeen(observed.key.arn);
      else if (seen && !gap.isOpen) vanished ??= observed.at;
      seen = observed.key;
      const decision = decide({ ...observed, vanished }, wanted);
      if ('reason' in decision) reason = decision.reason ?? reason;
      return await carryOut({ aws, wish, wanted, observed, gap }, decision);
    } catch (error) {
      if (!(error instanceof KeyChanged) || !aws.budget.hasTime) throw reason ? new RotationFailure(reason, error) : error;
      await aws.budget.pause(round);
    }
  }
}
