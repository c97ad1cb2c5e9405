import { visit } from "jsonc-parser";
import type { FieldError } from "../../../contract/http.ts";
import { limits } from "../../../contract/limits.ts";
import { asError } from "../../../runtime/errors.ts";
import { isExactNumber } from "./exact-number.ts";
import { nameOf, shorten } from "./field-errors.ts";
import { refusal } from "./problem.ts";

/** The request's field that holds the JSON text, and the prefix of the paths in it. */
export interface JsonSource {
  field: "body" | "payloadKey";
  prefix: "" | "payload";
}

/**
 * Parses JSON without loss. Refuses numbers that change as doubles, duplicate names in an object, and nesting beyond
 * `limits.requestDepth`, which would overflow the stack of recursive code.
 * @throws Problem 400 with each such field
 */
export function parseJson(bytes: Uint8Array, source: JsonSource): unknown {
  const { text, value } = parse(bytes, source.field);
  const { errors, moreErrors } = findLosses(text, source);
  if (errors.length > 0) {
    throw refusal(400, "inexact-json", "The JSON cannot be represented exactly", errors, { moreErrors });
  }
  return value;
}

function parse(bytes: Uint8Array, field: string): { text: string; value: unknown } {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return { text, value: JSON.parse(text) };
  } catch (cause) {
    const came = bytes.length === 0 ? "nothing" : `invalid JSON: ${asError(cause).message}`;
    throw refusal(400, "invalid-json", "Invalid JSON", [{ field, expected: "JSON", came }], { cause });
  }
}

/** Scans a text that `JSON.parse` has accepted, without building a second value. */
function findLosses(text: string, { field, prefix }: JsonSource): { errors: FieldError[]; moreErrors: number } {
  const errors: FieldError[] = [];
  let moreErrors = 0;
  let depth = 0;
  const namesOfOpenObjects: Set<string>[] = [];

  const enter = () => {
    depth += 1;
    if (depth <= limits.requestDepth) return;
    const expected = `arrays and objects nested at most ${limits.requestDepth} deep`;
    throw refusal(400, "too-deep", "The JSON is nested too deeply", [{ field, expected, came: "deeper nesting" }]);
  };
  const leave = () => {
    depth -= 1;
  };
  const report = (path: PropertyKey[], expected: string, came: string) => {
    if (errors.length < limits.problemErrors) errors.push({ field: nameOf(prefix, path), expected, came });
    else moreErrors += 1;
  };

  visit(text, {
    onObjectBegin() {
      enter();
      namesOfOpenObjects.push(new Set());
    },
    onObjectEnd() {
      leave();
      namesOfOpenObjects.pop();
    },
    onArrayBegin: enter,
    onArrayEnd: leave,
    onObjectProperty(name, _offset, _length, _line, _character, path) {
      const names = namesOfOpenObjects.at(-1);
      if (names?.has(name)) report([...path(), name], "each name once in an object", "a duplicate");
      names?.add(name);
    },
    onLiteralValue(value, offset, length, _line, _character, path) {
      if (typeof value !== "number") return;
      const literal = text.slice(offset, offset + length);
      if (isExactNumber(literal, value)) return;
      report(
        path(),
        "a number that a 64-bit float represents exactly",
        `${shorten(literal)}, which would become ${value}`,
      );
    },
  });
  return { errors, moreErrors };
}
