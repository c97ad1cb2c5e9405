import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { processTree } from "./process-tree.ts";

describe("a process tree", () => {
  it("has the process and its descendants, each with its memory, and no other", async () => {
    const grandchild = `require("node:child_process").spawn(process.execPath, ["-e", "process.stdin.resume()"], { stdio: ["pipe", "ignore", "ignore"] }).once("spawn", () => console.log("up"))`;
    const child = spawn(process.execPath, ["-e", grandchild], { stdio: ["ignore", "pipe", "inherit"] });
    await once(child.stdout, "data");

    const tree = processTree(child.pid ?? 0);

    expect(tree.map(({ command }) => command.includes("stdin"))).toEqual([true, true]);
    expect(tree[0]?.pid).toBe(child.pid);
    for (const { bytes } of tree) expect(bytes).toBeGreaterThan(1_000_000);
    // The grandchild ends when its input does.
    child.kill("SIGKILL");
    await once(child, "exit");
  });
});
