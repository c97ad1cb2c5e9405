import { type ArrivalSample, arrivalBucketSeconds, arrivalSpanSeconds } from "../../../autoscaler/decide/sample.ts";
import { type BackstopPolicy, missingTasks } from "../../../autoscaler/policy/backstop.ts";
import { backstopOf } from "../../policies/backstop.ts";
import type { PolicySample } from "../../policies/policy.ts";
import type { Fleet } from "../capacity/fleet.ts";
import type { Scenario } from "../scenario.ts";
import type { Workers } from "../workers.ts";

/** Reads queue, workers and service. */
export class Collectors {
  readonly #scenario: Scenario;
  readonly #workers: Workers;
  readonly #fleet: Fleet;
  readonly #backstop: BackstopPolicy;
  readonly #sinceLastTick: UseMeter;

  constructor(scenario: Scenario, workers: Workers, fleet: Fleet) {
    this.#scenario = scenario;
    this.#workers = workers;
    this.#fleet = fleet;
    this.#backstop = backstopOf(scenario);
    this.#sinceLastTick = this.useMeter();
  }

  get visibleJobs(): number {
    return this.#workers.waitingCount;
  }

  /** The backstop's metric; undefined, no datapoint, without tasks. */
  get missingTasks(): number | undefined {
    const { running, desired } = this.#fleet;
    const tasks = Math.max(running, desired);
    return tasks === 0 ? undefined : missingTasks(this.#backstop, this.visibleJobs, tasks);
  }

  /** Visible jobs per running or desired task, whichever are more; undefined, no datapoint, without tasks. */
  get visiblePerTask(): number | undefined {
    const tasks = Math.max(this.#fleet.running, this.#fleet.desired);
    return tasks === 0 ? undefined : this.visibleJobs / tasks;
  }

  /** The metric of scale-from-zero: visible jobs while no task runs or is desired, else 0. */
  get waitingAtZero(): number {
    const { running, desired } = this.#fleet;
    return running + desired === 0 ? this.visibleJobs : 0;
  }

  /** Measures use from one call to the next. */
  useMeter(): UseMeter {
    return new UseMeter(this.#scenario.slotsPerTask, this.#workers, this.#fleet);
  }

  /** Expensive parts are getters, read only by policies that use them. */
  sample(now: number): PolicySample {
    const { running, desired, pending } = this.#fleet;
    const workers = this.#workers;
    const fleet = this.#fleet;
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
        return fleet.listInstances();
      },
      usePercent: this.#sinceLastTick.read(now) ?? 0,
    };
  }

  /** The API counts per clock bucket. Before the window is full, the rate is over the time since the list began. */
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
  readonly #fleet: Fleet;
  #busy = 0;
  #running = 0;

  constructor(slotsPerTask: number, workers: Workers, fleet: Fleet) {
    this.#slotsPerTask = slotsPerTask;
    this.#workers = workers;
    this.#fleet = fleet;
  }

  /** In percent since the last reading; undefined when no task ran, as ECS then has no CPU metric either. */
  read(now: number): number | undefined {
    const busy = this.#workers.busyMilliseconds(now);
    const running = this.#fleet.runningMilliseconds(now) * this.#slotsPerTask;
    const isUnknown = running - this.#running <= 0;
    const percent = ((busy - this.#busy) / (running - this.#running)) * 100;
    this.#busy = busy;
    this.#running = running;
    return isUnknown ? undefined : percent;
  }
}
