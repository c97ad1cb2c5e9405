import { EventEmitter } from "node:events";
import { chmodSync, existsSync, mkdtempSync, rmSync, watch, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { runPulumi } from "./run-pulumi.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sluice-pulumi-"));
});

afterEach(() => rmSync(folder, { recursive: true }));

it("interrupts Pulumi once, also after several signals", async () => {
  const { signals, ended } = start({ isTerminal: false });
  await appears("ready");

  signals.emit("SIGINT");
  signals.emit("SIGTERM");

  expect(await ended).toBe(3);
});

it("does not forward Ctrl-C on a terminal, which sends it to Pulumi itself", async () => {
  const { signals, ended } = start({ isTerminal: true });
  await appears("ready");

  signals.emit("SIGINT");
  writeFileSync(join(folder, "finish"), "");

  expect(await ended).toBe(0);
});

/** Starts a fake Pulumi: exit code 3 after one interrupt, 4 after two, 0 once the file `finish` exists. */
function start({ isTerminal }: { isTerminal: boolean }) {
  const script = `#!${process.execPath}
const { existsSync, writeFileSync } = require("node:fs");
let interrupts = 0;
process.on("SIGINT", () => { interrupts += 1; setTimeout(() => process.exit(interrupts === 1 ? 3 : 4), 50); });
setInterval(() => { if (existsSync("finish")) process.exit(0); }, 10);
writeFileSync("ready", "");
`;
  writeFileSync(join(folder, "pulumi"), script);
  chmodSync(join(folder, "pulumi"), 0o755);
  const signals = new EventEmitter();
  const environment = { ...process.env, PATH: [folder, process.env.PATH].join(delimiter) };
  return { signals, ended: runPulumi(["up"], { cwd: folder, environment, signals, isTerminal }) };
}

function appears(name: string): Promise<void> {
  return new Promise((resolve) => {
    const watcher = watch(folder, check);
    function check() {
      if (!existsSync(join(folder, name))) return;
      watcher.close();
      resolve();
    }
    check();
  });
}
