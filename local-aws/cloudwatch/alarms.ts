import type { DataPoint } from './embedded-metrics';
import { Statistic, statisticOf } from './statistics';
import { AwsError, NotInLocalAws } from '../core/aws-error';

export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

export interface Alarm {
  readonly name: string;
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Record<string, string>;
  readonly statistic: Statistic;
  /** Seconds. */
  readonly period: number;
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm: number;
  readonly threshold: number;
  readonly comparison: string;
  readonly treatMissingData: string;
  readonly unit?: string;
  /** The actions of an alarm. None is carried out: the local AWS has states only. */
  readonly alarmActions: string[];
  readonly okActions: string[];
}

const COMPARISONS: Record<string, (value: number, threshold: number) => boolean> = {
  GreaterThanOrEqualToThreshold: (value, threshold) => value >= threshold,
  GreaterThanThreshold: (value, threshold) => value > threshold,
  LessThanThreshold: (value, threshold) => value < threshold,
  LessThanOrEqualToThreshold: (value, threshold) => value <= threshold,
};

/** Refuses an alarm that could not be evaluated. */
export function checkAlarm({ comparison, treatMissingData, period, evaluationPeriods, datapointsToAlarm, threshold }: Alarm): void {
  if (!COMPARISONS[comparison]) throw new NotInLocalAws(`the comparison ${comparison} of an alarm`);
  if (!['missing', 'breaching', 'notBreaching'].includes(treatMissingData)) throw new NotInLocalAws(`alarms that treat missing data as ${treatMissingData}`);
  if (![10, 20, 30].includes(period) && !(period > 0 && period % 60 === 0)) throw invalid(`Period must be 10, 20, 30 or a multiple of 60, got: ${period}`);
  if (!(evaluationPeriods >= 1)) throw invalid(`EvaluationPeriods must be at least 1, got: ${evaluationPeriods}`);
  if (!(datapointsToAlarm >= 1 && datapointsToAlarm <= evaluationPeriods)) throw invalid(`DatapointsToAlarm must be 1 to EvaluationPeriods, got: ${datapointsToAlarm}`);
  if (!Number.isFinite(threshold)) throw invalid(`Threshold must be a number, got: ${threshold}`);
}

/** The state of an alarm by the periods that end now. */
export function evaluate(alarm: Alarm, points: DataPoint[], now: number): AlarmState {
  const { statistic, period, evaluationPeriods, threshold, comparison, treatMissingData } = alarm;
  const values = Array.from({ length: evaluationPeriods }, (_, index) => {
    const end = now - index * period * 1000;
    return statisticOf(statistic, points.filter(({ timestamp }) => timestamp > end - period * 1000 && timestamp <= end));
  });
  const missing = values.filter((value) => value === undefined).length;
  if (treatMissingData === 'missing' && missing === evaluationPeriods) return 'INSUFFICIENT_DATA';
  if (treatMissingData === 'missing' && missing) throw new NotInLocalAws(`how the alarm ${alarm.name} looks back when some of its periods have no data`);
  const breaching = values.filter((value) => (value === undefined ? treatMissingData === 'breaching' : COMPARISONS[comparison](value, threshold))).length;
  return breaching >= alarm.datapointsToAlarm ? 'ALARM' : 'OK';
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationError', message);
}
