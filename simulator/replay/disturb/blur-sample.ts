import type { WorkerSample } from "../../../autoscaler/decide/sample.ts";
import type { Policy, PolicySample } from "../../policies/policy.ts";
import { uniformAt } from "../random.ts";

/** Changes the sample that a policy reads. Undefined when the sample is lost: then nothing is decided. */
export type Look = (sample: PolicySample, nowMilliseconds: number) => PolicySample | undefined;

/** The policy behind such a change, which begins without memory in each replay. */
export function lookThrough(policy: Policy, beginLook: () => Look): Policy {
  return {
    ...policy,
    begin() {
      const decide = policy.begin();
      const look = beginLook();
      return (sample, now) => {
        const seen = look(sample, now);
        return seen ? decide(seen, now) : { tasks: sample.desiredTasks, actions: [] };
      };
    },
  };
}

/** The queue's counts with a normal error of that share. */
export function blurCounts(share: number, seed: number): Look {
  return (sample, now) => {
    const blur = (count: number, place: number) =>
      Math.max(0, Math.round(count * (1 + share * normalAt(seed, 4 * now + place))));
    return { ...sample, visibleJobs: blur(sample.visibleJobs, 0), jobsInFlight: blur(sample.jobsInFlight, 2) };
  };
}

/** The sample of so long ago, to the next tick; the first one until a sample is that old. */
export function lookLate(milliseconds: number): Look {
  let past: { at: number; sample: PolicySample }[] = [];
  return (sample, now) => {
    // Getters of a sample read the present: what is kept for later must be copied now.
    past.push({ at: now, sample: structuredClone(sample) });
    const newest = past.findLastIndex(({ at }) => at <= now - milliseconds);
    past = past.slice(Math.max(0, newest));
    return past[0]?.sample;
  };
}

/** Each sample is lost with that probability. */
export function loseSamples(share: number, seed: number): Look {
  return (sample, now) => (uniformAt(seed ^ lossStream, now) < share ? undefined : sample);
}

/** Random numbers for losses, independent of those for boot times. */
const lossStream = 0x10552;
const errorStream = 0xe2202;

/** Standard normal, by Box and Muller: https://en.wikipedia.org/wiki/Box%E2%80%93Muller_transform */
function normalAt(seed: number, place: number): number {
  const radius = Math.sqrt(-2 * Math.log(1 - uniformAt(seed ^ errorStream, place)));
  return radius * Math.cos(2 * Math.PI * uniformAt(seed ^ errorStream, place + 1));
}

/** No worker reports. */
export function silenceAll(): Look {
  return (sample) => ({ ...sample, workers: undefined });
}

/** Every second task does not report. */
export function silenceHalf(): Look {
  return (sample) => ({ ...sample, workers: sample.workers && halve(sample.workers) });
}

function halve(workers: WorkerSample): WorkerSample {
  return {
    reportingTasks: Math.ceil(workers.reportingTasks / 2),
    slots: Math.ceil(workers.slots / 2),
    busySlots: Math.ceil(workers.busySlots / 2),
    get agesSeconds() {
      return everySecond(workers.agesSeconds);
    },
    get serviceSeconds() {
      return everySecond(workers.serviceSeconds);
    },
  };
}

function everySecond(values: readonly number[]): number[] {
  return values.filter((_, index) => index % 2 === 0);
}
