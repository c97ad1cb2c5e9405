import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";

interface Declared {
  type: string;
  default: unknown;
  description: string;
}

/** The configuration keys that Pulumi.yaml declares. */
export const declared = (
  parse(readFileSync(fileURLToPath(new URL("../../Pulumi.yaml", import.meta.url)), "utf8")) as {
    config: Record<string, Declared>;
  }
).config;

/** Their defaults, as Pulumi passes them: strings as they are, everything else as JSON. */
export const defaults = Object.fromEntries(
  Object.entries(declared).map(([key, { type, default: value }]) => [
    key,
    type === "string" ? String(value) : JSON.stringify(value),
  ]),
);
