import type { WorkerFlow } from "../../../autoscaler/decide/sample.ts";
import type { Policy, PolicySample } from "../../policies/policy.ts";
import { uniformAt } from "../random.ts";

/** What a policy gets to see instead of what there is; undefined when it sees nothing, and then nothing is decided. */
export type Look = (sample: PolicySample, nowMilliseconds: number) => PolicySample | undefined;

/** The policy behind a look, which begins anew with each replay. */
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

/** The queue's counts, each off by a normal error of that share of it. */
export function blurCounts(share: number, seed: number): Look {
  return (sample, now) => {
    const blur = (count: number, place: number) =>
      Math.max(0, Math.round(count * (1 + share * normalAt(seed, 4 * now + place))));
    return { ...sample, visibleJobs: blur(sample.visibleJobs, 0), jobsInFlight: blur(sample.jobsInFlight, 2) };
  };
}

/** What was so long ago, to the next tick; the first sample until anything is that old. */
export function lookLate(milliseconds: number): Look {
  let past: { at: number; sample: PolicySample }[] = [];
  return (sample, now) => {
    // Some parts of a sample are looked at when they are asked for: what is kept for later must be looked at now.
    past.push({ at: now, sample: structuredClone(sample) });
    const newest = past.findLastIndex(({ at }) => at <= now - milliseconds);
    past = past.slice(Math.max(0, newest));
    return past[0]?.sample;
  };
}

/** Each sample is lost with that likelihood. */
export function loseSamples(share: number, seed: number): Look {
  return (sample, now) => (uniformAt(seed ^ lossStream, now) < share ? undefined : sample);
}

/** Draws for losses that have nothing to do with those of boot times. */
const lossStream = 0x10552;
const errorStream = 0xe2202;

/** Standard normal, by Box and Muller: https://en.wikipedia.org/wiki/Box%E2%80%93Muller_transform */
function normalAt(seed: number, place: number): number {
  const radius = Math.sqrt(-2 * Math.log(1 - uniformAt(seed ^ errorStream, place)));
  return radius * Math.cos(2 * Math.PI * uniformAt(seed ^ errorStream, place + 1));
}

/** No worker says anything. */
export function silenceAll(): Look {
  return (sample) => ({ ...sample, workers: undefined });
}

/** Every second task says nothing: of what the workers tell, half is there. */
export function silenceHalf(): Look {
  return (sample) => ({ ...sample, workers: sample.workers && halve(sample.workers) });
}

function halve(workers: WorkerFlow): WorkerFlow {
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
