import { type ChildProcess, spawn } from "node:child_process";
import { devNull } from "node:os";
import type { Readable, Writable } from "node:stream";
import type { Clock } from "../../runtime/clock.ts";
import { waitAtMost } from "../../runtime/deadline.ts";
import { AppError, asError } from "../../runtime/errors.ts";
import { gateDescriptor, gated, openGate } from "./gate.ts";
import { killGroup } from "./group.ts";
import { readLines } from "./read-lines.ts";

/** Keeps the AWS SDK from reading this user's settings, which a function or task on AWS would not have. */
export const noUserSettings = { AWS_CONFIG_FILE: devNull, AWS_SHARED_CREDENTIALS_FILE: devNull };

export interface GroupOptions {
  command: string[];
  directory: string;
  /** All variables of the command. */
  environment: Record<string, string>;
  onLine(line: string, stream: "stdout" | "stderr"): void;
  /** If given, the command has an IPC channel: it uses `process.send`, this side `send`. */
  onMessage?: (message: unknown) => void;
}

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** A command that runs as the main process of its own process group. */
export interface ProcessGroup {
  readonly pid: number;
  /** Resolves when the command may run; never if it ends before that. */
  readonly started: Promise<void>;
  /** Resolves when the main process has ended, the rest of the group was killed and all output was read. */
  readonly exited: Promise<Exit>;
  /** Sends SIGTERM to the main process, as docker stop does, and kills the group after the grace period. */
  terminate(graceMilliseconds: number): Promise<Exit>;
  /** Kills the whole group. */
  kill(): Promise<Exit>;
  send(message: object): void;
}

export interface Supervision {
  clock: Clock;
  /** Called once the process exists. Its command does not run before this resolves. */
  enter(pid: number): Promise<void>;
}

/** A process that left the group may keep its output open; reading ends after this time. */
const lastWordsMilliseconds = 500;

/**
 * Starts a command as a process group.
 * @throws AppError `process-start` when that fails
 */
export function spawnGroup(options: GroupOptions, { clock, enter }: Supervision): ProcessGroup {
  const child = startChild(options);
  const { pid } = child;
  if (pid === undefined) throw notStarted(options, "the folder does not exist, or the system allows no more processes");

  const exited = waitForExit(child, pid, options, clock);
  const kill = () => {
    // The id of an ended process may have been reused.
    if (!hasEnded(child)) killGroup(pid);
    return exited;
  };
  const started = passGate(child, enter(pid), (error) => {
    options.onLine(`could not be started: ${error.message}`, "stderr");
    void kill();
  });
  return {
    pid,
    started,
    exited,
    terminate(graceMilliseconds) {
      child.kill("SIGTERM");
      return exited.finally(clock.after(graceMilliseconds, () => void kill()));
    },
    kill,
    // Sending to an ended process fails; `exited` reports the end.
    send: (message) => void child.send(message, () => {}),
  };
}

function startChild(options: GroupOptions): ChildProcess {
  const { command, directory, environment, onMessage } = options;
  // A shell drops variables with other names.
  const lost = Object.keys(environment).filter((name) => !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name));
  if (lost.length > 0) throw notStarted(options, `a shell does not pass on these variable names: ${lost.join(", ")}`);

  const [file = "", ...args] = gated(command, environment);
  const child = spawn(file, args, {
    cwd: directory,
    env: environment,
    detached: true,
    stdio: ["ignore", "pipe", "pipe", "pipe", ...(onMessage ? (["ipc"] as const) : [])],
    // Several times as fast as JSON for messages of some megabytes.
    serialization: "advanced",
    windowsHide: true,
  });
  // A failed start shows as a missing pid; a failed send or signal, as the end of the process.
  child.on("error", () => {});
  if (onMessage) child.on("message", onMessage);
  return child;
}

function notStarted({ command, directory }: GroupOptions, reason: string): AppError {
  return new AppError("process-start", `${command.join(" ")} could not be started in ${directory}: ${reason}`);
}

function waitForExit(child: ChildProcess, pid: number, options: GroupOptions, clock: Clock): Promise<Exit> {
  const { stdout, stderr } = child as ChildProcess & { stdout: Readable; stderr: Readable };
  const lastWords = Promise.all([
    readLines(stdout, (line) => options.onLine(line, "stdout")),
    readLines(stderr, (line) => options.onLine(line, "stderr")),
    options.onMessage && new Promise((resolve) => child.once("disconnect", resolve)),
  ]);
  return new Promise((resolve) => {
    child.once("exit", (code, signal) => {
      killGroup(pid);
      child.stdio[gateDescriptor]?.destroy();
      void waitAtMost(clock, lastWordsMilliseconds, lastWords).then(() => {
        stdout.destroy();
        stderr.destroy();
        resolve({ code, signal });
      });
    });
  });
}

/** Opens the gate once the process has been registered. */
async function passGate(child: ChildProcess, entered: Promise<void>, onFailure: (error: Error) => void): Promise<void> {
  const gate = child.stdio[gateDescriptor] as Writable;
  // A process that was killed while waiting does not read the gate.
  gate.on("error", () => {});
  const isOpen = await entered.then(
    () => true,
    (error: unknown) => {
      onFailure(asError(error));
      return false;
    },
  );
  if (!isOpen || hasEnded(child)) return new Promise(() => {});
  openGate(gate);
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}
