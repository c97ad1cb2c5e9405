import {
  type BufferedMemory,
  type BufferedPolicy,
  decideBuffered,
  defaultWaitShare,
  emptyBufferedMemory,
} from "../../autoscaler/decide/buffered.ts";
import type { Scenario } from "../replay/scenario.ts";
import { metricName, trackPublished } from "./backlog-per-task.ts";
import { type Action, definePolicy, type Policy, type PolicySample } from "./policy.ts";

/** Steers: floor out, count in, instances ordered ahead and given back when idle; target tracking agrees and acts if it fails. */
export function bufferedSteering(scenario: Scenario): Policy {
  return steer("buffered", scenario, (tasks, sample, peaks, now) => {
    const stopping = Math.max(0, sample.runningTasks - tasks);
    const kept = keepPeaks(peaks, { at: now, instances: Math.ceil((tasks + stopping) / scenario.tasksPerInstance) });
    const [highest] = kept;
    const actions: Action[] = [
      { kind: "set-instance-floor", instances: highest?.instances ?? 0 },
      { kind: "release-instances", emptySeconds: idleSeconds },
    ];
    return { peaks: kept, actions };
  });
}

/** The same without a hand on the instances: those are left to the capacity provider. */
export function bufferedWithoutInstances(scenario: Scenario): Policy {
  return steer("buffered-no-instances", scenario, (_tasks, _sample, peaks) => ({ peaks, actions: [] }));
}

/** Publishes its wish and leaves all else to target tracking: 100 means as many tasks as wanted. */
export function bufferedTracking(scenario: Scenario): Policy {
  return track("buffered-tracking", scenario, ({ runningTasks, desiredTasks }) => Math.max(runningTasks, desiredTasks));
}

/** The same by running tasks alone, as AWS's formula has it: it overshoots while tasks start. */
export function bufferedTrackingRunning(scenario: Scenario): Policy {
  return track("buffered-tracking-running", scenario, ({ runningTasks }) => runningTasks);
}

type Peaks = readonly { at: number; instances: number }[];

type MoveInstances = (
  tasks: number,
  sample: PolicySample,
  peaks: Peaks,
  now: number,
) => { peaks: Peaks; actions: readonly Action[] };

function steer(name: string, scenario: Scenario, moveInstances: MoveInstances): Policy {
  const policy = policyOf(scenario);
  return definePolicy<{ buffered: BufferedMemory; peaks: Peaks }>({
    name,
    tickSeconds,
    wiring: { tracking: [trackPublished(100)] },
    memory: { buffered: emptyBufferedMemory, peaks: [] },
    decide(memory, sample, now) {
      const { tasks, memory: buffered } = decideBuffered(policy, sample, memory.buffered, now);
      const { peaks, actions } = moveInstances(tasks, sample, memory.peaks, now);
      const use = (100 * tasks) / Math.max(1, sample.runningTasks, sample.desiredTasks);
      return {
        memory: { buffered, peaks },
        tasks,
        actions: [
          ...actions,
          { kind: "set-floor", tasks },
          ...(sample.desiredTasks > tasks ? [{ kind: "set-desired", tasks } as const] : []),
          { kind: "publish", metric: metricName, value: use },
        ],
      };
    },
  });
}

function track(name: string, scenario: Scenario, among: (sample: PolicySample) => number): Policy {
  const policy = policyOf(scenario);
  return definePolicy({
    name,
    tickSeconds,
    wiring: { tracking: [trackPublished(100)] },
    memory: emptyBufferedMemory,
    decide(before, sample, now) {
      const { tasks, memory } = decideBuffered(policy, sample, before, now);
      const value = (100 * tasks) / Math.max(1, among(sample));
      return { memory, tasks, actions: [{ kind: "publish", metric: metricName, value }] };
    },
  });
}

const tickSeconds = 10;
const idleSeconds = 300;
const floorMilliseconds = 300_000;

function policyOf(scenario: Scenario): BufferedPolicy {
  return {
    waitTargetSeconds: scenario.waitTargetSeconds,
    slots: scenario.slotsPerTask,
    taskStartSeconds: scenario.warmStartSeconds,
    tickSeconds,
    minTasks: scenario.minTasks,
    maxTasks: scenario.maxTasks,
    waitShare: defaultWaitShare,
  };
}

/** The windowed maximum comes first. */
function keepPeaks(peaks: Peaks, newest: Peaks[number]): Peaks {
  const recent = peaks.filter(
    ({ at, instances }) => at > newest.at - floorMilliseconds && instances > newest.instances,
  );
  return [...recent, newest];
}
