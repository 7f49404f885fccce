import type { DataPoint } from './embedded-metrics';
import { NotInLocalAws } from '../core/aws-error';

const STATISTICS = {
  SampleCount: (values: number[]) => values.length,
  Sum: (values: number[]) => values.reduce((sum, value) => sum + value, 0),
  Average: (values: number[]) => STATISTICS.Sum(values) / values.length,
  Minimum: (values: number[]) => Math.min(...values),
  Maximum: (values: number[]) => Math.max(...values),
};

export type Statistic = keyof typeof STATISTICS;

/** The statistic of that name. */
export function statisticNamed(name: string): Statistic {
  if (!(name in STATISTICS)) throw new NotInLocalAws(`the statistic ${name}`);
  return name as Statistic;
}

/** A statistic of data points; undefined if there are none. */
export function statisticOf(statistic: Statistic, points: DataPoint[]): number | undefined {
  return points.length ? STATISTICS[statistic](points.map(({ value }) => value)) : undefined;
}
