import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { downloadPulumi, locatePulumi, pulumiFolder, withPulumiFolder } from "./pulumi-installation.ts";

let home: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "sluice-home-"));
});

afterEach(() => rmSync(home, { recursive: true }));

it("finds the machine's own CLI before a downloaded one", () => {
  const folder = pulumiFolder("3.270.0", { PULUMI_HOME: home });
  const own = join(home, "own");
  for (const bin of [own, join(folder, "bin")]) {
    mkdirSync(bin, { recursive: true });
    writeFileSync(join(bin, process.platform === "win32" ? "pulumi.exe" : "pulumi"), "");
  }

  const located = [own, "/nowhere"].map((PATH) => locatePulumi(withPulumiFolder({ PATH }, folder)));

  expect(located).toEqual([expect.stringContaining(own), expect.stringContaining(folder)]);
  expect(locatePulumi({ PATH: "/nowhere" })).toBeUndefined();
});

it("says how to install the CLI when the download fails", async () => {
  const install = () => Promise.reject(new Error("Failed to download https://get.pulumi.com/install.sh: fetch failed"));

  await expect(downloadPulumi("/home/ada/.pulumi/versions/3.270.0", install)).rejects.toMatchObject({
    code: "no-pulumi",
    message: expect.stringMatching(/fetch failed\n.*install the CLI by hand/),
  });
});
