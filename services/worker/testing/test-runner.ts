import { spawn } from "node:child_process";
import { writeSync } from "node:fs";
import { Socket } from "node:net";
import { systemClock } from "../../../runtime/clock.ts";
import { JobFailure, type RunJob } from "../../jobs/job-type.ts";
import { channelDescriptor } from "../runner-protocol.ts";
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
  exit: async () => process.exit(3),
  suicide: async () => {
    process.kill(process.pid, "SIGKILL");
    return hang();
  },
  rejectLater: async () => {
    void Promise.reject(new Error("nobody listens"));
    return hang();
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
  listen: (_payload, { signal }) =>
    new Promise((_resolve, reject) => {
      signal.addEventListener("abort", () => reject(new JobFailure("aborted", "stopped in time", { isFinal: false })));
    }),
  progress: async (_payload, { reportProgress }) => {
    for (let share = 0; share <= 1_000; share++) reportProgress(share / 1_000);
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
  flood: async () => write(`${JSON.stringify({ kind: "progress", run: 1, share: 0.5 })}\n`),
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
    const { bytes } = await context.openUpload(objectKey);
    return bytes;
  },
  leaveChild: async () => {
    spawn("/bin/sleep", ["1.5"], { stdio: "inherit" });
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
serveRuns(channel, {
  runs,
  clock: systemClock,
  openUpload: async (owner, objectKey) => ({ body: undefined as never, bytes: `${owner}/${objectKey}`.length }),
});
