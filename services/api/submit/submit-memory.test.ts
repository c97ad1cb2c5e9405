import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, it } from "vitest";
import { limits } from "../../../contract/limits.ts";

const folder = mkdtempSync(join(tmpdir(), "sluice-submit-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** The function has 1,024 MB; Node gives its heap at most nine tenths of that. */
const heapFlag = "--max-old-space-size=921";
const mostMegabytes = 900;

it("the largest document whose values take the most memory fits into the function's memory", () => {
  const nested = `${"[".repeat(98)}${"]".repeat(98)},`;
  const file = join(folder, "document.json");
  writeFileSync(file, `[${nested.repeat(Math.floor(limits.payloadDocumentBytes / nested.length) - 1)}0]`);

  const script = fileURLToPath(new URL("../testing/submit-large.ts", import.meta.url));
  const { stdout } = spawnSync(process.execPath, [heapFlag, script, file], { encoding: "utf8" });

  const { statusCode, peakMegabytes } = JSON.parse(stdout);
  expect(statusCode).toBe(202);
  expect(peakMegabytes).toBeLessThan(mostMegabytes);
});
