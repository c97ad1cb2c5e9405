import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { importRules } from "./import-rules.ts";

const architecture = readFileSync(fileURLToPath(new URL("../ARCHITECTURE.md", import.meta.url)), "utf8");

it("ARCHITECTURE.md shows the enforced import rules", () => {
  const shown = [...architecture.matchAll(/^\| (`.+?\/`) \| .+? \| (.+?) \|$/gm)].flatMap(
    ([, folders = "", allowed = ""]) => namesIn(folders).map((folder) => ({ folder, mayImport: namesIn(allowed) })),
  );

  expect(shown).toEqual(importRules.map(({ folder, mayImport }) => ({ folder, mayImport })));
});

function namesIn(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+?)\/?`/g)].map(([, name = ""]) => name);
}
