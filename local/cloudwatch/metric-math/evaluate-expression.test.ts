import { describe, expect, it } from "vitest";
import { evaluateExpression, type Point, parseExpression } from "./evaluate-expression.ts";

type Values = Record<string, number | undefined>;

describe("metric math", () => {
  it.each<[string, Values, number | undefined]>([
    ["a + b * 2", { a: 1, b: 3 }, 7],
    ["(a + b) * 2", { a: 1, b: 3 }, 8],
    ["a - b - 1", { a: 9, b: 3 }, 5],
    ["a / b / 2", { a: 12, b: 3 }, 2],
    ["-a + 0.5", { a: 2 }, -1.5],
    ["-(a-b)", { a: 2, b: 5 }, 3],
    ["a < b", { a: 1, b: 2 }, 1],
    ["a + 1 > b", { a: 1, b: 3 }, 0],
    ["MAX([a, b])", { a: 1, b: 3 }, 3],
    ["MAX([a, b * 2])", { a: 1, b: 3 }, 6],
    ["visible * 30 / (4 * IF(FILL(running, 0) > 1, running, 1))", { visible: 80, running: 3 }, 200],
    ["visible * 30 / (4 * IF(FILL(running, 0) > 1, running, 1))", { visible: 80, running: undefined }, 600],
  ])("makes of %s with %o: %s", (text, values, result) => {
    expect(evaluate(text, values)).toEqual({ isScalar: false, value: result });
  });
});

describe("a point that is missing", () => {
  it.each<[string, string, Values, number | undefined]>([
    ["counts as 0 beside one that is there", "a - b", { a: 5 }, 5],
    ["counts as 0 in a comparison with one that is there", "a < b", { b: 20 }, 1],
    ["is missing beside a number", "a + 1", {}, undefined],
    ["is missing beside another that is missing", "a - b", {}, undefined],
    ["is what FILL says", "b - FILL(a, 0)", { b: 3 }, 3],
    ["is what another series says", "FILL(a, b)", { b: 3 }, 3],
    ["comes of a division by 0", "a / b", { a: 1, b: 0 }, undefined],
    ["comes of a division by what is missing", "a / b", { a: 1 }, undefined],
    ["is passed over by MAX", "MAX([a, b])", { b: 2 }, 2],
    ["is not made up by MAX of nothing", "MAX([a, b])", {}, undefined],
  ])("%s: %s", (_name, text, values, result) => {
    expect(evaluate(text, values).value).toBe(result);
  });

  // The tables of AWS's page, column by column.
  it.each<[string, (number | undefined)[]]>([
    ["IF(c, a, b)", [30, 0, 20, undefined, undefined]],
    ["IF(c, 5, b)", [5, 5, 20, undefined, undefined]],
    ["IF(c, a, 5)", [30, 0, 5, 5, undefined]],
    ["IF(c, a)", [30, 0, undefined, undefined, undefined]],
  ])("is in %s as AWS's tables have it", (text, results) => {
    const c = [1, 1, 0, 0, undefined];
    const a = [30, undefined, 0, 0, 30];
    const b = [0, 0, 20, undefined, 20];

    expect(c.map((_, at) => evaluate(text, { a: a[at], b: b[at], c: c[at] }).value)).toEqual(results);
  });

  it.each<[string, (number | undefined)[]]>([
    ["a < b", [0, 0, 1, 0]],
    ["a > 29", [1, 0, 0, 0]],
  ])("is in %s as AWS's table of comparisons has it", (text, results) => {
    const a = [30, 20, 0, 0];
    const b = [20, undefined, 20, undefined];

    expect(a.map((_, at) => evaluate(text, { a: a[at], b: b[at] }).value)).toEqual(results);
  });
});

describe("FILL with REPEAT", () => {
  const overTime = (text: string, a: (number | undefined)[]) =>
    a.map((_, period) => {
      const pointAt = (_id: string, at: number): Point => ({ isScalar: false, value: a[at] });
      return evaluateExpression(parseExpression(text), pointAt, period).value;
    });

  it("fills a gap with the most recent point before it, and has none before the first", () => {
    expect(overTime("FILL(a, REPEAT)", [undefined, 2, undefined, undefined, 5])).toEqual([undefined, 2, 2, 2, 5]);
  });

  it("leaves to another FILL what has no point before", () => {
    expect(overTime("FILL(FILL(a, REPEAT), 0)", [undefined, 2, undefined])).toEqual([0, 2, 2]);
  });

  it("repeats what an expression came to, not what it would come to now", () => {
    expect(overTime("FILL(MAX([a, a]), REPEAT) + FILL(a, 0)", [3, undefined])).toEqual([6, 3]);
  });
});

it.each([
  ["a +", '"a +": Expected expression after + at character 3'],
  ["a b", "expected one expression of numbers, ids, operators and functions; came a part of type Compound"],
  ["(a", '"(a": Unclosed ('],
  ["MAX([a, b", '"MAX([a, b": Expected ]'],
  ["a % b", 'expected an operator that the laptop supports; came "%"'],
  ['a + "b"', "came a part of type Literal"],
  ["SUM([a, b])", "came SUM with 1"],
  ["MAX(a, b)", "came MAX with 2"],
  ["MAX(a)", "expected a list of series such as MAX([a, b])"],
  ["MAX([a, 1])", "expected series in a list; came a number"],
  ["[a, b]", "expected a list only as the argument of a function"],
  ["a AND b", "came a part of type Compound"],
  ["!a", "came a part of type UnaryExpression"],
  ["a + REPEAT", "expected REPEAT only as the second argument of FILL"],
  ["FILL(1, 2)", "expected a series to FILL"],
  ["IF(a)", "came IF with 1"],
])("refuses %s", (text, message) => {
  expect(() => evaluate(text, { a: 1, b: 2 })).toThrow(message);
});

function evaluate(text: string, values: Values): Point {
  return evaluateExpression(parseExpression(text), (id) => ({ isScalar: false, value: values[id] }), 0);
}
