import { beforeEach, expect, it } from "vitest";
import { MetricStore } from "../metric-store.ts";
import { type MathQuery, mathMetric, samplesOfMath } from "./math-metric.ts";

const minute = 60_000;
const metric = (name: string) => ({ namespace: "N", name, dimensions: {} });
const query = (id: string, periodSeconds = 60): MathQuery => ({
  id,
  isWatched: false,
  metric: { metric: metric(id), statistic: "Average", periodSeconds },
});
const watched = (expression: string): MathQuery => ({ id: "watched", expression, isWatched: true });

let store: MetricStore;
beforeEach(() => {
  store = new MetricStore();
});

it("has a value for each whole period in which the expression has one, oldest first", () => {
  put("desired", 0, 3);
  put("desired", 0, 5);
  put("desired", 1, 4);
  put("running", 1, 1);
  put("desired", 3, 9);
  const math = mathMetric([watched("IF(desired > 0, desired - FILL(running, 0))"), query("desired"), query("running")]);

  expect(samplesOfMath(math, store, 3, 3.5 * minute)).toEqual([
    { at: 0, visibleAt: 3.5 * minute, value: 4 },
    { at: minute, visibleAt: 3.5 * minute, value: 3 },
  ]);
});

it("lacks no period once FILL has filled it, which hides that the rest is unknown", () => {
  const math = mathMetric([watched("desired - FILL(running, 0)"), query("desired"), query("running")]);

  expect(samplesOfMath(math, store, 2, 2 * minute).map(({ value }) => value)).toEqual([0, 0]);
});

it("does not see what has not come yet", () => {
  store.add(metric("a"), { at: 0, visibleAt: 2 * minute, value: 1 });
  const math = mathMetric([watched("a * 2"), query("a")]);

  expect(samplesOfMath(math, store, 3, 1.9 * minute)).toEqual([]);
  expect(samplesOfMath(math, store, 3, 2 * minute)).toMatchObject([{ value: 2 }]);
});

it("takes expressions over expressions, and a metric by itself", () => {
  put("a", 0, 2);
  const double: MathQuery = { id: "double", expression: "a * 2", isWatched: false };

  const of = (...queries: MathQuery[]) =>
    samplesOfMath(mathMetric(queries), store, 1, minute).map(({ value }) => value);

  expect(of(watched("double + 1"), double, query("a"))).toEqual([5]);
  expect(of({ ...query("a"), isWatched: true })).toEqual([2]);
});

it.each([
  ["an id of nothing", [watched("a + b"), query("a")], 'expected the id of another query; came "b"'],
  ["a circle", [watched("a + watched"), query("a")], 'expected the id of another query; came "watched"'],
  ["two periods", [watched("a + b"), query("a"), query("b", 300)], "came 60 and 300"],
  ["no metric", [watched("1 + 1")], "expected metrics of one period; came none"],
  ["a number", [watched("1 + 1"), query("a")], 'expected a series of "watched"; came a number'],
  ["nothing to watch", [query("a")], "expected one query with returnData; came none"],
  ["two to watch", [watched("a"), { ...query("a"), isWatched: true }], "came watched and a"],
])("refuses %s", (_name, queries, message) => {
  expect(() => mathMetric(queries)).toThrow(message);
});

function put(name: string, period: number, value: number): void {
  store.add(metric(name), { at: period * minute, visibleAt: period * minute, value });
}
