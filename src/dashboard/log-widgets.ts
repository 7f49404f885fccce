import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { DashboardBody, OWN_REGION } from './dashboard-body';
import { known } from '../core/environment';
import type { ManagedStreamKey } from '../stream-key/managed-stream-key';
import type { IManagedStreamKey } from '../stream-key/managed-stream-key-base';

/** CloudWatch Logs Insights queries no more log groups at once. */
const MOST_LOG_GROUPS = 50;

const REASONS = [
  'filter message in ["rotation failed", "rotation not finished", "rotation deferred", "repair needed"]',
  'display @timestamp, channelArn, message, why, remark',
  'sort @timestamp desc',
  'limit 50',
];

/** The widgets with the reasons, one for each region. The logs of imported keys are unknown. */
export function logWidgets(body: DashboardBody, streamKeys: IManagedStreamKey[]): cloudwatch.IWidget[][] {
  const groups = new Map<string, Set<string>>();
  for (const streamKey of streamKeys) {
    const { provider } = streamKey as Partial<ManagedStreamKey>;
    if (!provider) continue;
    const region = known(streamKey.env.region) ?? OWN_REGION;
    groups.set(region, (groups.get(region) ?? new Set()).add(body.variable(provider.logGroup.logGroupName)));
  }
  return [...groups].flatMap(([region, names]) => parts([...names]).map((logGroupNames) => [new cloudwatch.LogQueryWidget({
    title: 'Why rotations failed or were deferred, and what needs a repair by hand',
    width: 24,
    height: 6,
    region,
    view: cloudwatch.LogQueryVisualizationType.TABLE,
    logGroupNames,
    queryLines: REASONS,
  })]));
}

function parts(names: string[]): string[][] {
  return names.length <= MOST_LOG_GROUPS ? [names] : [names.slice(0, MOST_LOG_GROUPS), ...parts(names.slice(MOST_LOG_GROUPS))];
}
