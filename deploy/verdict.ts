import { formatTable } from "../report/table.ts";

/** The outcome of a check. `unknown`: the check could not run. */
export type Status = "ok" | "warning" | "problem" | "unknown";

export interface Verdict {
  check: string;
  status: Status;
  /** The observation, in a few words. */
  found: string;
  /** The recommended action, in one or two sentences. */
  advice?: string;
}

/** A value that was looked up, or the reason why it could not be. */
export type Finding<Value> = { value: Value } | { unknown: string };

export const hasProblem = (verdicts: Verdict[]): boolean => verdicts.some(({ status }) => status === "problem");

/** Formats the verdicts as a table, with the advice below it. */
export function formatVerdicts(verdicts: Verdict[]): string {
  const table = formatTable(
    ["", "check", "found"],
    verdicts.map(({ status, check, found }) => [marks[status], check, found]),
  );
  const advice = verdicts.flatMap(({ status, check, advice }) =>
    advice ? [`${marks[status].padEnd(2)} ${check}: ${advice}`] : [],
  );
  const count = (status: Status) => verdicts.filter((verdict) => verdict.status === status).length;
  const summary = `ok: ${count("ok")}, warnings (!): ${count("warning")}, problems (!!): ${count("problem")}, not checked (??): ${count("unknown")}.`;
  const unchecked = "Service-linked roles (ECS, Auto Scaling, Spot) are not checked: AWS creates them on first use.";
  return [table, ...(advice.length > 0 ? [advice.join("\n")] : []), `${summary}\n${unchecked}`].join("\n\n");
}

const marks: Record<Status, string> = { ok: "ok", warning: "!", problem: "!!", unknown: "??" };
