import { symlink } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { collectTexts } from "./collect-texts.ts";
import { createSampleFolder } from "./testing/sample-folder.ts";

async function collectPaths(names: string[]): Promise<string[]> {
  await using folder = await createSampleFolder(Object.fromEntries(names.map((name) => [name, name])));
  return (await collectTexts(folder.path)).map(({ path }) => path);
}

describe("the collected texts", () => {
  it("are README and license texts, whatever their case, language and ending", async () => {
    const names = [
      "COPYING",
      "LICENCE.rst",
      "LICENSE-MIT",
      "NOTICE.txt",
      "README.md",
      "license.markdown",
      "readme.ja.md",
    ];

    expect(await collectPaths(names.map((name) => `node_modules/a/${name}`))).toEqual(
      names.map((name) => `node_modules/a/${name}`),
    );
  });

  it.each(["license.js", "licensing.md", "README.md.map", "index.js", "LICENSE-3rdparty.csv"])(
    "are not %s",
    async (name) => {
      expect(await collectPaths([`node_modules/a/${name}`, "node_modules/b/README"])).toEqual([
        "node_modules/b/README",
      ]);
    },
  );

  it("come from nested and scoped packages, in the order of their paths", async () => {
    const paths = await collectPaths([
      "node_modules/z/README",
      "node_modules/a/node_modules/b/README",
      "node_modules/@scope/a/README",
      "node_modules/a/README",
    ]);

    expect(paths).toEqual([
      "node_modules/@scope/a/README",
      "node_modules/a/README",
      "node_modules/a/node_modules/b/README",
      "node_modules/z/README",
    ]);
  });

  it("come from installed packages only, not from the tools' own folders", async () => {
    const paths = await collectPaths([
      "README.md",
      "node_modules/.cache/README",
      "node_modules/.bin/README",
      "node_modules/a/README",
    ]);

    expect(paths).toEqual(["node_modules/a/README"]);
  });

  it("are found once: links are not followed", async () => {
    await using folder = await createSampleFolder({ "node_modules/a/README": "text" });
    await symlink(folder.path, join(folder.path, "node_modules/loop"));
    await symlink(join(folder.path, "node_modules/a/README"), join(folder.path, "node_modules/README"));

    const texts = await collectTexts(folder.path);

    expect(texts).toEqual([{ path: "node_modules/a/README", bytes: Buffer.from("text") }]);
  });
});
