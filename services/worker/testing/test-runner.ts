import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, symlinkSync, writeFileSync, writeSync } from "node:fs";
import { connect, Socket } from "node:net";
import { getPriority, homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../../../runtime/clock.ts";
import { JobFailure, type RunJob } from "../../jobs/job-type.ts";
import { channelDescriptor, resultFile } from "../runner-protocol.ts";
import { serveRuns } from "../serve-runs.ts";

/*
 * A runner process whose handlers misbehave. The channel is set up as in the real entry.
 */
const runs: Record<string, RunJob<never>> = {
  answer: async (payload) => ({ payload, pid: process.pid }),
  throw: async () => {
    throw new TypeError("handler is broken");
  },
  fail: async () => {
    throw new JobFailure("bad-input", "input is bad", { isFinal: true });
  },
  nothing: async () => undefined as never,
  circular: async () => {
    const value: Record<string, unknown> = {};
    value.self = value;
    return value as never;
  },
  bigint: async () => 1n as never,
  large: async (bytes: number) => "x".repeat(bytes),
  wait: async (milliseconds: number) => {
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
    return "waited";
  },
  exit: async () => process.exit(3),
  suicide: async () => {
    process.kill(process.pid, "SIGKILL");
    return hang();
  },
  rejectLater: async () => {
    void Promise.reject(new Error("nobody listens"));
    return hang();
  },
  remember: async (value: string) => {
    const before = (globalThis as { remembered?: string }).remembered ?? null;
    (globalThis as { remembered?: string }).remembered = value;
    return { before, pid: process.pid };
  },
  environment: async () => Object.keys(process.env).sort(),
  priority: async () => getPriority(),
  folder: async (_payload, { folder }) => {
    writeFileSync(join(tmpdir(), "left"), "");
    return { folder, temporary: tmpdir(), home: homedir(), files: readdirSync(folder).sort() };
  },
  sharedFolder: async (_payload, { sharedFolder }) => sharedFolder ?? null,
  // Goes on after its own outcome, and answers for whatever runs next with all that an earlier run could know.
  forge: async () => {
    const forged = ["1", "2", "run", ""].map((run) => JSON.stringify({ kind: "result", run, json: '"forged"' }));
    setInterval(() => writeSync(channelDescriptor, `${forged.join("\n")}\n`), 1);
    return "done";
  },
  largeElsewhere: async () => {
    symlinkSync("/etc/hostname", join(process.env.TMPDIR ?? "", resultFile));
    return "x".repeat(100_000);
  },
  notJson: async () => {
    const intercept = JSON.stringify;
    JSON.stringify = ((value: unknown, ...rest: []) =>
      value === "not JSON" ? "not JSON" : intercept(value, ...rest)) as typeof JSON.stringify;
    return "not JSON";
  },
  // One process that spins and one that it has started; both are connected to the test.
  connectAndSpin: async (port: number) => {
    const script = `require("node:net").connect(${port}, "127.0.0.1"); setInterval(() => {}, 1000)`;
    spawn(process.execPath, ["-e", script], { stdio: "ignore" });
    const socket = connect(port, "127.0.0.1");
    await once(socket, "data");
    for (;;);
  },
  floodBuffers: async () => {
    const kept: Buffer[] = [];
    for (;;) {
      kept.push(Buffer.alloc(10_000_000, 1));
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  },
  floodMemory: async () => {
    const kept: unknown[] = [];
    for (;;) kept.push(new Array(100_000).fill(kept.length));
  },
  hang,
  spin: async () => {
    for (;;);
  },
  freeze: async () => {
    process.kill(process.pid, "SIGSTOP");
    return hang();
  },
  listen: (_payload, { signal, reportProgress }) =>
    new Promise((_resolve, reject) => {
      reportProgress(0.5);
      signal.addEventListener("abort", () => reject(new JobFailure("aborted", "stopped in time", { isFinal: false })));
    }),
  progress: async (_payload, { reportProgress }) => {
    for (let share = 0; share <= 1_000; share++) reportProgress(share / 1_000);
    return hang();
  },
  progressThenHang: async (_payload, { reportProgress }) => {
    reportProgress(0.5);
    return hang();
  },
  progressThenFreeze: async (_payload, { reportProgress }) => {
    reportProgress(0.5);
    // After the event has left the process.
    setImmediate(() => process.kill(process.pid, "SIGSTOP"));
    return hang();
  },
  progressThenSpin: async (_payload, { reportProgress }) => {
    reportProgress(0.5);
    for (;;);
  },
  nonsense: async () => {
    writeSync(channelDescriptor, "{ this is not JSON\n");
    return hang();
  },
  flood: async () => write(`${JSON.stringify({ kind: "progress", run: "", share: 0.5 })}\n`),
  endlessLine: async () => write("x".repeat(64 * 1024)),
  logThenExit: async (_payload, { log }) => {
    log("about to exit");
    // After the line has left the process.
    setImmediate(() => process.exit(3));
    return hang();
  },
  print: async (times: number) => {
    for (let line = 0; line < times; line++) console.log("x".repeat(1_000));
    return "printed";
  },
  openUpload: async (objectKey: string, context) => {
    const { body, bytes } = await context.openUpload(objectKey);
    return { bytes, isRead: Buffer.concat(await body.toArray()).length > 0 };
  },
  leaveChild: async () => {
    spawn("/bin/sleep", ["1000"], { stdio: "inherit" });
    process.exit(4);
  },
  answerThenExit: async () => {
    setImmediate(() => process.exit(5));
    return "last word";
  },
};

/** Without end, past the stream that the runner has for it. */
function write(text: string): never {
  for (;;) {
    try {
      writeSync(channelDescriptor, text);
    } catch {
      // The worker has not read yet.
    }
  }
}

function hang(): Promise<never> {
  return new Promise(() => {});
}

process.on("SIGTERM", () => {});
const channel = new Socket({ fd: channelDescriptor, readable: true, writable: true });
channel.on("error", () => process.exit(1));
channel.on("close", () => process.exit(0));
serveRuns(channel, { runs, clock: systemClock, environment: process.env });
