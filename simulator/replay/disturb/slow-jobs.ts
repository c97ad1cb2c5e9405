import type { Scenario } from "../scenario.ts";
import { totalServiceSeconds } from "../scenario.ts";
import { middleMilliseconds } from "./stretch.ts";

/**
 * From the middle of the list on, for a tenth of its length, every job runs `factor` times as long as the operator expects. The
 * maximum of tasks is as many times higher, so that it does not decide the result. The least cost is no longer known; the work
 * still bounds it.
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
