import { visit } from "jsonc-parser";
import type { FieldError } from "../../../contract/http.ts";
import { limits } from "../../../contract/limits.ts";
import { asError } from "../../../runtime/errors.ts";
import { isExactNumber } from "./exact-number.ts";
import { describe, nameOf, shorten } from "./field-errors.ts";
import { refusal } from "./problem.ts";

/** The field by which a JSON text came, and the first part of the names of the fields in it. */
export interface JsonSource {
  field: "body" | "payloadKey";
  prefix: "" | "payload";
}

/**
 * Parses a JSON text whose value keeps all that the text says. Refused are numbers that change as doubles, names that stand
 * twice in one object, and lists and objects nested beyond `limits.requestDepth`, which would overflow recursive code.
 * @throws Problem 400 that names each such field
 */
export function parseJson(bytes: Uint8Array, source: JsonSource): unknown {
  const { text, value } = parse(bytes, source.field);
  const { errors, moreErrors } = findLosses(text, source);
  if (errors.length > 0) {
    throw refusal(400, "inexact-json", "The JSON cannot be kept as it was sent", errors, { moreErrors });
  }
  return value;
}

function parse(bytes: Uint8Array, field: string): { text: string; value: unknown } {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return { text, value: JSON.parse(text) };
  } catch (cause) {
    const came = bytes.length === 0 ? "nothing" : `what is none: ${asError(cause).message}`;
    throw refusal(400, "invalid-json", "What came is not JSON", [{ field, expected: "JSON", came }], { cause });
  }
}

/** One pass over a text that `JSON.parse` has accepted; it builds no second value. */
function findLosses(text: string, { field, prefix }: JsonSource): { errors: FieldError[]; moreErrors: number } {
  const errors: FieldError[] = [];
  let moreErrors = 0;
  let depth = 0;
  const namesOfOpenObjects: Set<string>[] = [];

  const enter = () => {
    depth += 1;
    if (depth <= limits.requestDepth) return;
    const expected = `lists and objects at most ${limits.requestDepth} deep in each other`;
    throw refusal(400, "too-deep", "The JSON is nested too deep", [{ field, expected, came: "deeper ones" }]);
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
      if (names?.has(name)) report([...path(), name], "a name that stands once in its object", "it again");
      names?.add(name);
    },
    onLiteralValue(value, offset, length, _line, _character, path) {
      if (typeof value !== "number") return;
      const literal = text.slice(offset, offset + length);
      if (isExactNumber(literal, value)) return;
      const kept = Number.isFinite(value) ? describe(value) : "no number";
      report(path(), "a number that a 64-bit float keeps", `${shorten(literal)}, which would become ${kept}`);
    },
  });
  return { errors, moreErrors };
}
