import type { z } from "zod";
import type { FieldError } from "../../../contract/http.ts";

/** What a schema holds against a value, field by field: what it expected, and what came. */
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

/** Of several forms a value may have, the one that holds the least against it: where only one does, that one was meant. */
function closestOf(forms: z.core.$ZodIssue[][]): z.core.$ZodIssue[] | undefined {
  const fewest = Math.min(...forms.map((issues) => issues.length));
  const closest = forms.filter((issues) => issues.length === fewest);
  return closest.length === 1 ? closest[0] : undefined;
}

/** A value in few words. Callers see them, logs do not. */
export function describe(value: unknown): string {
  if (value === undefined) return "nothing";
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "object" && value !== null) return "an object";
  return shorten(JSON.stringify(value), 60);
}

/** A text cut to a length. Callers choose the names of fields that are none, and these stand in messages of libraries too. */
export function shorten(text: string, mostCharacters = 200): string {
  return text.length <= mostCharacters ? text : `${text.slice(0, mostCharacters).toWellFormed()}…`;
}

/** The name of a place in a request, by the names and positions that lead there. */
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

/** Zod's own words, `Invalid input: expected string, received number`, and ours, without what stands beside them anyway. */
function expectationOf(message: string): string {
  const words = message.replace(/^(Invalid|Too)[^:]*: /, "").replace(/, received .*$/, "");
  return words.replace(/^expected /, "");
}
