import { limits } from "../../contract/limits.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { LogLine } from "../jobs/job.ts";
import type { JobContext } from "../jobs/job-type.ts";
import { reportNowAndThen } from "./report-now-and-then.ts";
import type { RunnerEvent } from "./runner-protocol.ts";

/** What a handler says of its run while it runs, as a few messages a second at most. */
export function createHandlerReports(
  clock: Clock,
  run: number,
  send: (message: RunnerEvent) => void,
): Pick<JobContext, "reportProgress" | "log"> & { end(): void } {
  const shares = reportNowAndThen<number>(clock, (share) => send({ kind: "progress", run, share }));
  const logs = reportNowAndThen<LogLine[]>(clock, (lines) => send({ kind: "log", run, lines }));
  let lines: LogLine[] = [];
  return {
    reportProgress(share) {
      if (Number.isFinite(share)) shares.note(Math.min(1, Math.max(0, share)));
    },
    log(text) {
      // A handler in plain JavaScript may pass anything.
      const line = String(text).slice(0, limits.logLineCharacters).toWellFormed();
      lines = [...lines, { at: Math.floor(clock.now()), text: line }].slice(-limits.logLines);
      logs.note(lines);
    },
    /** The last lines of all may say why; a share tells nothing beside the answer that follows. */
    end() {
      logs.flush();
      logs.end();
      shares.end();
    },
  };
}
