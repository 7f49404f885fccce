import { Alarm, AlarmState, checkAlarm, evaluate } from './alarms';
import { Dashboards } from './dashboards';
import { DataPoint, dataPointsOf } from './embedded-metrics';
import { statisticNamed, statisticOf } from './statistics';
import { AwsError } from '../core/aws-error';
import type { Clock } from '../core/clock';
import type { Operation, Service } from '../endpoint/operation';
import { json } from '../protocols/json';
import { modelOf } from '../protocols/service-model';

/** CloudWatch: the metrics that logs have in embedded metric format, alarms on them, and dashboards. */
export class CloudWatch implements Service {
  public readonly name = 'monitoring';
  public readonly model = modelOf(__dirname);
  public readonly protocol = json;
  public readonly invalidInput = 'ValidationError';
  public readonly honours = {
    GetMetricStatistics: ['Namespace', 'MetricName', 'Dimensions', 'StartTime', 'EndTime', 'Period', 'Statistics', 'Unit'],
  };

  /** Log events that mean to be metrics and break the format. While there are any, no metric is answered. */
  public readonly malformed: { readonly message: string; readonly reason: string }[] = [];

  public readonly dashboards = new Dashboards();

  private readonly points: DataPoint[] = [];
  private readonly alarms = new Map<string, Alarm>();

  public readonly operations: Record<string, Operation> = {
    GetMetricStatistics: async ({ Namespace, MetricName, Dimensions = [], StartTime, EndTime, Period, Statistics = [], Unit }, call) => {
      await call.authorize('cloudwatch:GetMetricStatistics', '*');
      const dimensions = Object.fromEntries(Dimensions.map(({ Name, Value }: any) => [Name, Value]));
      const names = Statistics.map(statisticNamed);
      const points = this.datapoints(Namespace, MetricName, dimensions).filter(({ unit }) => unit === (Unit ?? unit));
      const Datapoints = periods(StartTime, EndTime, Period).flatMap((start) => {
        const within = points.filter(({ timestamp }) => timestamp >= start * 1000 && timestamp < (start + Period) * 1000);
        if (!within.length) return [];
        return [{ Timestamp: start, Unit: within[0].unit, ...Object.fromEntries(names.map((name: any) => [name, statisticOf(name, within)])) }];
      });
      return { Label: MetricName, Datapoints };
    },
  };

  constructor(private readonly account: string, private readonly clock: Clock) {}

  /**
   * Keeps the data points of a log event, if it has any.
   *
   * The whole event must be the document. AWS has also documented that Lambda's prefix does no harm: this is the strict view.
   */
  public extract(message: string): void {
    try {
      this.points.push(...dataPointsOf(message, this.clock.now()));
    } catch (error) {
      const { message: reason } = error as Error;
      console.error('local AWS: malformed embedded metric:', reason);
      this.malformed.push({ message, reason });
    }
  }

  /** The data points with exactly these dimensions. */
  public datapoints(namespace: string, metric: string, dimensions: Record<string, string> = {}): DataPoint[] {
    const [wrong] = this.malformed;
    if (wrong) throw new Error(`A log event is not in the embedded metric format: ${wrong.reason}\n${wrong.message}`);
    return this.points.filter((point) => point.namespace === namespace && point.metric === metric && same(point.dimensions, dimensions));
  }

  public sum(namespace: string, metric: string, dimensions: Record<string, string> = {}): number {
    return statisticOf('Sum', this.datapoints(namespace, metric, dimensions)) ?? 0;
  }

  /** Makes an alarm, or changes it, and returns its ARN. */
  public putAlarm(region: string, alarm: Alarm): string {
    checkAlarm(alarm);
    this.alarms.set(alarm.name, alarm);
    return `arn:aws:cloudwatch:${region}:${this.account}:alarm:${alarm.name}`;
  }

  public hasAlarm(name: string): boolean {
    return this.alarms.has(name);
  }

  public deleteAlarm(name: string): void {
    this.alarms.delete(name);
  }

  /** The state of an alarm at this moment of the clock, by its name, which is its physical id too. */
  public stateOf(name: string): AlarmState {
    const alarm = this.alarms.get(name);
    if (!alarm) throw new AwsError('ResourceNotFound', `There is no alarm ${name}`, 404);
    const { namespace, metric, dimensions, unit } = alarm;
    return evaluate(alarm, this.datapoints(namespace, metric, dimensions).filter((point) => point.unit === (unit ?? point.unit)), this.clock.now());
  }
}

/** The seconds at which the periods begin. */
function periods(start: number, end: number, period: number): number[] {
  if (!(period > 0 && end > start)) throw new AwsError('InvalidParameterCombination', 'The parameter StartTime must be less than the parameter EndTime, and Period must be positive.');
  const first = Math.floor(start / period) * period;
  return Array.from({ length: Math.ceil((end - first) / period) }, (_, index) => first + index * period);
}

function same(one: Record<string, string>, other: Record<string, string>): boolean {
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => one[name] === other[name]);
}
