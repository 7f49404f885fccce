import type { IManagedStreamKey } from '../stream-key/managed-stream-key-base';

/**
 * Properties of a `StreamKeyDashboard`.
 */
export interface StreamKeyDashboardProps {
  /**
   * The stream keys to show: 1 to 190, each once. Every one has its metrics in its own region. The metrics of another account are shown
   * only to viewers whose account CloudWatch allows to see them.
   *
   * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_xaxr_dashboard.html
   */
  readonly streamKeys: IManagedStreamKey[];

  /**
   * The name of the dashboard: 1 to 255 letters, digits, `-` and `_`. CloudWatch has the dashboards of an account in all regions,
   * so a name can be used once in an account.
   *
   * @default - a generated name
   */
  readonly dashboardName?: string;
}
