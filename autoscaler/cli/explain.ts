import { isDeepStrictEqual } from "node:util";
import { formatTable } from "../../report/table.ts";
import { type Decision, decide } from "../decide/decide.ts";
import type { DecisionRecord } from "../memory/decision-log.ts";

export interface Replayed {
  record: DecisionRecord;
  again: Decision;
  isSame: boolean;
}

/** Decides again from what was seen and remembered then. Another answer means that another version decided. */
export function replayDecision(record: DecisionRecord): Replayed {
  const { decision: again } = decide(record.before, record.sample, record.policy, record.at * record.pace);
  return { record, again, isSame: isDeepStrictEqual(JSON.parse(JSON.stringify(again)), record.decision) };
}

/** The newest last, as one reads. */
export function formatExplanation(replayed: readonly Replayed[]): string {
  const rows = replayed
    .toReversed()
    .map(({ record: { at, sample, decision, outcomes }, again, isSame }) => [
      new Date(at).toISOString().slice(11, 19),
      sample.visibleJobs,
      sample.jobsInFlight,
      `${sample.runningTasks}/${sample.desiredTasks}`,
      decision.tasks,
      isSame ? "the same" : `${again.tasks}, not by this version`,
      outcomes.map(({ action, error }) => `${action.kind}${error === undefined ? "" : " failed"}`).join(", ") || "-",
      decision.reason,
    ]);
  return formatTable(["at (UTC)", "wait", "run", "tasks", "wanted", "decided again", "moved", "why"], rows);
}
