import type { ListSummary, PolicySummary } from "../summarize.ts";

/** The results by which the demands are judged. All have the same lists in the same order. */
export interface Judged {
  ours: readonly ListSummary[];
  overall: PolicySummary;
  ceiling: readonly ListSummary[];
  tunedKeda: readonly ListSummary[];
}

/** One demand, whether it is met, and what was seen. */
export interface Verdict {
  demand: string;
  isMet: boolean;
  seen: string;
}

/** The gate: figures that were reached, so they must be reached again, within the noise of the seeds. */
export function judgeGate(judged: Judged): Verdict[] {
  return [
    everyList(
      "at least 95 % in time on every list where the ceiling reaches 97 %",
      judged.ours.filter((_, index) => ceilingOf(judged, index) >= 97),
      ({ sloPercent }) => sloPercent >= 95 - noise.points,
    ),
    ...judgeMeans(judged.overall, { slo: 98.5, tasks: 1.21, instances: 1.49, reversals: 22 }, noise),
    judgeKeda(judged),
  ];
}

/** The goal: figures that were never reached. It fails nothing, so it has no tolerance. */
export function judgeGoal(judged: Judged): Verdict[] {
  return [
    everyList(
      "98 % in time on every list, or what the ceiling reaches less one point",
      judged.ours,
      (list, index) => list.sloPercent >= goalPercent(ceilingOf(judged, index)),
    ),
    ...judgeMeans(judged.overall, { slo: 99, tasks: 1.14, instances: 1.3, reversals: 5 }, { points: 0, ratio: 0 }),
  ];
}

/** The verdict on a list, in the table of lists. */
export function judgeList(ours: ListSummary, ceiling: ListSummary): string {
  if (ours.sloPercent >= goalPercent(ceiling.sloPercent)) return "goal";
  if (ours.sloPercent >= 95 - noise.points) return "gate";
  return ceiling.sloPercent < 97 ? "below 95 %; not asked for here" : "**below the gate**";
}

/** How far a figure of four seeds varies. */
const noise = { points: 0.3, ratio: 0.02 };

function goalPercent(ceilingPercent: number): number {
  return Math.min(98, ceilingPercent - 1);
}

function ceilingOf({ ceiling }: Judged, index: number): number {
  const list = ceiling[index];
  if (!list) throw new RangeError(`expected a ceiling for each list; came ${ceiling.length}`);
  return list.sloPercent;
}

function everyList(
  demand: string,
  lists: readonly ListSummary[],
  holds: (list: ListSummary, index: number) => boolean,
): Verdict {
  const failing = lists.filter((list, index) => !holds(list, index));
  const seen =
    failing.length === 0
      ? `all ${lists.length}`
      : `${lists.length - failing.length} of ${lists.length}; not ${failing.map((list) => `${list.list} (${list.sloPercent.toFixed(1)})`).join(", ")}`;
  return { demand, isMet: failing.length === 0, seen };
}

interface Limits {
  slo: number;
  tasks: number;
  instances: number;
  reversals: number;
}

function judgeMeans(overall: PolicySummary, limits: Limits, tolerance: typeof noise): Verdict[] {
  const { meanSloPercent, taskRatio, instanceRatio, reversalsPerHour } = overall;
  return [
    {
      demand: `mean in time at least ${limits.slo} %`,
      isMet: meanSloPercent >= limits.slo - tolerance.points,
      seen: meanSloPercent.toFixed(1),
    },
    atMost("task-hours", taskRatio, limits.tasks, tolerance.ratio),
    atMost("instance-hours", instanceRatio, limits.instances, tolerance.ratio),
    {
      demand: `at most ${limits.reversals} reversals an hour`,
      isMet: reversalsPerHour <= limits.reversals,
      seen: reversalsPerHour.toFixed(1),
    },
  ];
}

/** An unknown ratio does not meet it. */
function atMost(what: string, ratio: number | undefined, limit: number, tolerance: number): Verdict {
  return {
    demand: `${what} at most ${limit.toFixed(2)} times the comparison`,
    isMet: ratio !== undefined && ratio <= limit + tolerance,
    seen: ratio?.toFixed(2) ?? "unknown",
  };
}

/** Cheaper in task-hours and no later. */
function judgeKeda({ ours, tunedKeda }: Judged): Verdict {
  const exceptions = ours.flatMap((list, index) => {
    const keda = tunedKeda[index];
    if (!keda) throw new RangeError(`expected tuned KEDA for each list; came ${tunedKeda.length}`);
    const isCheaper = list.taskRatio <= keda.taskRatio + noise.ratio;
    const isNoLater = list.sloPercent >= keda.sloPercent - noise.points;
    if (isCheaper && isNoLater) return [];
    const [own, theirs] = [list, keda].map((one) => `${one.sloPercent.toFixed(1)} % at ${one.taskRatio.toFixed(2)}`);
    return [`${list.list} (${own}, KEDA ${theirs})`];
  });
  return {
    demand: "cheaper than tuned KEDA on every list and no later",
    isMet: exceptions.length === 0,
    seen: exceptions.length === 0 ? `all ${ours.length}` : `all but ${exceptions.join("; ")}`,
  };
}
