import type { Scenario } from "../scenario.ts";
import { totalServiceSeconds } from "../scenario.ts";
import { middleMilliseconds } from "./stretch.ts";

/**
 * From the middle of the list on, for a tenth of its length, every job takes so many times as long, which nobody told the
 * operator. So many times the tasks are allowed, as the ceiling is not what is looked at. What others may spend at the least
 * is no longer known, but the work still bounds it.
 */
export function slowDown(scenario: Scenario, factor: number): Scenario {
  const { arrivalSeconds, serviceSeconds } = scenario.jobs;
  const from = middleMilliseconds(scenario) / 1_000;
  const to = from + 0.1 * (arrivalSeconds.at(-1) ?? 0);
  const isSlow = (arrival: number) => arrival >= from && arrival < to;
  const jobs = {
    arrivalSeconds,
    serviceSeconds: serviceSeconds.map((seconds, job) => seconds * (isSlow(arrivalSeconds[job] ?? 0) ? factor : 1)),
  };
  return {
    ...scenario,
    jobs,
    maxTasks: scenario.maxTasks * factor,
    bounds: {
      workHours: totalServiceSeconds(jobs) / scenario.slotsPerTask / 3_600,
      lowestTaskHours: undefined,
      clairvoyantInstanceHours: undefined,
    },
  };
}
