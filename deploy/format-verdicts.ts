import { formatTable } from "../report/table.ts";
import type { Status, Verdict } from "./verdict.ts";

/** The verdicts as a table, and beneath it what to do. */
export function formatVerdicts(verdicts: Verdict[]): string {
  const table = formatTable(
    ["", "check", "found"],
    verdicts.map(({ status, check, found }) => [marks[status], check, found]),
  );
  const advice = verdicts.flatMap(({ status, check, advice }) =>
    advice ? [`${marks[status].padEnd(2)} ${check}: ${advice}`] : [],
  );
  const about = "Service-linked roles (ECS, Auto Scaling, Spot) are not checked: AWS makes them on first use.";
  return [table, ...(advice.length > 0 ? [advice.join("\n")] : []), `${summary(verdicts)}\n${about}`].join("\n\n");
}

const marks: Record<Status, string> = { ok: "ok", warning: "!", problem: "!!", unknown: "??" };

function summary(verdicts: Verdict[]): string {
  const count = (status: Status) => verdicts.filter((verdict) => verdict.status === status).length;
  return `${count("ok")} ok, ${count("warning")} to know of (!), ${count("problem")} in the way (!!), ${count("unknown")} not seen (??).`;
}
