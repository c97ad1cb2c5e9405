import { limits } from "../../../contract/limits.ts";
import { asError } from "../../../runtime/errors.ts";
import { refusal } from "./problem.ts";

/** A text in JSON that no walk through it overflows. @throws Problem 400 that names the field it came by */
export function parseJson(bytes: Uint8Array, field: "body" | "payloadKey"): unknown {
  const value = parse(bytes, field);
  if (isDeeper(value, limits.requestDepth)) {
    const expected = `lists and objects at most ${limits.requestDepth} deep in each other`;
    throw refusal(400, "too-deep", "The JSON is nested too deep", [{ field, expected, came: "deeper ones" }]);
  }
  return value;
}

function parse(bytes: Uint8Array, field: string): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    const came = bytes.length === 0 ? "nothing" : `what is none: ${asError(error).message}`;
    throw refusal(400, "invalid-json", "What came is not JSON", [{ field, expected: "JSON", came }], error);
  }
}

/** Level by level and not by recursion, which a deep value would overflow. */
function isDeeper(value: unknown, most: number): boolean {
  let level = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > most) return true;
    level = level.flatMap((item) => (typeof item === "object" && item !== null ? Object.values(item) : []));
  }
  return false;
}
