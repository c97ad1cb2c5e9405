import { ManualClock } from "../../runtime/clock.ts";
import { silentLog } from "../../runtime/log.ts";
import type { Hands } from "../act/perform-actions.ts";
import type { Memory } from "../decide/memory.ts";
import type { DecisionRecord } from "../memory/decision-log.ts";
import type { ContainerInstance } from "../sample/list-instances.ts";
import type { Senses } from "../sample/take-sample.ts";
import { type TickDeps, tick } from "../tick.ts";

/** A controller whose surroundings are a few numbers that obey at once, and a log of what it did. */
export class TickWorld {
  readonly clock = new ManualClock(1_800_000_000_000);
  readonly done: string[] = [];
  readonly records: DecisionRecord[] = [];
  jobs = { visible: 0, inFlight: 0, delayed: 0 };
  arrivalsPerSecond = 0;
  serviceSeconds = 5;
  tasks = { running: 1, pending: 0, desired: 1 };
  floor = 1;
  instanceFloor = 0;
  instances: ContainerInstance[] = [{ id: "i-1", arn: "arn:i-1", tasks: 1 }];
  kept: Memory | undefined;
  isLeaseElsewhere = false;
  /** What fails, by the name of a sense, of a hand, or `publish`. */
  readonly failing = new Set<string>();
  mode: TickDeps["mode"] = { kind: "steering", movesInstances: true };
  policy: TickDeps["policy"] = {
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

  /** One tick, and ten seconds. */
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
      senses: this.#failable(this.#senses()),
      memory: {
        acquire: async () => (this.isLeaseElsewhere ? undefined : { memory: this.kept }),
        save: async (memory) => {
          if (this.isLeaseElsewhere) return false;
          // As the table has it.
          this.kept = JSON.parse(JSON.stringify(memory)) as Memory;
          return true;
        },
      },
      handsOn: () => this.#failable(this.#hands()),
      publish: async (_sample, { needPercent, strandedJobs }) => {
        if (this.failing.has("publish")) throw new Error("publish failed");
        this.done.push(`publish ${Math.round(needPercent)} % stranded ${strandedJobs}`);
      },
      decisions: { write: async (record) => void this.records.push(record) },
      policy: this.policy,
      mode: this.mode,
      pace: 1,
      clock: this.clock,
      log: silentLog,
    };
  }

  #senses(): Senses {
    return {
      countJobs: async () => this.jobs,
      countTasks: async () => this.tasks,
      readArrivals: async () => ({
        perSecond: this.arrivalsPerSecond,
        counts: Array<number>(12).fill(10 * this.arrivalsPerSecond),
      }),
      readWorkers: async () => ({
        reportingTasks: this.tasks.running,
        slots: this.tasks.running * this.policy.slots,
        busySlots: this.jobs.inFlight,
        agesSeconds: Array<number>(this.jobs.inFlight).fill(this.serviceSeconds / 2),
        serviceSeconds: Array<number>(100).fill(this.serviceSeconds),
      }),
      listInstances: async () => this.instances,
      readFloor: async () => this.floor,
      readInstanceFloor: async () => this.instanceFloor,
    };
  }

  #hands(): Hands {
    return {
      setFloor: async (tasks) => {
        this.done.push(`floor ${tasks}`);
        this.floor = tasks;
        const desired = Math.max(this.tasks.desired, tasks);
        this.tasks = { ...this.tasks, desired, running: desired };
      },
      setDesired: async (tasks) => {
        this.done.push(`desired ${tasks}`);
        this.tasks = { ...this.tasks, desired: tasks, running: tasks };
      },
      setInstanceFloor: async (instances) => {
        this.done.push(`instances ${instances}`);
        this.instanceFloor = instances;
      },
      releaseInstances: async (ids) => {
        this.done.push(`release ${ids.join()}`);
        this.instances = this.instances.filter(({ id }) => !ids.includes(id));
        return ids;
      },
    };
  }

  /** The same functions, each of which fails while its name is among the failing. */
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
