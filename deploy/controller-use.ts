import type { Config } from "../contract/config.ts";

/** What the controller and those who tell it of their work use up in a month. */
export interface ControllerUse {
  ticks: number;
  /** Of its function; a run lasts until its last tick. */
  seconds: number;
  /** Of the scaling table. */
  writeUnits: number;
  readUnits: number;
}

export function controllerUse(
  { ticksPerMinute, minuteMilliseconds }: Pick<Config, "ticksPerMinute" | "minuteMilliseconds">,
  { tasks, jobs, minutes }: { tasks: number; jobs: number; minutes: number },
): ControllerUse {
  const ticks = minutes * ticksPerMinute;
  const tickSeconds = minuteMilliseconds / 1_000 / ticksPerMinute;
  const seconds = minutes * 60;
  const reports = (tasks * seconds) / (tickSeconds / 2);
  return {
    ticks,
    seconds: minutes * ((ticksPerMinute - 1) * tickSeconds + assumedOfTicks.lastTickSeconds),
    // Arrivals are counted once a second at most, in each environment of the function that takes them.
    writeUnits: ticks * assumedOfTicks.writeUnits + reports + Math.min(jobs, seconds),
    readUnits: ticks * (assumedOfTicks.readUnits + tasks * assumedOfTicks.readUnitsPerTask),
  };
}

/** To be compared with the first real bill, like all that is assumed here. */
export const assumedOfTicks = {
  lastTickSeconds: 1,
  /** Lease, memory, and a decision of up to 4 KB with what it was made from. */
  writeUnits: 7,
  readUnits: 1,
  /** A report of a kilobyte, read without consistency. */
  readUnitsPerTask: 0.25,
};
