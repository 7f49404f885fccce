/** One value of a metric. */
export interface DataPoint {
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Record<string, string>;
  readonly unit: string;
  readonly value: number;
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
}

const UNITS = [
  'Seconds', 'Microseconds', 'Milliseconds', 'Percent', 'Count', 'Count/Second', 'None',
  ...['Bytes', 'Kilobytes', 'Megabytes', 'Gigabytes', 'Terabytes', 'Bits', 'Kilobits', 'Megabits', 'Gigabits', 'Terabits'].flatMap((unit) => [unit, `${unit}/Second`]),
];
const PAST = 14 * 86_400_000;
const FUTURE = 2 * 3_600_000;

/**
 * The data points in a log event, none if it is not in embedded metric format.
 *
 * CloudWatch drops what breaks the specification without a word to whoever wrote it; here it is an error that says what is wrong.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function dataPointsOf(message: string, now: number): DataPoint[] {
  const root = objectIn(message);
  if (!root || !('_aws' in root)) return [];
  const { Timestamp: timestamp, CloudWatchMetrics: directives } = root._aws ?? {};
  check(Number.isInteger(timestamp), '_aws.Timestamp must be the milliseconds since the epoch', timestamp);
  check(timestamp > now - PAST && timestamp < now + FUTURE, '_aws.Timestamp must be at most two weeks old and two hours ahead', timestamp);
  check(Array.isArray(directives), '_aws.CloudWatchMetrics must be a list', directives);
  return directives.flatMap((directive: any) => ofDirective(directive, root, timestamp));
}

function ofDirective({ Namespace: namespace, Dimensions, Metrics }: any, root: Record<string, any>, timestamp: number): DataPoint[] {
  checkName('Namespace', namespace, 1024);
  check(Array.isArray(Dimensions), 'Dimensions must be a list of lists', Dimensions);
  check(Array.isArray(Metrics) && Metrics.length <= 100, 'Metrics must be a list of at most 100', Metrics);
  const sets: Record<string, string>[] = Dimensions.map((names: any) => dimensionSet(names, root));
  return Metrics.flatMap(({ Name: metric, Unit: unit = 'None', StorageResolution: resolution = 60 }: any) => {
    checkName('the Name of a metric', metric, 1024);
    check(UNITS.includes(unit), `the Unit of ${metric} is unknown`, unit);
    check([1, 60].includes(resolution), `the StorageResolution of ${metric} must be 1 or 60`, resolution);
    const values = [root[metric]].flat();
    check(values.length > 0 && values.length <= 100 && values.every(Number.isFinite), `the member ${metric} must be a number or up to 100 numbers`, root[metric]);
    return sets.flatMap((dimensions) => values.map((value): DataPoint => ({ namespace, metric, dimensions, unit, value, timestamp })));
  });
}

function dimensionSet(names: any, root: Record<string, any>): Record<string, string> {
  check(Array.isArray(names) && names.length <= 30, 'a set of dimensions must be a list of at most 30 names', names);
  return Object.fromEntries(names.map((name: any) => {
    checkName('the name of a dimension', name, 250);
    checkName(`the member ${name}, which is a dimension,`, root[name], 1024);
    return [name, root[name]];
  }));
}

function objectIn(message: string): Record<string, any> | undefined {
  if (!message.trimStart().startsWith('{')) return undefined;
  try {
    return JSON.parse(message);
  } catch {
    return undefined;
  }
}

function checkName(what: string, value: unknown, longest: number): void {
  check(typeof value === 'string' && value.length > 0 && value.length <= longest, `${what} must be a text of 1 to ${longest} characters`, value);
}

function check(holds: boolean, rule: string, got: unknown): void {
  if (!holds) throw new Error(`${rule}, got: ${JSON.stringify(got)}`);
}
