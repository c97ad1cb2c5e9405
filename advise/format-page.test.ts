import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { computeLimits } from "./compute-limits.ts";
import { formatPage } from "./format-page.ts";
import { messagingFacts } from "./messaging.ts";
import { scenarios } from "./scenarios.ts";

it("docs/choosing-compute.md is what `npm run advise -- --write-page` writes", () => {
  const page = readFileSync(new URL("../docs/choosing-compute.md", import.meta.url), "utf8");

  expect(page).toBe(formatPage());
});

it("the page has every scenario, every limit and every fact", () => {
  const page = formatPage();

  expect(scenarios).toHaveLength(20);
  for (const { name } of scenarios) expect(page).toContain(`| ${name} |`);
  for (const { text } of [...computeLimits, ...messagingFacts]) expect(page).toContain(text);
});
