import type { runnerLives } from "../../contract/environment.ts";
import { asError } from "../../runtime/errors.ts";
import type { Run } from "./active-run.ts";
import { type RunnerOptions, RunnerProcess } from "./runner-process.ts";
import type { RunRequest } from "./runner-protocol.ts";

export interface RunnerPool {
  /** Starts a handler in a running process that may run it, or else in a new process. */
  start(request: RunRequest): Run;
  /** Kills all processes and waits until they have ended. */
  close(): Promise<void>;
}

export interface PoolOptions extends RunnerOptions {
  /** Jobs that run at once. */
  slots: number;
  freshRunner: (typeof runnerLives)[number];
}

/**
 * Runner processes. `freshRunner` decides which jobs may share a process. The pool keeps at most one process for each slot. Unless
 * `freshRunner` is `never`, it also keeps one unused spare process, so that a job that needs a new process does not wait for its start.
 * A process that died is replaced only when the next job needs one, so a broken build does not start processes in a loop.
 */
export function createRunnerPool(options: PoolOptions): RunnerPool {
  const { slots, freshRunner, clock, log } = options;
  /** In the order of their latest use. */
  const runners = new Set<RunnerProcess>();
  let cancelCheck: (() => void) | undefined;

  function fork(): RunnerProcess {
    const runner = new RunnerProcess(options);
    runners.add(runner);
    void runner.gone.then(() => runners.delete(runner));
    cancelCheck ??= clock.after(checkMilliseconds, checkMemory);
    return runner;
  }

  /** Prefers the process used last. While jobs are short, few processes do them all, which takes less CPU time. */
  function choose(owner: string): RunnerProcess {
    const usable = [...runners].filter(({ isUsable }) => isUsable);
    return usable.findLast((runner) => mayReuse(runner, owner)) ?? usable.find(isUnused) ?? fork();
  }

  function mayReuse(runner: RunnerProcess, owner: string): boolean {
    if (isUnused(runner) || freshRunner === "job") return false;
    return freshRunner === "never" || runner.owner === owner;
  }

  /** Kills idle processes, the least recently used first, until there is one per slot at most. The spare does not count. */
  function endSurplus(): void {
    const used = [...runners].filter((runner) => !isUnused(runner) && !runner.isEnding);
    const idle = used.filter(({ isUsable }) => isUsable);
    for (const runner of idle.slice(0, Math.max(0, used.length - slots))) runner.kill();
  }

  function keepSpare(): void {
    if (freshRunner === "never" || [...runners].some((runner) => isUnused(runner) && !runner.isEnding)) return;
    try {
      fork();
    } catch (error) {
      log.warn({ err: asError(error) }, "no spare process could be started; the next job tries again");
    }
  }

  function checkMemory(): void {
    for (const runner of runners) runner.checkMemory();
    cancelCheck = runners.size > 0 ? clock.after(checkMilliseconds, checkMemory) : undefined;
  }

  return {
    start(request) {
      try {
        const runner = choose(request.owner);
        runners.delete(runner);
        runners.add(runner);
        const run = runner.run(request);
        if (freshRunner === "job") void run.outcome.then(() => runner.kill());
        endSurplus();
        keepSpare();
        return run;
      } catch (error) {
        return failedRun(`No process could be started for the handler: ${asError(error).message}`);
      }
    },
    async close() {
      cancelCheck?.();
      const all = [...runners];
      for (const runner of all) runner.kill();
      await Promise.all(all.map(({ gone }) => gone));
    },
  };
}

/** A few times a second: the memory of a process can grow by some hundred MiB between two checks. */
const checkMilliseconds = 250;

function isUnused({ owner }: RunnerProcess): boolean {
  return owner === undefined;
}

function failedRun(message: string): Run {
  return {
    outcome: Promise.resolve({ kind: "failure", code: "no-runner", message, isFinal: false }),
    progress: () => undefined,
    log: () => [],
    stop() {},
  };
}
