import { asError } from "../../runtime/errors.ts";
import type { Run } from "./run.ts";
import { type RunnerOptions, RunnerProcess } from "./runner-process.ts";
import type { RunRequest } from "./runner-protocol.ts";

export interface RunnerPool {
  /** Starts a handler in an idle process, or in a new one when none is idle. */
  start(request: RunRequest): Run;
  /** Kills all processes and waits until they have ended. */
  close(): Promise<void>;
}

/**
 * Runner processes, kept warm from job to job. The pool grows to the largest number of concurrent jobs so far, at most
 * the worker's slots. A dead one is replaced when the next job needs it, so that a broken build cannot fork without end.
 * Code that a handler leaves running may harm the next job in its process; that attempt then fails and the job runs
 * again.
 */
export function createRunnerPool(options: RunnerOptions): RunnerPool {
  const runners = new Set<RunnerProcess>();

  function fork(): RunnerProcess {
    const runner = new RunnerProcess(options);
    runners.add(runner);
    void runner.gone.then(() => runners.delete(runner));
    return runner;
  }

  return {
    start(request) {
      try {
        const idle = [...runners].find((runner) => runner.isUsable);
        return (idle ?? fork()).run(request);
      } catch (error) {
        return failedRun(`No process could be started for the handler: ${asError(error).message}`);
      }
    },
    async close() {
      const all = [...runners];
      for (const runner of all) runner.kill();
      await Promise.all(all.map(({ gone }) => gone));
    },
  };
}

function failedRun(message: string): Run {
  return {
    outcome: Promise.resolve({ kind: "failure", code: "no-runner", message, isFinal: false }),
    progress: () => undefined,
    log: () => [],
    stop() {},
  };
}
