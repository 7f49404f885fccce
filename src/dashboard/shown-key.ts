import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { DashboardBody } from './dashboard-body';
import type { IManagedStreamKey } from '../stream-key/managed-stream-key-base';

/** A stream key on a dashboard. */
export interface ShownKey {
  readonly streamKey: IManagedStreamKey;
  /** Its metrics with the channel and the name as variables. A person finds a key by its path in the app, as its channel may have no name. */
  readonly options: cloudwatch.MetricOptions & { readonly label: string };
}

/** A stream key as a dashboard shows it. */
export function shownKey(body: DashboardBody, streamKey: IManagedStreamKey): ShownKey {
  const channel = streamKey.metricRotations().dimensions!.Channel as string;
  return { streamKey, options: { dimensionsMap: { Channel: body.variable(channel) }, label: body.variable(streamKey.node.path) } };
}
