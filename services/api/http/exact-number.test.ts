import fc from "fast-check";
import { expect, it } from "vitest";
import { isExactNumber } from "./exact-number.ts";

it.each([
  ["0", true],
  ["-0", true],
  ["-0.0e5", true],
  ["0e999999999999", true],
  ["0.1", true],
  ["1.0", true],
  ["1e2", true],
  ["1E+2", true],
  ["100e-2", true],
  ["0.30000000000000004", true],
  ["9007199254740991", true],
  ["9007199254740992", true],
  ["1e21", true],
  ["1000000000000000000000", true],
  ["1.7976931348623157e308", true],
  ["5e-324", true],
  [`1${"0".repeat(300)}`, true],
  [`1${"0".repeat(400)}e-400`, true],
  ["9007199254740993", false],
  ["12345678901234567890", false],
  ["-12345678901234567890", false],
  ["0.12345678901234567890", false],
  ["1.00000000000000000001", false],
  ["0.1000000000000000055511151231257827", false],
  ["1e400", false],
  ["-1e400", false],
  ["1e-400", false],
  ["2e-324", false],
])("tells for %s whether a double keeps its value: %s", (literal, isKept) => {
  expect(isExactNumber(literal)).toBe(isKept);
});

const digits = (maxLength: number) =>
  fc.array(fc.constantFrom(..."0001234567899"), { minLength: 1, maxLength }).map((each) => each.join(""));

const literal = fc
  .tuple(
    fc.constantFrom("", "-"),
    fc.oneof(
      fc.constant("0"),
      digits(22).map((text) => text.replace(/^0+/, "") || "0"),
    ),
    fc.option(digits(22), { nil: undefined }),
    fc.option(fc.integer({ min: -345, max: 330 }), { nil: undefined, freq: 2 }),
  )
  .map(([sign, whole, fraction, exponent]) =>
    [sign, whole, fraction === undefined ? "" : `.${fraction}`, exponent === undefined ? "" : `e${exponent}`].join(""),
  );

/** A decimal times 10 ** 800, by another way: whole numbers without a limit. */
function scaled(text: string): bigint {
  const [mantissa = "", exponent = "0"] = text.toLowerCase().split("e");
  const [whole = "", fraction = ""] = mantissa.split(".");
  return BigInt(whole + fraction) * 10n ** BigInt(800 + Number(exponent) - fraction.length);
}

it("agrees with exact integer arithmetic", () => {
  const verdicts = { true: 0, false: 0 };

  fc.assert(
    fc.property(fc.oneof(literal, fc.double({ noNaN: true, noDefaultInfinity: true }).map(String)), (text) => {
      const again = String(JSON.parse(text));
      const isKept = again.includes("Infinity") ? false : scaled(again) === scaled(text);

      expect(isExactNumber(text), text).toBe(isKept);
      verdicts[`${isKept}`] += 1;
    }),
    { numRuns: 20_000 },
  );

  expect(Math.min(verdicts.true, verdicts.false)).toBeGreaterThan(1_000);
});

it("takes time proportional to the literal's length", () => {
  const zeros = "0".repeat(1_000_000);

  expect(isExactNumber(`1${zeros}1${zeros}1`)).toBe(false);
  expect(isExactNumber(`0.${zeros}1e1000001`)).toBe(true);
});
