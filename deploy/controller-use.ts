import type { Config } from "../contract/config.ts";
import { hasController } from "../contract/environment.ts";

/** Usage by the controller, and by the reports of workers and functions to it. */
export interface ControllerUse {
  /** Invocations of its function, one a minute. */
  runs: number;
  ticks: number;
  /** Run time of its function; a run lasts until its last tick. */
  seconds: number;
  /** Units of the scaling table. */
  writeUnits: number;
  readUnits: number;
}

export function controllerUse(
  config: Pick<Config, "scalingMode" | "ticksPerMinute" | "minuteMilliseconds">,
  { tasks, jobs, minutes }: { tasks: number; jobs: number; minutes: number },
): ControllerUse {
  if (!hasController(config)) return { runs: 0, ticks: 0, seconds: 0, writeUnits: 0, readUnits: 0 };
  const { ticksPerMinute, minuteMilliseconds } = config;
  const ticks = minutes * ticksPerMinute;
  const tickSeconds = minuteMilliseconds / 1_000 / ticksPerMinute;
  const seconds = minutes * 60;
  const reports = (tasks * seconds) / (tickSeconds / 2);
  return {
    runs: minutes,
    ticks,
    seconds: minutes * ((ticksPerMinute - 1) * tickSeconds + assumedOfTicks.lastTickSeconds),
    // Each environment of the submit function writes its arrivals at most once a second.
    writeUnits: ticks * assumedOfTicks.writeUnits + reports + Math.min(jobs, seconds),
    readUnits: ticks * (assumedOfTicks.readUnits + tasks * assumedOfTicks.readUnitsPerTask),
  };
}

/** Assumptions. Compare each with the first real bill. */
export const assumedOfTicks = {
  lastTickSeconds: 1,
  /** Lease, memory, and a decision of up to 4 KB with its inputs. */
  writeUnits: 7,
  readUnits: 1,
  /** A report of a kilobyte, read with eventual consistency. */
  readUnitsPerTask: 0.25,
};
