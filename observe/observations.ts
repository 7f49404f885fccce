import type { Observation } from './observation';
import { cfnSuccessReason } from './observations/cfn-success-reason';
import { eventsSourceAccount } from './observations/events-source-account';
import { iamCreateStreamKey } from './observations/iam-create-stream-key';
import { iamCreateWithTags } from './observations/iam-create-with-tags';
import { iamPropagation } from './observations/iam-propagation';
import { ivsAwsTagSentBack } from './observations/ivs-aws-tag-sent-back';
import { ivsDeleteEndsSession } from './observations/ivs-delete-ends-session';
import { ivsListLag } from './observations/ivs-list-lag';
import { ivsQuotaLag } from './observations/ivs-quota-lag';
import { ivsRegionWithout } from './observations/ivs-region-without';
import { ivsSecondKey } from './observations/ivs-second-key';
import { ivsStreamEndLag } from './observations/ivs-stream-end-lag';
import { ivsSystemTags } from './observations/ivs-system-tags';
import { ivsUrlSafe } from './observations/ivs-url-safe';
import { smAbsentLabel } from './observations/sm-absent-label';
import { smCronHours } from './observations/sm-cron-hours';
import { smDescribeLag } from './observations/sm-describe-lag';
import { smEmptyVersion } from './observations/sm-empty-version';
import { smPendingCleanUp } from './observations/sm-pending-clean-up';
import { smPutTakesPending } from './observations/sm-put-takes-pending';
import { smRepeatedPutKms } from './observations/sm-repeated-put-kms';
import { smReplicateEmpty } from './observations/sm-replicate-empty';
import { smRetryToken } from './observations/sm-retry-token';
import { smStickyRules } from './observations/sm-sticky-rules';
import { smSystemTagConditions } from './observations/sm-system-tag-conditions';
import { smTestVersion } from './observations/sm-test-version';
import { smViaService } from './observations/sm-via-service';

/** All observations, those first that may take half an hour. */
export const OBSERVATIONS: readonly Observation[] = [
  smRetryToken, smEmptyVersion, smPendingCleanUp, smPutTakesPending,
  iamPropagation, iamCreateStreamKey, iamCreateWithTags, smSystemTagConditions, smViaService, smRepeatedPutKms, eventsSourceAccount,
  ivsListLag, ivsQuotaLag, ivsSecondKey, ivsSystemTags, ivsAwsTagSentBack, ivsUrlSafe, ivsDeleteEndsSession, ivsStreamEndLag, ivsRegionWithout,
  smTestVersion, smAbsentLabel, smDescribeLag, smReplicateEmpty, smStickyRules, smCronHours,
  cfnSuccessReason,
];
