import { Resource, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { propertyInjectable } from 'aws-cdk-lib/core/lib/prop-injectable';
import { Construct } from 'constructs';
import { DashboardBody } from './dashboard-body';
import { STREAM_KEY_DASHBOARD_PROPS, validateDashboardName, validateStreamKeys } from './dashboard-rules';
import { logWidgets } from './log-widgets';
import { metricWidgets } from './metric-widgets';
import { shownKey } from './shown-key';
import type { StreamKeyDashboardProps } from './stream-key-dashboard-props';
import { validProps } from '../core/valid-props';

/**
 * A CloudWatch dashboard of stream keys: which channels are live, when each key was rotated last, what failed, was deferred or repaired,
 * what has to be repaired by hand and why, and the gap and the age of the keys over time.
 *
 * It looks the same for one key and for many. A key has the name of its construct.
 *
 * @resource AWS::CloudWatch::Dashboard
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Dashboards.html
 *
 * @example
 * import { ManagedStreamKey, StreamKeyDashboard } from 'cdk-ivs-managed-stream-key';
 *
 * declare const morning: ManagedStreamKey;
 * declare const evening: ManagedStreamKey;
 *
 * new StreamKeyDashboard(this, 'Dashboard', { streamKeys: [morning, evening] });
 */
@propertyInjectable
export class StreamKeyDashboard extends Resource implements cloudwatch.IDashboardRef {
  /** The id under which `PropertyInjectors` find this class. */
  public static readonly PROPERTY_INJECTION_ID: string = 'cdk-ivs-managed-stream-key.StreamKeyDashboard';

  /**
   * The name of the dashboard.
   *
   * @attribute
   */
  public readonly dashboardName: string;

  /** A reference to the dashboard. */
  public readonly dashboardRef: cloudwatch.DashboardReference;

  constructor(scope: Construct, id: string, props: StreamKeyDashboardProps) {
    props = validProps(scope, id, props, STREAM_KEY_DASHBOARD_PROPS);
    super(scope, id, { physicalName: props.dashboardName });
    const { streamKeys } = props;
    validateStreamKeys(this, streamKeys);
    validateDashboardName(this, props.dashboardName);

    const body = new DashboardBody();
    const rows = [...metricWidgets(streamKeys.map((streamKey) => shownKey(body, streamKey))), ...logWidgets(body, streamKeys)];
    const resource = new cloudwatch.CfnDashboard(this, 'Resource', {
      dashboardName: this.physicalName,
      dashboardBody: body.of(Stack.of(this), rows, '-P7D'),
    });
    this.dashboardName = this.getResourceNameAttribute(resource.ref);
    this.dashboardRef = resource.dashboardRef;
  }
}
