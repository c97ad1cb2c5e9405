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
import { type StartRunner, startRunner } from "./runner.ts";
import { startServer } from "./server.ts";

export type { OnLog, Severity } from "./engine-service.ts";
export type { Provider, Registration, RegistrationOptions } from "./registration.ts";
export { type Archive, type Asset, unknownValue } from "./values.ts";

export interface Program {
  /** The project's root, with its Pulumi.yaml. */
  directory: string;
  stack: string;
  /** Values that override those of the stack's file, by full key: `sluice:auth`, `aws:region`. */
  config: Record<string, string>;
  /** Creates nothing. Values that only a deployment can know are `unknownValue`. */
  preview?: boolean;
}

export interface RunOptions {
  /** Gets the program's log and output line by line. `debug` lines are the SDK's own. */
  onLog?: OnLog;
  /** Stops the program. */
  signal?: AbortSignal;
  /** The command that starts Node for the program, with its options; by default the current Node. */
  node?: readonly [string, ...string[]];
  /** Starts the program; by default in its own process. */
  start?: StartRunner;
}

export interface RunResult {
  /** The program's exports. Secrets are plain text here. */
  outputs: Record<string, unknown>;
  /** All registrations in their order, the stack first. */
  registrations: Registration[];
}

/**
 * Runs an unmodified Pulumi program, by default in its own process; `provider` creates its resources.
 * Rejects with the first AppError: `create-failed`, `invoke-failed`, `duplicate-urn`, `not-supported`, `program-failed`
 * with the program's logged errors, `aborted`, or those of `readProject`. Then nothing continues to run, except a
 * provider's call that ignores its signal for five seconds.
 */
export async function runProgram(program: Program, provider: Provider, options: RunOptions = {}): Promise<RunResult> {
  const { stack, preview = false } = program;
  const directory = resolve(program.directory);
  const project = await readProject(directory, stack, program.config);
  const directories = { project: directory, program: project.workingDirectory };
  const failed = new AbortController();
  // Only the first failure counts: a controller aborts once.
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
    const { node = [process.execPath], start = startRunner } = options;
    const runner = start({ directory, project, stack, preview, address, node }, journal.onLine);
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
