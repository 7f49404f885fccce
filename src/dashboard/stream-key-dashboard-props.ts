import type { IManagedStreamKey } from '../stream-key/managed-stream-key-base';

/**
 * Properties of a `StreamKeyDashboard`.
 */
export interface StreamKeyDashboardProps {
  /**
   * The stream keys that are shown: 1 to 200, as CloudWatch shows 2,500 metrics on a dashboard. Imported ones are shown without their last rotation,
   * which is in the log of the stack that manages them.
   */
  readonly streamKeys: IManagedStreamKey[];

  /**
   * The name of the dashboard: 1 to 255 letters, digits, `-` and `_`.
   *
   * @default - a name that CloudFormation generates
   */
  readonly dashboardName?: string;
}
