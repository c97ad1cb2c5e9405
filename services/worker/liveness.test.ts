import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ManualClock } from "../../runtime/clock.ts";
import { touchLivenessFile, touchMilliseconds } from "./liveness.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "sluice-liveness-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

describe("the liveness file", () => {
  it("is created at once, with its folder", () => {
    const file = join(directory, "run", "alive");

    touchLivenessFile(file, new ManualClock());

    expect(existsSync(file)).toBe(true);
  });

  it("is touched every ten seconds until the end", async () => {
    const file = join(directory, "alive");
    const clock = new ManualClock();
    const end = touchLivenessFile(file, clock);

    const came: boolean[] = [];
    for (let times = 0; times < 3; times += 1) {
      rmSync(file);
      await clock.advance(touchMilliseconds);
      came.push(existsSync(file));
      if (times === 1) end();
    }

    expect(came).toEqual([true, true, false]);
  });
});
