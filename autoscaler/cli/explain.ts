import { isDeepStrictEqual } from "node:util";
import { formatTable } from "../../report/table.ts";
import { type Decision, decide } from "../decide/decide.ts";
import type { DecisionRecord } from "../state/decision-log.ts";
import { timeOfDay } from "./status.ts";

export interface Replayed {
  record: DecisionRecord;
  again: Decision;
  isSame: boolean;
}

/** Computes a decision again from its stored inputs. A different result means that the code has changed since. */
export function replayDecision(record: DecisionRecord): Replayed {
  const { decision: again } = decide(record.before, record.sample, record.settings, record.at * record.speed);
  return { record, again, isSame: isDeepStrictEqual(JSON.parse(JSON.stringify(again)), record.decision) };
}

/** A table of decisions given newest first, printed newest last. */
export function formatExplanation(replayed: readonly Replayed[]): string {
  const rows = replayed
    .toReversed()
    .map(({ record: { at, sample, decision, outcomes }, again, isSame }) => [
      timeOfDay(at),
      sample.visibleJobs,
      sample.jobsInFlight,
      `${sample.runningTasks}/${sample.desiredTasks}`,
      decision.tasks,
      isSame ? "the same" : `${again.tasks} by this version`,
      outcomes.map(({ action, error }) => `${action.kind}${error === undefined ? "" : " failed"}`).join(", ") || "-",
      decision.reason,
    ]);
  const header = [
    "at (UTC)",
    "waiting",
    "running",
    "tasks running/desired",
    "decided",
    "decided again",
    "actions",
    "reason",
  ];
  return formatTable(header, rows);
}
