import jsep from "jsep";
import { AppError } from "../../../runtime/errors.ts";

/** An expression of metric math as a tree. */
export type Expression = jsep.Expression;

/** @throws AppError `metric-math` if the text is no expression at all */
export function parseExpression(text: string): Expression {
  try {
    return jsep(text);
  } catch (error) {
    throw problem(`"${text}": ${(error as Error).message}`);
  }
}

/** The value of an expression in one period: a point of a series, which may be missing, or a scalar. */
export type Point = { isScalar: false; value: number | undefined } | { isScalar: true; value: number };

/** Looks up a metric or another expression by its id. Period 0 is the oldest one that was fetched. */
export type PointAt = (id: string, period: number) => Point;

/**
 * Evaluates an expression for one period by AWS's rules. With two series, a missing point counts as 0 if the other
 * series has one. The result is missing if both points are, or after a division by 0.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html AWS does not document a missing
 * point combined with a scalar; here the result is missing. The program's expressions do not depend on it.
 * @throws AppError `metric-math`
 */
export function evaluateExpression(expression: Expression, pointAt: PointAt, period: number): Point {
  const evaluate: Evaluate = (one, at = period) => evaluateExpression(one, pointAt, at);
  const tree = expression as jsep.CoreExpression;
  switch (tree.type) {
    case "Literal":
      if (typeof tree.value !== "number") break;
      return { isScalar: true, value: tree.value };
    case "Identifier":
      if (isRepeat(tree)) throw problem("expected REPEAT only as the second argument of FILL");
      return pointAt(tree.name, period);
    case "UnaryExpression":
      if (tree.operator !== "-") break;
      return combine("*", { isScalar: true, value: -1 }, evaluate(tree.argument));
    case "BinaryExpression":
      return combine(tree.operator, evaluate(tree.left), evaluate(tree.right));
    case "CallExpression":
      return call(String(tree.callee.name), tree.arguments, evaluate, period);
    case "ArrayExpression":
      throw problem("expected a list only as the argument of a function such as MAX([a, b])");
  }
  throw problem(`expected one expression of numbers, ids, operators and functions; came a part of type ${tree.type}`);
}

function isRepeat({ type, name }: Expression): boolean {
  return type === "Identifier" && name === "REPEAT";
}

function combine(operator: string, left: Point, right: Point): Point {
  const compute = operators[operator];
  if (!compute) throw problem(`expected an operator that the laptop supports; came "${operator}"`);
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
  "<": (left, right) => Number(left < right),
  ">": (left, right) => Number(left > right),
};

type Evaluate = (expression: Expression, period?: number) => Point;

function call(name: string, args: readonly Expression[], evaluate: Evaluate, period: number): Point {
  const [first, second, third] = args;
  if (name === "IF" && first && second && args.length <= 3) return choose(first, second, third, evaluate);
  if (name === "FILL" && first && second && args.length === 2) return fill(first, second, evaluate, period);
  if (name === "MAX" && first && args.length === 1) return largest(first, evaluate);
  throw problem(`expected IF, FILL or MAX with its arguments; came ${name} with ${args.length}`);
}

/** AWS gives 0 if the condition holds and its series has no point, and no point if the condition does not hold. */
function choose(condition: Expression, yes: Expression, no: Expression | undefined, evaluate: Evaluate): Point {
  const holds = evaluate(condition);
  const chosen = evaluate(yes);
  const other = no ? evaluate(no) : missing;
  if (holds.isScalar && chosen.isScalar && other.isScalar) return holds.value === 0 ? other : chosen;
  if (holds.value === undefined) return missing;
  return series(holds.value === 0 ? other.value : (chosen.value ?? (holds.isScalar ? undefined : 0)));
}

/** REPEAT fills with the most recent earlier point, if one was fetched. */
function fill(filled: Expression, filler: Expression, evaluate: Evaluate, period: number): Point {
  const point = evaluate(filled);
  if (point.isScalar) throw problem("expected a series to FILL; came a number");
  if (!isRepeat(filler)) return series(point.value ?? evaluate(filler).value);
  for (let at = period; at >= 0; at -= 1) {
    const { value } = evaluate(filled, at);
    if (value !== undefined) return series(value);
  }
  return missing;
}

function largest(list: Expression, evaluate: Evaluate): Point {
  if (list.type !== "ArrayExpression") {
    throw problem("expected a list of series such as MAX([a, b]); of one series it gives one number for all periods");
  }
  const points = (list as jsep.ArrayExpression).elements.flatMap((item) => (item ? [evaluate(item)] : []));
  if (points.some(({ isScalar }) => isScalar)) throw problem("expected series in a list; came a number");
  const values = points.map(({ value }) => value).filter((value) => value !== undefined);
  return values.length === 0 ? missing : series(Math.max(...values));
}

const missing: Point = { isScalar: false, value: undefined };

/** A value that is not finite counts as missing. */
function series(value: number | undefined): Point {
  return { isScalar: false, value: Number.isFinite(value) ? value : undefined };
}

function problem(message: string): AppError {
  return new AppError("metric-math", message);
}
