import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { parameters as computes } from "../computes/parameters.ts";
import { parameters as capacity } from "./capacity/parameters.ts";
import { parameters as scaling } from "./scaling/parameters.ts";

const page = readFileSync(new URL("../../docs/model.md", import.meta.url), "utf8");

it("stands in docs/model.md as the code has it", () => {
  expect(page).toContain(parameterTable());
});

/** The model's parameters as docs/model.md shows them: name, value with its unit, source. */
function parameterTable(): string {
  const rows = [...rowsOf("scaling", scaling), ...rowsOf("capacity", capacity), ...rowsOf("computes", computes)];
  return ["| part | parameter | value | source |", "|---|---|---|---|", ...rows].join("\n");
}

function rowsOf(part: string, parameters: Record<string, { value: number; source: string; mark?: string }>): string[] {
  return Object.entries(parameters).map(([name, { value, source, mark }]) => {
    const [words, amount] = readable(name, value);
    return `| ${part} | ${words} | ${amount} | ${mark ? `[${mark}] ` : ""}${source} |`;
  });
}

const units: [ending: string, unit: string, factor: number][] = [
  ["Milliseconds", "s", 1 / 1000],
  ["Minutes", "min", 1],
  ["Percent", "%", 1],
];

function readable(name: string, value: number): [words: string, amount: string] {
  const [ending, unit, factor] = units.find(([suffix]) => name.endsWith(suffix)) ?? ["", "", 1];
  const stem = ending === "" ? name : name.slice(0, -ending.length);
  const words = stem.replace(/([a-z])([A-Z0-9])/g, "$1 $2").toLowerCase();
  return [words, `${value * factor} ${unit}`.trim()];
}
