import type { Clock } from "../../../runtime/clock.ts";
import { defaults } from "../../../simulator/model/capacity/parameters.ts";
import { type Fleet, roomFor, taskSize } from "../../../simulator/replay/capacity/fleet.ts";
import { type Bill, Meter } from "../../../simulator/replay/capacity/meter.ts";
import type { Scenario } from "../../../simulator/replay/scenario.ts";
import type { Workers } from "../../../simulator/replay/workers.ts";
import type { Exit, ProcessGroup } from "../../processes/spawn-group.ts";
import { managedScalingDefaults } from "../capacity.ts";
import { EcsCluster } from "../cluster.ts";
import type { Service } from "../service.ts";

/** Protection of a busy worker, longer than any replay. */
const protectionMinutes = 2_880;

/** A task's process, started and ended by `LaptopCapacity`. */
interface FakeProcess {
  startsAt: number;
  taskId: string;
  /** Number of the simulator's worker; undefined before it runs. */
  worker: number | undefined;
  isToEnd: boolean;
  start(): void;
  exit(): void;
}

/** The laptop's cluster and service as the fleet of a replay, on the replay's clock and without processes. */
export class LaptopFleet implements Fleet {
  desired: number;
  readonly #scenario: Scenario;
  readonly #workers: Workers;
  readonly #cluster: EcsCluster;
  readonly #service: Service;
  readonly #meter = new Meter();
  #processes: FakeProcess[] = [];
  #now = 0;

  constructor(scenario: Scenario, workers: Workers) {
    this.#scenario = scenario;
    this.#workers = workers;
    const { initialTasks, maxTasks, tasksPerInstance } = scenario;
    this.desired = initialTasks;
    // The replay calls `look`.
    const clock: Clock = { now: () => this.#now, after: () => () => {} };
    this.#cluster = new EcsCluster({
      place: { name: "replay", region: "eu-central-1", accountId: "000000000000" },
      hasContainerInsights: false,
      clock,
      processes: { spawn: ({ environment }) => this.#spawn(environment.TASK_ID ?? "") },
      speed: 1,
      onEvent: () => {},
    });
    this.#cluster.events.on("instances", ({ kind, launchedAt, at }) => {
      if (kind === "launched") this.#meter.launchInstance();
      if (kind === "terminated") this.#meter.endInstance(launchedAt, at);
    });
    this.#cluster.attachCapacity({
      providerName: "instances",
      group: { name: "instances", arn: "arn:aws:autoscaling:eu-central-1:000000000000:autoScalingGroup:1", tags: {} },
      room: roomFor(tasksPerInstance),
      minimum: 0,
      maximum: Math.ceil(maxTasks / tasksPerInstance) + 2,
      availabilityZones: ["a"],
      protectsInstances: true,
      releasesEmptyInstances: true,
      drains: true,
      managedScaling: managedScalingDefaults,
    });
    this.#service = this.#cluster.startService({
      name: "worker",
      desiredCount: initialTasks,
      taskDefinition: {
        family: "worker",
        revision: 1,
        command: ["worker"],
        directory: ".",
        environment: (taskId) => ({ TASK_ID: taskId }),
        stopTimeoutSeconds: 30,
        size: taskSize,
      },
      strategy: [{ type: "binpack", by: "memory" }],
      minimumHealthyPercent: defaults.minimumHealthyPercent,
      maximumPercent: defaults.maximumPercent,
      onLine: () => {},
    });
  }

  get running(): number {
    return this.#service.runningCount;
  }

  get pending(): number {
    return this.#service.pendingCount;
  }

  setDesired(tasks: number): void {
    this.desired = tasks;
  }

  setInstanceFloor(instances: number): void {
    this.#cluster.capacity?.setMinimum(instances);
  }

  releaseInstances(ids: readonly string[], now: number): void {
    const empty = this.listInstances().filter(({ id, tasks }) => tasks === 0 && ids.includes(id));
    for (const { id } of empty) this.#cluster.capacity?.terminate(id, { lowersDesired: true }, now);
  }

  listInstances(): { id: string; tasks: number }[] {
    return this.#cluster
      .instances()
      .filter(({ state }) => state === "registered")
      .map(({ id, runningTasks, pendingTasks }) => ({ id, tasks: runningTasks + pendingTasks }));
  }

  deploy(): void {
    throw new Error("the laptop's services have one deployment");
  }

  loseSpot(): void {
    throw new Error("the laptop's instances are not interrupted");
  }

  /** Every second, as the cluster does, and when a process starts or an instance registers. */
  nextDueAt(): number {
    const boots = this.#cluster.instances().map(({ registersAt }) => registersAt);
    const starts = this.#processes.map(({ startsAt }) => startsAt);
    const nextSecond = (Math.floor(this.#now / 1_000) + 1) * 1_000;
    return [...boots, ...starts].reduce(
      (soonest, at) => (at > this.#now ? Math.min(soonest, at) : soonest),
      nextSecond,
    );
  }

  look(now: number): void {
    this.#now = now;
    for (const process of this.#processes.filter(({ worker, startsAt }) => worker === undefined && startsAt <= now)) {
      process.start();
    }
    this.#protectBusy();
    if (this.#service.desiredCount !== this.desired) this.#service.setDesiredCount(this.desired);
    else this.#cluster.look();
    this.#endStopped(now);
    this.#beginWork(now);
    this.#workers.watchesIdle = this.#service.tasks().length > this.desired;
  }

  runningMilliseconds(now: number): number {
    return this.#meter.runningMilliseconds(now);
  }

  bill(now: number): Bill {
    const launches = this.#cluster.instances().map(({ launchedAt }) => launchedAt);
    return this.#meter.bill(now, launches);
  }

  #spawn(taskId: string): ProcessGroup {
    const process: FakeProcess = {
      startsAt: this.#now + this.#scenario.warmStartSeconds * 1_000,
      taskId,
      worker: undefined,
      isToEnd: false,
      start: () => {},
      exit: () => {},
    };
    this.#processes.push(process);
    this.#meter.placeTask(this.#now);
    const end = () => {
      process.isToEnd = true;
      return new Promise<Exit>(() => {});
    };
    return {
      pid: 0,
      started: heardAtOnce<void>((tell) => {
        process.start = () => tell();
      }),
      exited: heardAtOnce<Exit>((tell) => {
        process.exit = () => tell({ code: 0, signal: null });
      }),
      terminate: end,
      kill: end,
      send: () => {},
    };
  }

  /** Protects busy tasks, as workers do. */
  #protectBusy(): void {
    for (const { taskId, worker } of this.#processes) {
      if (worker === undefined) continue;
      if (this.#workers.isIdle(worker)) this.#service.unprotect(taskId);
      else this.#service.protect(taskId, protectionMinutes);
    }
  }

  #endStopped(now: number): void {
    for (let ending = this.#ending(); ending; ending = this.#ending()) {
      const { worker, exit } = ending;
      this.#processes.splice(this.#processes.indexOf(ending), 1);
      if (worker !== undefined && this.#workers.isIdle(worker)) this.#workers.removeTask(worker);
      else if (worker !== undefined) this.#workers.loseTask(worker, now);
      this.#meter.stopTask(now, worker !== undefined);
      exit();
    }
  }

  #ending(): FakeProcess | undefined {
    return this.#processes.find(({ isToEnd }) => isToEnd);
  }

  #beginWork(now: number): void {
    for (const process of this.#processes) {
      if (process.worker !== undefined || process.startsAt > now) continue;
      this.#meter.runTask(now);
      process.worker = this.#workers.addTask(now);
    }
  }
}

/** A promise that calls its listener synchronously, because a replay never returns to the event loop. */
function heardAtOnce<Value>(settle: (tell: (value: Value) => void) => void): Promise<Value> {
  // biome-ignore lint/suspicious/noThenProperty: that is what makes it a promise
  return { then: (listener: (value: Value) => void) => settle(listener) } as unknown as Promise<Value>;
}
