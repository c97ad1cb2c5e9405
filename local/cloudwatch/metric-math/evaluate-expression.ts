import { AppError } from "../../../runtime/errors.ts";
import type { Expression } from "./parse-expression.ts";

/** A series at one moment, which may have no point there, or a number that is the same at all. */
export type Point = { isScalar: false; value: number | undefined } | { isScalar: true; value: number };

/**
 * What an expression comes to at one moment, by AWS's rules. What is missing of two series counts as 0 where the other has a
 * point; where neither has one, or by 0 is divided, there is none.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
 * @throws AppError `metric-math`
 */
export function evaluateExpression(expression: Expression, pointOf: (id: string) => Point): Point {
  const evaluate = (one: Expression) => evaluateExpression(one, pointOf);
  switch (expression.kind) {
    case "number":
      return { isScalar: true, value: expression.value };
    case "id":
      return pointOf(expression.id);
    case "list":
      throw new AppError("metric-math", "expected a list in a function that takes one, such as MAX([a, b])");
    case "binary":
      return combine(expression.operator, evaluate(expression.left), evaluate(expression.right));
    case "call":
      return call(expression.name, expression.args, evaluate);
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

type Evaluate = (expression: Expression) => Point;

function call(name: string, args: readonly Expression[], evaluate: Evaluate): Point {
  const [first, second, third] = args;
  if (name === "IF" && first && second && args.length <= 3) return choose(first, second, third, evaluate);
  if (name === "FILL" && first && second && args.length === 2) return fill(evaluate(first), evaluate(second));
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

function fill(point: Point, filler: Point): Point {
  if (point.isScalar) throw new AppError("metric-math", "expected a series to FILL; came a number");
  return series(point.value ?? filler.value);
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
  const points = list.items.map(evaluate);
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
