/**
 * True if a JSON number keeps its value as a double: the shortest text that JavaScript writes for the double has the value of
 * the literal. True for `0.1`, `1e2` and `1.0`; false for `1e400`, `9007199254740993` and `0.12345678901234567890`.
 */
export function isExactNumber(literal: string, value = Number(literal)): boolean {
  // Fast path: a safe integer from at most 16 characters is exact. Zero is not: an underflow also gives 0.
  if (value !== 0 && Number.isSafeInteger(value) && literal.length <= 16) return true;
  const written = String(value);
  return written === literal || (Number.isFinite(value) && isSameDecimal(decimalOf(literal), decimalOf(written)));
}

/** 0.`digits` × 10^`exponent`, without leading and trailing zeros in the digits. */
interface Decimal {
  isNegative: boolean;
  digits: string;
  exponent: number;
}

function decimalOf(literal: string): Decimal {
  const [, sign, whole = "", fraction = "", exponent = "0"] =
    /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i.exec(literal) ?? [];
  const all = whole + fraction;
  let start = 0;
  let end = all.length;
  while (start < end && all[start] === "0") start += 1;
  while (end > start && all[end - 1] === "0") end -= 1;
  if (start === end) return { isNegative: false, digits: "", exponent: 0 };
  return {
    isNegative: sign === "-",
    digits: all.slice(start, end),
    exponent: whole.length - start + Number(exponent),
  };
}

function isSameDecimal(one: Decimal, other: Decimal): boolean {
  return one.isNegative === other.isNegative && one.digits === other.digits && one.exponent === other.exponent;
}
