import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { identifyProcess, isOfThisBoot, startByPs } from "./identify-process.ts";

/** Above the largest id that Linux and macOS give out. */
const nobody = 2 ** 22 + 1;

describe("the identity of a process", () => {
  it("stays the same while the process lives", async () => {
    expect(await identifyProcess(process.pid)).toEqual(expect.stringMatching(/\S \S/));
    expect(await identifyProcess(process.pid)).toBe(await identifyProcess(process.pid));
  });

  it("differs from that of a process started at another time", async () => {
    expect(await identifyProcess(process.pid)).not.toBe(await identifyProcess(process.ppid));
  });

  it("tells the boot it belongs to", async () => {
    expect(await isOfThisBoot((await identifyProcess(process.pid)) ?? "")).toBe(true);
    expect(await isOfThisBoot("another-boot 12345")).toBe(false);
  });

  it("is missing when there is no such process", async () => {
    expect(await identifyProcess(nobody)).toBeUndefined();
  });

  it("is missing when the process has ended", async () => {
    const child = spawn("true");
    await once(child, "exit");

    expect(await identifyProcess(child.pid ?? nobody)).toBeUndefined();
  });

  it("is found by ps where there is no /proc", async () => {
    expect(await startByPs(process.pid)).toMatch(/^\w{3} \w{3} \d+ [\d:]{8} \d{4}$/);
    expect(await startByPs(nobody)).toBeUndefined();
  });
});
