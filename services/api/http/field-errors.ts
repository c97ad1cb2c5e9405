import type { z } from "zod";
import type { FieldError } from "../../../contract/http.ts";

/** The errors of a value under a schema: for each field the expected value and the received one. */
export function fieldErrors(error: Pick<z.ZodError, "issues">, value: unknown, prefix = ""): FieldError[] {
  return error.issues.flatMap((issue) => {
    const came = valueAt(value, issue.path);
    const meant = issue.code === "invalid_union" ? closestOf(issue.errors) : undefined;
    if (meant)
      return fieldErrors({ issues: meant }, came, [prefix, ...issue.path.map(String)].filter(Boolean).join("."));
    if (issue.code !== "unrecognized_keys") {
      return [{ field: nameOf(prefix, issue.path), expected: expectationOf(issue.message), came: describe(came) }];
    }
    return issue.keys.map((key) => ({
      field: nameOf(prefix, [...issue.path, key]),
      expected: "no such field",
      came: describe(valueAt(came, [key])),
    }));
  });
}

/** The issues of the union's member with the fewest, which the client most likely meant; undefined if several tie. */
function closestOf(forms: z.core.$ZodIssue[][]): z.core.$ZodIssue[] | undefined {
  const fewest = Math.min(...forms.map((issues) => issues.length));
  const closest = forms.filter((issues) => issues.length === fewest);
  return closest.length === 1 ? closest[0] : undefined;
}

/** Describes a value briefly for the caller. It may be confidential: do not log it. */
export function describe(value: unknown): string {
  if (value === undefined) return "nothing";
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "object" && value !== null) return "an object";
  return shorten(JSON.stringify(value), 60);
}

/** Truncates a text. Names of unknown fields come from the caller and may be of any length. */
export function shorten(text: string, mostCharacters = 200): string {
  return text.length <= mostCharacters ? text : `${text.slice(0, mostCharacters).toWellFormed()}…`;
}

/** A field's path in dot notation. */
export function nameOf(prefix: string, path: PropertyKey[]): string {
  return shorten([prefix, ...path.map(String)].filter((part) => part !== "").join(".") || "body");
}

function valueAt(value: unknown, path: PropertyKey[]): unknown {
  let at = value;
  for (const step of path) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, step)) return undefined;
    at = (at as Record<PropertyKey, unknown>)[step];
  }
  return at;
}

/** The expectation alone, from Zod's `Invalid input: expected string, received number` or a message of Sluice. */
function expectationOf(message: string): string {
  const words = message.replace(/^(Invalid|Too)[^:]*: /, "").replace(/, received .*$/, "");
  return words.replace(/^expected /, "");
}
