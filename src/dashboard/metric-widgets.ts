import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { OWN_REGION } from './dashboard-body';
import type { ShownKey } from './shown-key';

/** As many lines as can be told apart. */
const MOST_LINES = 10;
const DAY = 86_400;
const HALF = { width: 12, region: OWN_REGION };

/** A metric that each key has. */
interface Series {
  /** The ids of its metrics begin with it; it is in no other's. */
  readonly id: string;
  readonly of: (key: ShownKey) => cloudwatch.IMetric;
}

const ON_AIR: Series = { id: 'onAir', of: ({ streamKey, options }) => streamKey.channel.metricIngestVideoBitrate(options) };
const FAILURES: Series = { id: 'failure', of: ({ streamKey, options }) => streamKey.metricRotationFailures(options) };
const DEFERRED: Series = { id: 'deferred', of: ({ streamKey, options }) => streamKey.metricRotationsDeferred(options) };
const GAPS: Series = { id: 'gap', of: ({ streamKey, options }) => streamKey.metricRotationGap(options) };
const REPAIRS: Series = { id: 'repair', of: ({ streamKey, options }) => streamKey.metricRepairs(options) };
const NEEDED: Series = { id: 'needed', of: ({ streamKey, options }) => streamKey.metricRepairsNeeded(options) };

/**
 * The widgets that show the metrics of stream keys, in rows. They are the same for one key and for many: numbers for all keys,
 * a table with a line each, and graphs of the ten with the most.
 *
 * Metrics by their ids, not SEARCH: it finds no metric that had no data for two weeks, which a key that is rotated every month has not,
 * and it shows the keys of other teams, too.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-search-expressions.html
 */
export function metricWidgets(keys: ShownKey[]): cloudwatch.IWidget[][] {
  return [
    [
      number('Failed rotations', sum(keys, FAILURES)),
      // Each look counts it again while it lasts, so that a sum would grow with the time that is shown.
      number('To repair by hand (24 hours)', over(keys, NEEDED, 'Channels', (metrics) => `DATAPOINT_COUNT(${metrics})`), '-P1D'),
      number('Deferred rotations', sum(keys, DEFERRED)),
      number('Repairs', sum(keys, REPAIRS)),
    ],
    [onAir(keys), lastRotations(keys)],
    [graph('Failed rotations, and repairs needed by hand', [most(keys, FAILURES, 'Failed:'), most(keys, NEEDED, 'Repair needed:')]), ages(keys)],
    [
      graph('Deferred rotations and repairs', [most(keys, DEFERRED, 'Deferred:'), most(keys, REPAIRS, 'Repaired:')]),
      graph('Gap in milliseconds, from the old key deleted to the new one stored', [most(keys, GAPS, '', 'MAX')]),
    ],
  ];
}

function number(title: string, metric: cloudwatch.IMetric, start?: string): cloudwatch.IWidget {
  return new cloudwatch.SingleValueWidget({ title, width: 6, height: 4, region: OWN_REGION, setPeriodToTimeRange: true, metrics: [metric], start });
}

/** IVS sends a bit rate while it receives a broadcast: a line that reaches the right edge is a channel that is live. All of them, however many. */
function onAir(keys: ShownKey[]): cloudwatch.IWidget {
  const metric = over(keys, ON_AIR, '', (metrics) => `SORT(REMOVE_EMPTY(${metrics}), AVG, DESC)`, Duration.minutes(1));
  return graph('On air in the last 3 hours: bits of video per second', [metric], {
    height: 8, start: '-PT3H', legendPosition: cloudwatch.LegendPosition.RIGHT,
  });
}

/** CloudWatch makes the time in a label from the last data point, and keeps those for 15 months. */
function lastRotations(keys: ShownKey[]): cloudwatch.IWidget {
  return new cloudwatch.TableWidget({
    ...HALF,
    title: 'Rotations in the last 90 days, and the time since the last one',
    height: 8,
    start: '-P90D',
    layout: cloudwatch.TableLayout.HORIZONTAL,
    summary: { columns: [cloudwatch.TableSummaryColumn.SUM], hideNonSummaryColumns: true },
    // `${!…}` is how Fn::Sub writes `${…}`.
    metrics: keys.map(({ streamKey, options }) => streamKey.metricRotations({
      ...options, label: `${options.label}: \${!LAST_TIME_RELATIVE}`, period: Duration.hours(1),
    })),
  });
}

/**
 * The days since the last rotation, of the keys that grew oldest. EPOCH has a value for every point in time, FILL repeats the time of
 * the last rotation, and IF leaves out what was before the first: arithmetic would take what is missing for 0.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
 */
function ages(keys: ShownKey[]): cloudwatch.IWidget {
  const period = Duration.days(1);
  const usingMetrics = Object.fromEntries(keys.map(({ streamKey, options }, index) => {
    const rotation = `r${index}`;
    const last = `FILL(IF(${rotation}, EPOCH(${rotation})), REPEAT)`;
    return [`a${index}`, new cloudwatch.MathExpression({
      expression: `IF(${last}, (EPOCH(${rotation}) - ${last}) / ${DAY})`,
      label: options.label,
      usingMetrics: { [rotation]: streamKey.metricRotations(options) },
      period,
    })];
  }));
  const expression = `SORT(REMOVE_EMPTY([${Object.keys(usingMetrics)}]), MAX, DESC, ${MOST_LINES})`;
  const metric = new cloudwatch.MathExpression({ expression, label: '', usingMetrics, period });
  return graph('Days since the last rotation, over 90 days', [metric], { start: '-P90D' });
}

function graph(title: string, left: cloudwatch.IMetric[], options: cloudwatch.GraphWidgetProps = {}): cloudwatch.IWidget {
  return new cloudwatch.GraphWidget({ ...HALF, title, height: 6, left, leftYAxis: { min: 0, showUnits: false }, ...options });
}

/**
 * The lines of the keys with the most. FILL makes a peak of what happens now and then, which would be a dot.
 * The label of an expression stands before that of each line; '' is none.
 */
function most(keys: ShownKey[], series: Series, label: string, by: 'SUM' | 'MAX' = 'SUM'): cloudwatch.IMetric {
  return over(keys, series, label, (metrics) => `SORT(FILL(REMOVE_EMPTY(${metrics}), 0), ${by}, DESC, ${MOST_LINES})`);
}

function sum(keys: ShownKey[], series: Series): cloudwatch.IMetric {
  return over(keys, series, 'All', (metrics) => `SUM(${metrics})`);
}

/** An expression over a metric of all keys. `METRICS("failure")` has those whose ids contain the word. */
function over(
  keys: ShownKey[], { id, of }: Series, label: string, expression: (metrics: string) => string, period = Duration.hours(1),
): cloudwatch.IMetric {
  const usingMetrics = Object.fromEntries(keys.map((key, index) => [`${id}${index}`, of(key)]));
  return new cloudwatch.MathExpression({ label, expression: expression(`METRICS("${id}")`), usingMetrics, period });
}
