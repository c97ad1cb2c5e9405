import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Fleet } from "./fleet.ts";

/**
 * Writes each change of the fleet as a line of `fleet.jsonl` in the run folder, for tools outside this process. Times
 * are milliseconds since the epoch.
 */
export function logFleet(runFolder: string): (fleet: Fleet, now: number) => void {
  const file = join(runFolder, "fleet.jsonl");
  writeFileSync(file, "");
  let last = "";
  return (fleet, now) => {
    const fields = Object.fromEntries(logged.map((name) => [name, fleet[name]]));
    const text = JSON.stringify(fields);
    if (text === last) return;
    last = text;
    appendFileSync(file, `${JSON.stringify({ at: now, ...fields })}\n`);
  };
}

const logged = [
  "visible",
  "inFlight",
  "runningTasks",
  "desiredTasks",
  "minCapacity",
  "instances",
  "minSize",
  "backlogPerTask",
  "needPercent",
] as const satisfies (keyof Fleet)[];
