import { resolve } from "node:path";
import { systemClock } from "../runtime/clock.ts";
import { waitAtMost } from "../runtime/deadline.ts";
import { AppError } from "../runtime/errors.ts";
import { Deployment } from "./deployment.ts";
import { createEngineService, type OnLog } from "./engine-service.ts";
import { createJournal, type Journal } from "./journal.ts";
import { createMonitorService } from "./monitor-service.ts";
import { readProject } from "./project.ts";
import type { Provider, Registration } from "./registration.ts";
import { startRunner } from "./runner.ts";
import { startServer } from "./server.ts";

export type { OnLog, Severity } from "./engine-service.ts";
export type { Alias, Provider, Registration, RegistrationOptions } from "./registration.ts";
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
  onLog?: OnLog;
  /** Stops the program. */
  signal?: AbortSignal;
  /** The command that starts Node for the program, with switches; without it the Node that runs this. */
  node?: readonly [string, ...string[]];
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
  const { stack, preview = false } = program;
  const directory = resolve(program.directory);
  const project = await readProject(directory, stack, program.config);
  const directories = { project: directory, program: project.workingDirectory };
  const failed = new AbortController();
  // Only the first failure counts: a controller aborts but once.
  const fail = (failure: Error) => failed.abort(failure);
  const settings = { project: project.name, stack, preview, directories, signal: failed.signal };
  const deployment = new Deployment(settings, provider);
  const journal = createJournal(options.onLog ?? (() => {}));
  const { signal } = options;
  const stop = () => fail(new AppError("aborted", "The program was stopped", { cause: signal?.reason }));
  signal?.addEventListener("abort", stop);
  if (signal?.aborted) stop();

  const monitor = createMonitorService(deployment, fail);
  const server = await startServer(monitor, createEngineService(journal.onLog));
  try {
    const { address } = server;
    const { node = [process.execPath] } = options;
    const runner = startRunner({ directory, project, stack, preview, address, node }, journal.onLine);
    try {
      const ending = await Promise.race([rejectOnAbort(failed.signal), runner.exited]);
      return resultOf(deployment, ending, journal);
    } finally {
      runner.kill();
      await runner.exited;
    }
  } catch (thrown) {
    failed.abort(thrown);
    await waitAtMost(systemClock, providerGraceMilliseconds, deployment.settled());
    throw thrown;
  } finally {
    signal?.removeEventListener("abort", stop);
    deployment.transforms.close();
    await server.close();
  }
}

const providerGraceMilliseconds = 5_000;

function rejectOnAbort(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason));
  });
}

function resultOf({ registrations, outputs, isComplete }: Deployment, ending: string, journal: Journal): RunResult {
  if (ending === "ended with code 0" && isComplete && outputs) return { outputs, registrations };
  throw new AppError("program-failed", journal.explain(ending), { details: { ending } });
}
