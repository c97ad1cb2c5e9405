import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type * as pulumi from "@pulumi/pulumi";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { functionCode, imageContext } from "./bundle.ts";
import { noticesFile, packagesOf, thirdPartyNotices } from "./third-party-notices.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "sluice-notices-"));
});
afterEach(() => rmSync(root, { recursive: true }));

function addPackage(name: string, license: string, files: Record<string, string>): string {
  const folder = join("node_modules", name);
  mkdirSync(join(root, folder), { recursive: true });
  writeFileSync(join(root, folder, "package.json"), JSON.stringify({ name, version: "1.2.3", license }));
  for (const [file, text] of Object.entries(files)) writeFileSync(join(root, folder, file), text);
  return folder;
}

describe("third-party notices", () => {
  it("have each license text once, with the packages under it", () => {
    const folders = [
      addPackage("b", "MIT", { LICENSE: "Copyright B\r\nMIT text\r\n" }),
      addPackage("@scope/a", "Apache-2.0", { "LICENSE.txt": "Apache text\n", NOTICE: "Made by A\n" }),
      addPackage("c", "MIT", { "licence.md": "Copyright B\nMIT text\n", "license.js": "code" }),
    ];

    const notices = thirdPartyNotices(root, folders);

    expect(notices).toContain("b 1.2.3 (MIT)\nc 1.2.3 (MIT)\n\nCopyright B\nMIT text\n");
    expect(notices).toContain("@scope/a 1.2.3 (Apache-2.0)\n\nApache text\n\nMade by A\n");
    expect(notices.match(/Copyright B/g)).toHaveLength(1);
  });

  it("say so where a package has no license file", () => {
    const folder = addPackage("d", "ISC", {});

    expect(thirdPartyNotices(root, [folder])).toContain("d 1.2.3 (ISC)\n\nThe package has no license file");
  });

  it("are about packages, also scoped and nested ones, and not about this project", () => {
    const sources = ["services/jobs/job.ts", "node_modules/@scope/a/dist/x.js", "node_modules/@scope/a/y.js"];

    expect(packagesOf([...sources, "node_modules/b/node_modules/c/i.js"])).toEqual([
      "node_modules/@scope/a",
      "node_modules/b/node_modules/c",
    ]);
  });

  it("lie beside a function's code and in the image, for all packages there", async () => {
    const { assets } = functionCode("services/api/openapi/handler.ts") as unknown as {
      assets: Promise<Record<string, pulumi.asset.StringAsset>>;
    };
    const files = await assets;
    const directory = await imageContext(
      "worker-image",
      ["services/worker/main.ts", "services/worker/runner.ts"],
      "services/worker/Dockerfile",
    );

    const image = readFileSync(join(directory, noticesFile), "utf8");
    expect(Object.keys(files)).toEqual(["index.mjs", noticesFile]);
    expect(await files[noticesFile]?.text).toMatch(/^zod \d+\.\d+\.\d+ \(MIT\)$/m);
    expect(await files[noticesFile]?.text).not.toContain("@aws-sdk/client-sqs");
    for (const name of ["pino", "zod", "@aws-sdk/client-s3", "@opentelemetry/api"]) {
      expect(image).toMatch(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+ \\(`, "m"));
    }
  });
});
