import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { parameterTable } from "./parameter-table.ts";

const page = readFileSync(new URL("../../docs/model.md", import.meta.url), "utf8");

it("stands in docs/model.md as the code has it", () => {
  expect(page).toContain(parameterTable());
});
