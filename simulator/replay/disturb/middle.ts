import type { Scenario } from "../scenario.ts";
import type { Stretch } from "./largest-rise.ts";

/** The middle of the time in which jobs come: where the world is disturbed. */
export function middleMilliseconds({ jobs }: Pick<Scenario, "jobs">): number {
  return Math.round((jobs.arrivalSeconds.at(-1) ?? 0) * 500);
}

/** The 20 minutes in which a disturbance of that moment is felt. */
export function afterMiddle(scenario: Pick<Scenario, "jobs">): Stretch {
  const fromSeconds = middleMilliseconds(scenario) / 1_000;
  return { fromSeconds, toSeconds: fromSeconds + 1_200 };
}
