import type { WorkerSample } from "../../../autoscaler/decide/sample.ts";
import type { Look } from "./blur-sample.ts";

/** No worker says anything. */
export function silenceAll(): Look {
  return (sample) => ({ ...sample, workers: undefined });
}

/** Every second task says nothing: of what the workers tell, half is there. */
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
