import { stripVTControlCharacters } from "node:util";
import { AppError } from "../runtime/errors.ts";
import { Deployment } from "./deployment.ts";
import { readProject } from "./project.ts";
import type { Provider, Registration } from "./registration.ts";
import { startRunner } from "./runner.ts";
import { startServer } from "./server.ts";
import { createEngineService, createMonitorService, type Severity } from "./services.ts";
import { waitAtMost } from "./wait-at-most.ts";

export type { Alias, Provider, Registration, RegistrationOptions } from "./registration.ts";
export type { Severity } from "./services.ts";
export { type Archive, type Asset, unknownValue } from "./values.ts";

export interface Program {
  /** The project's root, with its Pulumi.yaml. */
  directory: string;
  stack: string;
  /** Values that go before those of the stack's file, by full key: `sluice:auth`, `aws:region`. */
  config: Record<string, string>;
  /** Declares only: nothing is made, and what only a deployment would know is `unknownValue`. */
  preview?: boolean;
}

export interface RunOptions {
  /** Hears what the program logs and prints, line by line; `debug` is the SDK's own chatter. */
  onLog?: (severity: Severity, message: string) => void;
  /** Stops the program. */
  signal?: AbortSignal;
}

export interface RunResult {
  /** What the program exports; secrets are plain text here. */
  outputs: Record<string, unknown>;
  /** Everything the program declared, the stack first, in the order in which it came. */
  registrations: Registration[];
}

/**
 * Runs a Pulumi program, unmodified and in a process of its own, and has `provider` make what it declares.
 * Rejects with the first AppError that stopped it: `create-failed`, `invoke-failed`, `duplicate-urn`, `not-supported`,
 * `program-failed` with what the program logged, `aborted`, or those of `readProject`. Nothing runs on after that,
 * except a provider's call that does not heed its signal within five seconds.
 */
export async function runProgram(program: Program, provider: Provider, options: RunOptions = {}): Promise<RunResult> {
  const { directory, stack, preview = false } = program;
  const project = await readProject(directory, stack, program.config);
  const over = new AbortController();
  const settings = { directory, project: project.name, stack, preview, signal: over.signal };
  const deployment = new Deployment(settings, provider);
  const journal = createJournal(options.onLog);
  const failure = Promise.withResolvers<never>();
  // The race below may begin after the failure.
  failure.promise.catch(() => {});

  const server = await startServer(
    createMonitorService(deployment, failure.reject),
    createEngineService(journal.onLog),
  );
  try {
    const runner = await startRunner({ directory, project, stack, preview, address: server.address }, journal.onLine);
    const stop = () => failure.reject(new AppError("aborted", "The program was stopped", { cause: signal?.reason }));
    const { signal } = options;
    signal?.addEventListener("abort", stop);
    if (signal?.aborted) stop();
    try {
      const ending = await Promise.race([failure.promise, runner.exited]);
      return resultOf(deployment, ending, journal.complaint());
    } finally {
      signal?.removeEventListener("abort", stop);
      over.abort();
      runner.kill();
      await Promise.all([runner.exited, waitAtMost(providerGraceMilliseconds, deployment.settled())]);
    }
  } finally {
    deployment.transforms.close();
    await server.close();
  }
}

const providerGraceMilliseconds = 5_000;

function resultOf(deployment: Deployment, ending: string, complaint: string): RunResult {
  const { registrations, outputs, isComplete } = deployment;
  if (ending === "ended with code 0" && isComplete && outputs) return { outputs, registrations };
  const message = complaint || `The program ${ending} before it had declared everything`;
  throw new AppError("program-failed", message, { details: { ending } });
}

/** Passes on what the program says, and keeps what may explain its failure. */
function createJournal(onLog: RunOptions["onLog"] = () => {}) {
  const errors = new Set<string>();
  const lastLines: string[] = [];
  return {
    onLog(severity: Severity, colored: string) {
      const message = stripVTControlCharacters(colored);
      if (severity === "error") errors.add(message);
      onLog(severity, message);
    },
    onLine(stream: "stdout" | "stderr", line: string) {
      if (stream === "stderr") lastLines.push(line);
      if (lastLines.length > 50) lastLines.shift();
      onLog(stream === "stderr" ? "warning" : "info", line);
    },
    /** What the program logged as errors or, where it could not log, its last words; empty if there is nothing. */
    complaint: () => (errors.size > 0 ? [...errors].map(withoutForeignFrames) : lastLines).join("\n"),
  };
}

/** The lines of a stack trace that lie in packages or in Node itself help nobody to mend the program. */
function withoutForeignFrames(message: string): string {
  const lines = message.split("\n");
  return lines.filter((line) => !/^\s+at .*(\/node_modules\/|node:)/.test(line)).join("\n");
}
