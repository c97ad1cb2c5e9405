import { type ArrivalSample, arrivalBucketSeconds, arrivalSpanSeconds } from "../../../autoscaler/decide/sample.ts";
import { type BackstopPolicy, missingTasks } from "../../../autoscaler/policy/backstop.ts";
import { backstopOf } from "../../policies/backstop.ts";
import type { PolicySample } from "../../policies/policy.ts";
import type { Capacity } from "../capacity/capacity.ts";
import type { Scenario } from "../scenario.ts";
import type { Workers } from "../workers.ts";

/** What can be seen of queue, workers and service. */
export class Senses {
  readonly #scenario: Scenario;
  readonly #workers: Workers;
  readonly #capacity: Capacity;
  readonly #backstop: BackstopPolicy;
  readonly #sinceLastTick: UseMeter;

  constructor(scenario: Scenario, workers: Workers, capacity: Capacity) {
    this.#scenario = scenario;
    this.#workers = workers;
    this.#capacity = capacity;
    this.#backstop = backstopOf(scenario);
    this.#sinceLastTick = this.useMeter();
  }

  get visibleJobs(): number {
    return this.#workers.waitingCount;
  }

  /** The backstop's metric; no point where there is no task to count. */
  get missingTasks(): number | undefined {
    const { running, desired } = this.#capacity;
    const tasks = Math.max(running, desired);
    return tasks === 0 ? undefined : missingTasks(this.#backstop, this.visibleJobs, tasks);
  }

  /** The metric of scale-from-zero: jobs that wait while there is no task. */
  get waitingAtZero(): number {
    const { running, desired } = this.#capacity;
    return running + desired === 0 ? this.visibleJobs : 0;
  }

  /** Measures use from one call to the next. */
  useMeter(): UseMeter {
    return new UseMeter(this.#scenario.slotsPerTask, this.#workers, this.#capacity);
  }

  /** What costs something to look at is looked at when a policy asks for it. */
  sample(now: number): PolicySample {
    const { running, desired, pending } = this.#capacity;
    const workers = this.#workers;
    const capacity = this.#capacity;
    return {
      visibleJobs: workers.waitingCount,
      jobsInFlight: workers.runningCount,
      delayedJobs: 0,
      runningTasks: running,
      pendingTasks: pending,
      desiredTasks: desired,
      arrivals: this.#arrivals(now),
      workers: {
        reportingTasks: running,
        slots: running * this.#scenario.slotsPerTask,
        busySlots: workers.runningCount,
        get agesSeconds() {
          return workers.agesSeconds(now);
        },
        get serviceSeconds() {
          return workers.finished.list();
        },
      },
      get instances() {
        return capacity.listInstances();
      },
      usePercent: this.#sinceLastTick.read(now) ?? 0,
    };
  }

  /** The API counts by the clock. Nothing came before the list began: its first rate is over the time there was. */
  #arrivals(now: number): ArrivalSample {
    const workers = this.#workers;
    const begin = Math.floor(now / bucketMilliseconds) * bucketMilliseconds;
    const window = Math.min(rateWindowMilliseconds, now);
    const count = Math.ceil(arrivalSpanSeconds(this.#scenario.waitTargetSeconds) / arrivalBucketSeconds);
    return {
      perSecond: window === 0 ? 0 : (workers.arrivalsBetween(now - window, now) / window) * 1_000,
      get counts() {
        return Array.from({ length: count }, (_, index) => {
          const from = begin - (count - 1 - index) * bucketMilliseconds;
          return workers.arrivalsBetween(from, Math.min(now, from + bucketMilliseconds));
        });
      },
    };
  }
}

const bucketMilliseconds = arrivalBucketSeconds * 1_000;
const rateWindowMilliseconds = 120_000;

/** How busy the slots of running tasks are. */
export class UseMeter {
  readonly #slotsPerTask: number;
  readonly #workers: Workers;
  readonly #capacity: Capacity;
  #busy = 0;
  #running = 0;

  constructor(slotsPerTask: number, workers: Workers, capacity: Capacity) {
    this.#slotsPerTask = slotsPerTask;
    this.#workers = workers;
    this.#capacity = capacity;
  }

  /** In percent since the last reading; undefined when no task ran, as ECS then has no CPU metric either. */
  read(now: number): number | undefined {
    const busy = this.#workers.busyMilliseconds(now);
    const running = this.#capacity.runningMilliseconds(now) * this.#slotsPerTask;
    const isUnknown = running - this.#running <= 0;
    const percent = ((busy - this.#busy) / (running - this.#running)) * 100;
    this.#busy = busy;
    this.#running = running;
    return isUnknown ? undefined : percent;
  }
}
