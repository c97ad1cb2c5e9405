import { mean } from "../../runtime/arithmetic.ts";
import type { Scenario } from "../replay/scenario.ts";
import { definePolicy, type Policy, withinBounds } from "./policy.ts";

/**
 * Knative's KPA on jobs waiting and running, setting the service's count itself. knative/serving
 * config/core/configmaps/autoscaler.yaml: tick 2 s, stable window 60 s, panic window 6 s, panic at twice what is ready, use
 * 70 %, up to 1000 times, down to half; in panic never down, out of it 60 s after the last breach.
 */
export function knative(scenario: Scenario): Policy {
  const target = scenario.slotsPerTask * 0.7;
  return definePolicy<Memory>({
    name: "knative-kpa",
    tickSeconds: 2,
    memory: { seen: [], panic: undefined },
    decide({ seen: before, panic: panicBefore }, { visibleJobs, jobsInFlight, runningTasks }, now) {
      const seen = [...before.slice(-stableTicks + 1), visibleJobs + jobsInFlight];
      const ready = Math.max(1, runningTasks);
      const limit = (jobs: number) =>
        Math.min(1_000 * ready, Math.max(Math.floor(ready / 2), Math.ceil(jobs / target)));
      const stable = limit(mean(seen));
      const urgent = limit(mean(seen.slice(-panicTicks)));
      const breachedAt = urgent / ready >= 2 ? now : panicBefore?.breachedAt;
      const inPanic = breachedAt !== undefined && now - breachedAt < panicMilliseconds;
      const most = Math.max(inPanic ? (panicBefore?.most ?? 0) : 0, urgent, stable, inPanic ? runningTasks : 0);
      const tasks = withinBounds(scenario, inPanic ? most : stable);
      const panic = inPanic ? { breachedAt, most } : undefined;
      return { memory: { seen, panic }, tasks, actions: [{ kind: "set-desired-count", tasks }] };
    },
  });
}

interface Memory {
  seen: readonly number[];
  panic: { breachedAt: number; most: number } | undefined;
}

const stableTicks = 30;
const panicTicks = 3;
const panicMilliseconds = 60_000;
