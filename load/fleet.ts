import { readFileSync } from "node:fs";
import * as z from "zod";
import { type Clock, sleep } from "../runtime/clock.ts";

const momentSchema = z.object({
  at: z.number(),
  visible: z.number(),
  inFlight: z.number(),
  runningTasks: z.number(),
  desiredTasks: z.number(),
  instances: z.number(),
  needPercent: z.number().optional(),
});

/** State of the fleet from `at` until the next moment. */
export type FleetMoment = z.infer<typeof momentSchema>;

/** Reads the history that the laptop cloud writes about its fleet; undefined without a file, as on AWS. */
export function readFleet(file: string | undefined): FleetMoment[] | undefined {
  if (file === undefined) return undefined;
  try {
    // The last line may be incomplete.
    const lines = readFileSync(file, "utf8").split("\n").slice(0, -1);
    const moments = lines.filter((line) => line !== "").map((line) => momentSchema.parse(JSON.parse(line)));
    return moments.length === 0 ? undefined : moments;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

export interface FleetSummary {
  mostTasks: number;
  mostInstances: number;
  /** Seconds from the start of the load until the fleet was back at its initial size and stayed there; undefined until then. */
  backSeconds: number | undefined;
  taskHours: number;
  instanceHours: number;
}

/** Summarizes the fleet between two times, in milliseconds since the epoch. */
export function summarizeFleet(all: readonly FleetMoment[], from: number, until: number): FleetSummary {
  const moments = cut(all, from, until);
  const first = moments[0];
  const isMore = (moment: FleetMoment) =>
    first !== undefined && (moment.runningTasks > first.runningTasks || moment.instances > first.instances);
  const lastMore = moments.findLastIndex(isMore);
  const back = lastMore === -1 ? first : moments[lastMore + 1];
  const hours = (field: "runningTasks" | "instances") =>
    moments.reduce((sum, moment, index) => sum + moment[field] * ((moments[index + 1]?.at ?? until) - moment.at), 0) /
    3_600_000;
  return {
    mostTasks: Math.max(0, ...moments.map(({ runningTasks }) => runningTasks)),
    mostInstances: Math.max(0, ...moments.map(({ instances }) => instances)),
    backSeconds: back && (back.at - from) / 1000,
    taskHours: hours("runningTasks"),
    instanceHours: hours("instances"),
  };
}

/** Selects the moments between two times. The state at `from` becomes the first moment. */
export function cut(all: readonly FleetMoment[], from: number, until: number): FleetMoment[] {
  const before = all.findLast(({ at }) => at <= from);
  const within = all.filter(({ at }) => at > from && at <= until);
  return before === undefined ? within : [{ ...before, at: from }, ...within];
}

/** Waits until the fleet is back at its size at `from`, for at most `seconds`. */
export async function awaitSmallFleet(
  file: string | undefined,
  options: { from: number; seconds: number; clock: Clock; signal: AbortSignal },
): Promise<void> {
  const { from, seconds, clock, signal } = options;
  for (const end = clock.now() + seconds * 1000; clock.now() < end && !signal.aborted; ) {
    const fleet = readFleet(file);
    if (fleet === undefined || summarizeFleet(fleet, from, clock.now()).backSeconds !== undefined) return;
    await sleep(clock, 500, signal);
  }
}
