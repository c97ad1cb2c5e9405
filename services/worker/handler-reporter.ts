import { limits } from "../../contract/limits.ts";
import { clamp } from "../../runtime/arithmetic.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { LogLine } from "../jobs/job.ts";
import type { JobContext } from "../jobs/job-type.ts";
import type { RunnerEvent } from "./runner-protocol.ts";
import { createThrottle } from "./throttle.ts";

/** Implements `reportProgress` and `log` for handlers. Sends their values to the worker, at most four times a second each. */
export function createHandlerReporter(
  clock: Clock,
  run: string,
  send: (event: RunnerEvent) => void,
): Pick<JobContext, "reportProgress" | "log"> & { end(): void } {
  const progress = createThrottle<number>(clock, (share) => send({ kind: "progress", run, share }));
  const log = createThrottle<LogLine[]>(clock, (lines) => send({ kind: "log", run, lines }));
  let lines: LogLine[] = [];
  return {
    reportProgress(share) {
      if (Number.isFinite(share)) progress.push(clamp(share, 0, 1));
    },
    log(text) {
      // A handler in plain JavaScript may pass any value.
      const line = String(text).slice(0, limits.logLineCharacters).toWellFormed();
      lines = [...lines, { at: Math.floor(clock.now()), text: line }].slice(-limits.logLines);
      log.push(lines);
    },
    /** Sends pending log lines, which may explain the outcome. Pending progress is dropped: the outcome outdates it. */
    end() {
      log.flush();
      log.end();
      progress.end();
    },
  };
}
