import type { TaskLimits } from "../../contract/task-schedules.ts";
import { ManualClock } from "../../runtime/clock.ts";
import { silentLog } from "../../runtime/log.ts";
import type { ScalingClient } from "../act/perform-actions.ts";
import type { Collectors } from "../collect/collect-sample.ts";
import type { ContainerInstance } from "../collect/list-instances.ts";
import type { ControllerState } from "../decide/controller-state.ts";
import type { DecisionRecord } from "../state/decision-log.ts";
import { type TickDeps, tick } from "../tick.ts";

/** A controller on a fake AWS, in which every change takes effect at once, and a log of what the controller did. */
export class TickWorld {
  readonly clock = new ManualClock(1_800_000_000_000);
  readonly done: string[] = [];
  readonly records: DecisionRecord[] = [];
  jobs = { visible: 0, inFlight: 0, delayed: 0 };
  arrivalsPerSecond = 0;
  serviceSeconds = 5;
  tasks = { running: 1, pending: 0, desired: 1 };
  minCapacity = 1;
  maxCapacity = 20;
  limits: TaskLimits | undefined;
  minSize = 0;
  instances: ContainerInstance[] = [{ id: "i-1", arn: "arn:i-1", tasks: 1 }];
  savedState: ControllerState | undefined;
  isLeaseElsewhere = false;
  /** Calls that fail, by the name of a method of the collectors or the scaling client, or `publish`. */
  readonly failing = new Set<string>();
  mode: TickDeps["mode"] = { kind: "steering", scalesInstances: true };
  settings: TickDeps["settings"] = {
    waitTargetSeconds: 60,
    expectedServiceSeconds: 5,
    slots: 2,
    minTasks: 1,
    maxTasks: 20,
    eagerness: 0,
    tasksPerInstance: 4,
    tickSeconds: 10,
    taskStartSeconds: 20,
    bootSeconds: 90,
  };

  /** Runs one tick, then advances the clock by ten seconds. */
  async tick() {
    const result = await tick(this.deps(), { isLast: false });
    await this.clock.advance(10_000);
    return result;
  }

  async ticks(count: number): Promise<void> {
    for (let index = 0; index < count; index += 1) await this.tick();
  }

  deps(): TickDeps {
    return {
      collectors: this.#failable(this.#collectors()),
      stateStore: {
        acquire: async () => (this.isLeaseElsewhere ? undefined : { state: this.savedState }),
        save: async (state) => {
          if (this.isLeaseElsewhere) return false;
          // As the table returns it.
          this.savedState = JSON.parse(JSON.stringify(state)) as ControllerState;
          return true;
        },
      },
      scalingClient: this.#failable(this.#scalingClient()),
      publish: async (_sample, { needPercent, strandedJobs }) => {
        if (this.failing.has("publish")) throw new Error("publish failed");
        this.done.push(`publish ${Math.round(needPercent)} % stranded ${strandedJobs}`);
      },
      decisionLog: { write: async (record) => void this.records.push(record) },
      settings: this.settings,
      limitsAt: async () => this.limits ?? this.settings,
      mode: this.mode,
      speed: 1,
      clock: this.clock,
      log: silentLog,
    };
  }

  #collectors(): Collectors {
    return {
      countJobs: async () => this.jobs,
      countTasks: async () => this.tasks,
      readArrivals: async () => ({
        perSecond: this.arrivalsPerSecond,
        counts: Array<number>(12).fill(10 * this.arrivalsPerSecond),
      }),
      readWorkers: async () => ({
        reportingTasks: this.tasks.running,
        slots: this.tasks.running * this.settings.slots,
        busySlots: this.jobs.inFlight,
        agesSeconds: Array<number>(this.jobs.inFlight).fill(this.serviceSeconds / 2),
        serviceSeconds: Array<number>(100).fill(this.serviceSeconds),
      }),
      listInstances: async () => this.instances,
      readCapacityLimits: async () => ({ min: this.minCapacity, max: this.maxCapacity }),
      readMinSize: async () => this.minSize,
    };
  }

  #scalingClient(): ScalingClient {
    return {
      setMinCapacity: async (tasks) => {
        if (tasks > this.maxCapacity) throw new Error(`MinCapacity ${tasks} is more than MaxCapacity`);
        this.done.push(`min-capacity ${tasks}`);
        this.minCapacity = tasks;
        const desired = Math.max(this.tasks.desired, tasks);
        this.tasks = { ...this.tasks, desired, running: desired };
      },
      setDesiredCount: async (tasks) => {
        this.done.push(`desired-count ${tasks}`);
        this.tasks = { ...this.tasks, desired: tasks, running: tasks };
      },
      setMinSize: async (instances) => {
        this.done.push(`min-size ${instances}`);
        this.minSize = instances;
      },
      terminateInstances: async (instances) => {
        const ids = instances.map(({ id }) => id);
        this.done.push(`terminate ${ids.join()}`);
        this.instances = this.instances.filter(({ id }) => !ids.includes(id));
        return ids;
      },
    };
  }

  /** The same functions; each fails while its name is in `failing`. */
  #failable<Functions extends object>(functions: Functions): Functions {
    return Object.fromEntries(
      Object.entries(functions).map(([name, call]) => [
        name,
        async (...args: unknown[]) => {
          if (this.failing.has(name)) throw new Error(`${name} failed`);
          return call(...args);
        },
      ]),
    ) as Functions;
  }
}
