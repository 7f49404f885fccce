import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { propertyInjectable } from 'aws-cdk-lib/core/lib/prop-injectable';
import { Construct } from 'constructs';
import type { StreamKeyDashboardProps } from './stream-key-dashboard-props';
import { propError } from '../core/prop-error';
import { validProps } from '../core/valid-props';
import { listOf, required, Shape, text, thing } from '../core/value-kinds';
import { ManagedStreamKey } from '../stream-key/managed-stream-key';
import type { IManagedStreamKey } from '../stream-key/managed-stream-key-base';

const PROPS: Shape<StreamKeyDashboardProps> = {
  streamKeys: required(listOf(thing('a stream key', 'secretVersionId', 'Pass ManagedStreamKeys, or imported ones'), '[live]')),
  dashboardName: text('Give it as text, or leave it out for a generated name'),
};

/** CloudWatch shows 2,500 metrics on a dashboard, of which each key has 12. */
const MOST_KEYS = 200;
/** As many lines as can be told apart. */
const MOST_LINES = 10;
const WIDTH = 24;

/**
 * A CloudWatch dashboard for stream keys: which channels are live, when their keys were rotated last, what failed, was deferred or was put right,
 * and how long the secrets held dead keys.
 *
 * It reads the same for one key and for hundreds: each graph shows the ten channels with the highest sums, by their ids.
 *
 * @resource AWS::CloudWatch::Dashboard
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
export class StreamKeyDashboard extends Construct {
  /** The id under which `PropertyInjectors` find this class. */
  public static readonly PROPERTY_INJECTION_ID: string = 'cdk-ivs-managed-stream-key.StreamKeyDashboard';

  /** The dashboard, to which widgets can be added. */
  public readonly dashboard: cloudwatch.Dashboard;

  constructor(scope: Construct, id: string, props: StreamKeyDashboardProps) {
    props = validProps(scope, id, props, PROPS);
    super(scope, id);
    const { streamKeys, dashboardName } = props;
    if (streamKeys.length < 1 || streamKeys.length > MOST_KEYS) {
      throw propError(this, {
        prop: 'streamKeys',
        rule: `must be 1 to ${MOST_KEYS} stream keys, as CloudWatch shows 2,500 metrics on a dashboard`,
        got: String(streamKeys.length),
        advice: 'Make a dashboard for each part of them',
      });
    }
    this.dashboard = new cloudwatch.Dashboard(this, 'Resource', { dashboardName, defaultInterval: Duration.days(7) });
    this.dashboard.addWidgets(totals(streamKeys));
    this.dashboard.addWidgets(onAir(streamKeys), lastRotations(streamKeys));
    this.dashboard.addWidgets(
      graph('Rotations', 6, highest(streamKeys, ROTATIONS), highest(streamKeys, DEFERRED, 'deferred ')),
      graph('Failed rotations, and looks that ask for a person', 6, highest(streamKeys, FAILURES), highest(streamKeys, NEEDED, 'asks for a person ')),
    );
    this.dashboard.addWidgets(
      graph('Repairs', 6, highest(streamKeys, REPAIRS)),
      graph('Gap: milliseconds from the old key deleted to the new one stored', 6, highest(streamKeys, GAP)),
    );
  }
}

type MetricOf = (streamKey: IManagedStreamKey) => cloudwatch.IMetric;

/** A metric of each key. */
interface Series {
  /** The beginning of the ids that the metrics have in a graph. */
  readonly name: string;
  readonly of: MetricOf;
}

const HOUR = Duration.hours(1);
const ROTATIONS: Series = { name: 'rotations', of: (streamKey) => streamKey.metricRotations() };
const FAILURES: Series = { name: 'failures', of: (streamKey) => streamKey.metricRotationFailures() };
const DEFERRED: Series = { name: 'deferred', of: (streamKey) => streamKey.metricRotationsDeferred() };
const REPAIRS: Series = { name: 'repairs', of: (streamKey) => streamKey.metricRepairs() };
const NEEDED: Series = { name: 'needed', of: (streamKey) => streamKey.metricRepairsNeeded() };
const GAP: Series = { name: 'gap', of: (streamKey) => streamKey.metricRotationGap() };
const BITRATE: Series = { name: 'bitrate', of: ({ channel }) => channel.metricIngestBitrate() };

/** What happened in the time that is shown, over all keys. */
function totals(streamKeys: IManagedStreamKey[]): cloudwatch.IWidget {
  const kinds: [string, Series][] = [
    ['Rotations', ROTATIONS], ['Failed rotations', FAILURES], ['Deferred rotations', DEFERRED], ['Repairs', REPAIRS], ['Looks that ask for a person', NEEDED],
  ];
  return new cloudwatch.SingleValueWidget({
    title: 'All stream keys',
    width: WIDTH,
    height: 4,
    setPeriodToTimeRange: true,
    metrics: kinds.map(([label, series]) => expressionOver(streamKeys, series, label, (metrics) => `SUM(${metrics})`)),
  });
}

/** IVS sends a bit rate while it receives a broadcast. */
function onAir(streamKeys: IManagedStreamKey[]): cloudwatch.IWidget {
  return graph('On air (bits per second)', 8, highest(streamKeys, BITRATE, '', Duration.minutes(5)));
}

/** The log has what no metric has: when a key was rotated last, however long ago that is. */
function lastRotations(streamKeys: IManagedStreamKey[]): cloudwatch.IWidget {
  const managed = streamKeys.filter((streamKey): streamKey is ManagedStreamKey => streamKey instanceof ManagedStreamKey);
  const logGroupNames = [...new Set(managed.map(({ provider }) => provider.logGroup.logGroupName))];
  const place = { width: WIDTH / 2, height: 8 };
  if (!logGroupNames.length) {
    return new cloudwatch.TextWidget({ ...place, markdown: '## Last rotations\n\nThey are in the log of the stacks that manage these stream keys.' });
  }
  return new cloudwatch.LogQueryWidget({
    ...place,
    title: 'Last rotations, the oldest first',
    logGroupNames,
    view: cloudwatch.LogQueryVisualizationType.TABLE,
    queryLines: ['filter message = "rotated"', 'stats max(@timestamp) as lastRotation, count(*) as rotations by Channel', 'sort lastRotation asc'],
  });
}

function graph(title: string, height: number, ...left: cloudwatch.IMetric[]): cloudwatch.IWidget {
  return new cloudwatch.GraphWidget({ title, width: WIDTH / 2, height, left, leftYAxis: { min: 0, showUnits: false } });
}

/** The lines of the channels with the highest sums. */
function highest(streamKeys: IManagedStreamKey[], series: Series, prefix = '', period = HOUR): cloudwatch.IMetric {
  const expression = (metrics: string) => `SORT(REMOVE_EMPTY(${metrics}), SUM, DESC, ${MOST_LINES})`;
  return expressionOver(streamKeys, series, `${prefix}\${LABEL}`, expression, period);
}

/** `METRICS("name")` has the metrics whose ids contain the name. */
function expressionOver(
  streamKeys: IManagedStreamKey[], { name, of }: Series, label: string, expression: (metrics: string) => string, period = HOUR,
): cloudwatch.IMetric {
  const usingMetrics = Object.fromEntries(streamKeys.map((streamKey, index) => [`${name}${index}`, of(streamKey)]));
  return new cloudwatch.MathExpression({ label, expression: expression(`METRICS("${name}")`), usingMetrics, period });
}
