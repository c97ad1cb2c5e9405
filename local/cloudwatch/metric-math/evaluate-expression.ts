import { AppError } from "../../../runtime/errors.ts";
import type { Expression } from "./parse-expression.ts";

/** A series at one moment, which may have no point there, or a number that is the same at all. */
export type Point = { isScalar: false; value: number | undefined } | { isScalar: true; value: number };

/** A metric or another expression of the alarm, by its id, in the period of that number; the oldest fetched is 0. */
export type PointAt = (id: string, period: number) => Point;

/**
 * What an expression comes to in one period, by AWS's rules. What is missing of two series counts as 0 where the other has a
 * point; where neither has one, or by 0 is divided, there is none.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
 * AWS's page does not say what becomes of a missing point beside a number: here it stays missing. Expressions of the program
 * come to the same either way.
 * @throws AppError `metric-math`
 */
export function evaluateExpression(expression: Expression, pointAt: PointAt, period: number): Point {
  const evaluate: Evaluate = (one, at = period) => evaluateExpression(one, pointAt, at);
  switch (expression.kind) {
    case "number":
      return { isScalar: true, value: expression.value };
    case "id":
      return pointAt(expression.id, period);
    case "keyword":
      throw new AppError("metric-math", `expected ${expression.name} as what FILL fills with`);
    case "list":
      throw new AppError("metric-math", "expected a list in a function that takes one, such as MAX([a, b])");
    case "binary":
      return combine(expression.operator, evaluate(expression.left), evaluate(expression.right));
    case "call":
      return call(expression.name, expression.args, evaluate, period);
  }
}

function combine(operator: string, left: Point, right: Point): Point {
  const compute = operators[operator];
  if (!compute) throw new AppError("metric-math", `expected an operator of the laptop's; came "${operator}"`);
  if (left.isScalar && right.isScalar) return { isScalar: true, value: compute(left.value, right.value) };
  const seriesValues = [left, right].filter(({ isScalar }) => !isScalar).map(({ value }) => value);
  if (seriesValues.every((value) => value === undefined)) return missing;
  return series(compute(left.value ?? 0, right.value ?? 0));
}

const operators: Record<string, (left: number, right: number) => number> = {
  "+": (left, right) => left + right,
  "-": (left, right) => left - right,
  "*": (left, right) => left * right,
  "/": (left, right) => left / right,
  "==": (left, right) => Number(left === right),
  "!=": (left, right) => Number(left !== right),
  "<=": (left, right) => Number(left <= right),
  ">=": (left, right) => Number(left >= right),
  "<": (left, right) => Number(left < right),
  ">": (left, right) => Number(left > right),
  AND: (left, right) => Number(left !== 0 && right !== 0),
  "&&": (left, right) => Number(left !== 0 && right !== 0),
  OR: (left, right) => Number(left !== 0 || right !== 0),
  "||": (left, right) => Number(left !== 0 || right !== 0),
};

type Evaluate = (expression: Expression, period?: number) => Point;

function call(name: string, args: readonly Expression[], evaluate: Evaluate, period: number): Point {
  const [first, second, third] = args;
  if (name === "IF" && first && second && args.length <= 3) return choose(first, second, third, evaluate);
  if (name === "FILL" && first && second && args.length === 2) return fill(first, second, evaluate, period);
  if (name === "TIME_SERIES" && first && args.length === 1) return series(evaluate(first).value);
  const aggregate = aggregates[name];
  if (aggregate && first && args.length === 1) return aggregateOf(name, first, aggregate, evaluate);
  const known = ["IF", "FILL", "TIME_SERIES", ...Object.keys(aggregates)].join(", ");
  throw new AppError(
    "metric-math",
    `expected a function of ${known} with its arguments; came ${name} with ${args.length}`,
  );
}

/** Where the condition holds and its series has no point, AWS says 0; where it does not hold, no point. */
function choose(condition: Expression, yes: Expression, no: Expression | undefined, evaluate: Evaluate): Point {
  const holds = evaluate(condition);
  const chosen = evaluate(yes);
  const other = no ? evaluate(no) : missing;
  if (holds.isScalar && chosen.isScalar && other.isScalar) return holds.value === 0 ? other : chosen;
  if (holds.value === undefined) return missing;
  return series(holds.value === 0 ? other.value : (chosen.value ?? (holds.isScalar ? undefined : 0)));
}

/** With REPEAT by the most recent point before; there may be none among those that CloudWatch has fetched. */
function fill(filled: Expression, filler: Expression, evaluate: Evaluate, period: number): Point {
  const point = evaluate(filled);
  if (point.isScalar) throw new AppError("metric-math", "expected a series to FILL; came a number");
  if (filler.kind !== "keyword") return series(point.value ?? evaluate(filler).value);
  if (filler.name !== "REPEAT") {
    throw new AppError("metric-math", `expected FILL with a number, a series or REPEAT; came ${filler.name}`);
  }
  for (let at = period; at >= 0; at -= 1) {
    const { value } = evaluate(filled, at);
    if (value !== undefined) return series(value);
  }
  return missing;
}

const aggregates: Record<string, (values: number[]) => number> = {
  MAX: (values) => Math.max(...values),
  MIN: (values) => Math.min(...values),
  SUM: (values) => values.reduce((sum, value) => sum + value, 0),
};

/** Of one series these are one number over all that CloudWatch has fetched, which AWS warns of in alarms. */
function aggregateOf(
  name: string,
  list: Expression,
  aggregate: (values: number[]) => number,
  evaluate: Evaluate,
): Point {
  if (list.kind !== "list") {
    throw new AppError(
      "metric-math",
      `expected ${name}([a, b]), a list of series; on one series it is no use in an alarm`,
    );
  }
  const points = list.items.map((item) => evaluate(item));
  if (points.some(({ isScalar }) => isScalar)) {
    throw new AppError("metric-math", "expected series in a list; a number becomes one by TIME_SERIES");
  }
  const values = points.map(({ value }) => value).filter((value) => value !== undefined);
  return values.length === 0 ? missing : series(aggregate(values));
}

const missing: Point = { isScalar: false, value: undefined };

/** What is no number is no point. */
function series(value: number | undefined): Point {
  return { isScalar: false, value: Number.isFinite(value) ? value : undefined };
}
