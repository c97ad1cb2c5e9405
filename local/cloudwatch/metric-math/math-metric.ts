import { AppError } from "../../../runtime/errors.ts";
import { datapointsAt, type Sample, type Statistic } from "../../../simulator/model/scaling/datapoints.ts";
import type { Metric, MetricStore } from "../metric-store.ts";
import { type Expression, evaluateExpression, type Point, parseExpression } from "./evaluate-expression.ts";

/** The input of an alarm over metric math: metrics of one period and expressions over them, one of which is watched. */
export interface MathMetric {
  periodMilliseconds: number;
  metrics: ReadonlyMap<string, { metric: Metric; statistic: Statistic }>;
  expressions: ReadonlyMap<string, Expression>;
  watched: string;
}

export interface MathQuery {
  id: string;
  expression?: string | undefined;
  metric?: { metric: Metric; statistic: Statistic; periodSeconds: number } | undefined;
  isWatched: boolean;
}

/** @throws AppError `metric-math` for input that PutMetricAlarm refuses or the laptop cannot evaluate */
export function mathMetric(queries: readonly MathQuery[]): MathMetric {
  const periods = new Set(queries.flatMap(({ metric }) => (metric ? [metric.periodSeconds] : [])));
  const watched = queries.filter(({ isWatched }) => isWatched).map(({ id }) => id);
  const [period] = periods;
  const [id] = watched;
  if (period === undefined || periods.size > 1) {
    throw new AppError("metric-math", `expected metrics of one period; came ${[...periods].join(" and ") || "none"}`);
  }
  if (id === undefined || watched.length > 1) {
    throw new AppError("metric-math", `expected one query with returnData; came ${watched.join(" and ") || "none"}`);
  }
  const metrics = queries.flatMap(({ id, metric }) => (metric ? [[id, metric] as const] : []));
  const expressions = queries.flatMap(({ id, expression }) =>
    expression === undefined ? [] : [[id, parseExpression(expression)] as const],
  );
  const math: MathMetric = {
    periodMilliseconds: period * 1_000,
    metrics: new Map(metrics),
    expressions: new Map(expressions),
    watched: id,
  };
  // An evaluation without any points shows whether the expressions fit together.
  const { isScalar } = watchedPoint(math, () => undefined, 0);
  if (isScalar) throw new AppError("metric-math", `expected a series of "${id}"; came a number`);
  return math;
}

/** One sample for each of the last `count` whole periods in which the expression has a point. */
export function samplesOfMath(
  { periodMilliseconds, ...math }: MathMetric,
  store: MetricStore,
  count: number,
  now: number,
): Sample[] {
  const points = new Map(
    [...math.metrics].map(([id, { metric, statistic }]) => {
      return [id, datapointsAt({ periodMilliseconds, statistic }, store.samplesOf(metric), count, now)];
    }),
  );
  const start = (Math.floor(now / periodMilliseconds) - count) * periodMilliseconds;
  return Array.from({ length: count }, (_, period) => period).flatMap((period) => {
    const { value } = watchedPoint({ periodMilliseconds, ...math }, (id, at) => points.get(id)?.[at], period);
    return value === undefined ? [] : [{ at: start + period * periodMilliseconds, visibleAt: now, value }];
  });
}

function watchedPoint(
  math: MathMetric,
  valueAt: (id: string, period: number) => number | undefined,
  period: number,
): Point {
  const under = new Set<string>();
  const pointAt = (id: string, at: number): Point => {
    if (math.metrics.has(id)) return { isScalar: false, value: valueAt(id, at) };
    const expression = math.expressions.get(id);
    if (!expression || under.has(id)) {
      throw new AppError("metric-math", `expected the id of another query; came "${id}"`);
    }
    under.add(id);
    const point = evaluateExpression(expression, pointAt, at);
    under.delete(id);
    return point;
  };
  return pointAt(math.watched, period);
}
