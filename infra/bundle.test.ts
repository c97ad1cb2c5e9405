import { describe, expect, it } from "vitest";
import { apiRoutes } from "../contract/routes.ts";
import { type Bundle, bundleOf } from "./bundle.ts";

/** The entry files of all functions. */
const functions = [
  ...new Set(Object.values(apiRoutes).map((route) => `services/api/${route.function}/handler.ts`)),
  "services/sweeper/handler.ts",
  "autoscaler/scheduled/handler.ts",
];
const entries = [...functions, "services/worker/main.ts"];
/** The most bytes of code that each may load at its start. */
const mostBytes = 500_000;

/** The files that are loaded with index.mjs: their imports, but not those of `import()`. */
function loadedAtStart({ files }: Bundle): string[] {
  const loaded = new Set(["index.mjs"]);
  for (const name of loaded) {
    for (const [, imported = ""] of (files[name] ?? "").matchAll(/(?:from|import)\s*"\.\/([^"]+)"/g))
      loaded.add(imported);
  }
  return [...loaded];
}

describe("a bundle", () => {
  it.each(entries)("loads few bytes at its start: %s", async (entry) => {
    const bundle = await bundleOf(entry);

    const bytes = loadedAtStart(bundle).reduce((sum, name) => sum + Buffer.byteLength(bundle.files[name] ?? ""), 0);

    expect(bytes).toBeGreaterThan(100_000);
    expect(bytes).toBeLessThanOrEqual(mostBytes);
  });

  it("does not load the client of S3 at its start", async () => {
    const bundles = await Promise.all(entries.map(bundleOf));

    const texts = bundles.map((bundle) =>
      loadedAtStart(bundle)
        .map((name) => bundle.files[name])
        .join(),
    );
    const withS3 = entries.filter((_, index) => texts[index]?.includes("com.amazonaws.s3"));
    expect(withS3).toEqual([]);
  });

  it("of a function has no clients for credentials", async () => {
    const bundles = await Promise.all(functions.map(bundleOf));

    for (const { packages } of bundles) expect(packages).not.toContain("node_modules/@aws-sdk/nested-clients");
  });

  it("contains one language of Zod", async () => {
    const { files } = await bundleOf("services/api/openapi/handler.ts");

    expect(files["index.mjs"]).not.toContain("Ungültige Eingabe");
    expect(files["index.mjs"]).not.toMatch(/Ung\\xFCltige Eingabe/);
  });
});
