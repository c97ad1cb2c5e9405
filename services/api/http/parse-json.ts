import { limits } from "../../../contract/limits.ts";
import { asError } from "../../../runtime/errors.ts";
import { Problem } from "./problem.ts";

/** A text in JSON that no walk through it overflows. @throws Problem 400 that calls it by its name */
export function parseJson(bytes: Uint8Array, name: "body" | "upload"): unknown {
  const value = parse(bytes, name);
  if (isDeeper(value, limits.requestDepth)) {
    const detail = `Expected lists and objects at most ${limits.requestDepth} deep in each other.`;
    throw new Problem(400, "too-deep", `The ${name} is nested too deep`, detail);
  }
  return value;
}

function parse(bytes: Uint8Array, name: string): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    throw new Problem(400, "invalid-json", `The ${name} is not JSON`, asError(error).message, { cause: error });
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
