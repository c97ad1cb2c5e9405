import type { Workers } from "../workers.ts";
import type { Bill, Capacity, CapacitySettings } from "./capacity.ts";
import { HostGroup } from "./host-group.ts";
import { LaunchRate } from "./launch-rate.ts";
import { Meter } from "./meter.ts";
import { chooseStops, isOutdated, type PlacedTask, planReplacement } from "./replacement.ts";

export interface FleetSettings extends CapacitySettings {
  provisioningTasksMaximum: number;
  provisioningTimeoutMilliseconds: number;
  launchesPerMinuteMaximum: number;
  spotWarningMilliseconds: number;
  minimumHealthyPercent: number;
  maximumPercent: number;
  bootMilliseconds(instanceNumber: number): number;
}

/** Who decides how many instances there are to be. */
export interface InstanceScaling {
  nextDueAt(): number;
  step(group: HostGroup, waitingTasks: number, now: number): void;
}

/**
 * One ECS service on one Auto Scaling group behind one capacity provider: `model/capacity` for alike tasks, in place. A task
 * that works is protected; one that does not exits at once when it is told to. A test holds the two to the same replays.
 */
export class Fleet implements Capacity {
  desired: number;
  running = 0;
  readonly #settings: FleetSettings;
  readonly #workers: Workers;
  readonly #meter = new Meter();
  readonly #group: HostGroup;
  readonly #provider: InstanceScaling;
  readonly #launches: LaunchRate;
  /** Since when each has waited for room, the oldest first. */
  readonly #waiting: number[] = [];
  /** In the order in which they were created, which is that of their placement as well: all are alike. */
  #placed: PlacedTask[] = [];
  #nextDueAt = 0;

  constructor(settings: FleetSettings, provider: InstanceScaling, workers: Workers) {
    this.#settings = settings;
    this.#workers = workers;
    this.desired = settings.initialTasks;
    this.#group = new HostGroup(Math.ceil(settings.initialTasks / settings.tasksPerInstance), settings, this.#meter);
    this.#provider = provider;
    this.#launches = new LaunchRate(settings.launchesPerMinuteMaximum);
    for (let count = 0; count < settings.initialTasks; count += 1) this.#place(0, 0);
    this.#settle(0);
    this.#admit(0);
  }

  get starting(): number {
    return this.#placed.length - this.running;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  get instances(): number {
    return this.#group.hosts.length;
  }

  setDesired(tasks: number): void {
    this.desired = tasks;
  }

  setInstanceFloor(instances: number): void {
    this.#group.setFloor(instances);
  }

  get pending(): number {
    return this.#total - this.running;
  }

  releaseInstances(ids: readonly string[], now: number): void {
    if (this.#group.release(new Set(ids), now) > 0) this.#group.step(now);
  }

  listInstances(): { id: string; tasks: number }[] {
    return this.#group.hosts.filter((host) => host.isRegistered).map(({ id, tasks }) => ({ id, tasks }));
  }

  deploy(): void {
    // Who has no place yet is taken back and asked for anew, with the new revision.
    this.#waiting.length = 0;
    for (const task of this.#placed) task.isOld = true;
  }

  loseSpot(share: number, uniform: (place: number) => number, now: number): void {
    this.#group.loseSpot(share, uniform, now);
  }

  nextDueAt(): number {
    return this.#nextDueAt;
  }

  look(now: number): void {
    this.#schedule(now);
    this.#provider.step(this.#group, this.#waiting.length, now);
    if (this.#group.step(now)) this.#schedule(now);
    this.#workers.watchesIdle = this.#total > this.desired;
    this.#nextDueAt = this.#findNextDue(now);
  }

  runningMilliseconds(now: number): number {
    return this.#meter.runningMilliseconds(now);
  }

  bill(now: number): Bill {
    return this.#meter.bill(
      now,
      this.#group.hosts.map(({ launchedAt }) => launchedAt),
    );
  }

  get #current(): number {
    return this.#total - this.#placed.filter(isOutdated).length;
  }

  get #total(): number {
    return this.#waiting.length + this.#placed.length;
  }

  #schedule(now: number): void {
    this.#settle(now);
    const surplus = this.#total - this.desired;
    if (this.#placed.some(isOutdated)) this.#replace(now);
    else {
      if (surplus > 0) this.#stop(surplus, now);
      this.#start(Math.max(0, -surplus), now);
    }
    this.#admit(now);
  }

  #replace(now: number): void {
    const state = {
      waiting: this.#waiting.length,
      placed: this.#placed,
      desired: this.desired,
      bounds: this.#settings,
    };
    const { giveUp, stop, start } = planReplacement(state, this.#isIdle);
    this.#waiting.length -= giveUp;
    // A running task holds its room until it has stopped, which is after this look.
    for (const task of stop.filter(({ runsAt }) => runsAt !== undefined)) this.#remove(task, now);
    this.#start(start, now);
    for (const task of stop.filter(({ runsAt }) => runsAt === undefined)) this.#remove(task, now);
  }

  #settle(now: number): void {
    while ((this.#waiting[0] ?? now) + this.#settings.provisioningTimeoutMilliseconds <= now) this.#waiting.shift();
    for (const task of this.#placed.filter(({ host }) => host.isGone)) this.#remove(task, now);
    for (const task of this.#placed) {
      if (task.runsAt === undefined || task.runsAt > now) continue;
      task.runsAt = undefined;
      this.running += 1;
      this.#meter.runTask(now);
    }
  }

  /** What has just come to run takes jobs, unless it was stopped in the same moment. */
  #admit(now: number): void {
    for (const task of this.#placed) {
      if (task.runsAt === undefined && task.worker === -1) task.worker = this.#workers.addTask(now);
    }
  }

  /** The waiting, then the starting, the newest first; then idle ones where most is free, the first of equals. */
  #stop(count: number, now: number): void {
    let left = count;
    for (; left > 0 && this.#waiting.length > 0; left -= 1) this.#waiting.pop();
    for (const task of chooseStops(this.#placed, left, this.#isIdle)) this.#remove(task, now);
  }

  readonly #isIdle = ({ worker }: PlacedTask): boolean => worker === -1 || this.#workers.isIdle(worker);

  #remove(task: PlacedTask, now: number): void {
    const hasRun = task.runsAt === undefined;
    if (hasRun) this.running -= 1;
    if (task.worker !== -1) {
      if (this.#workers.isIdle(task.worker)) this.#workers.removeTask(task.worker);
      else this.#workers.loseTask(task.worker, now);
    }
    this.#meter.stopTask(now, hasRun);
    task.host.tasks -= 1;
    this.#placed.splice(this.#placed.indexOf(task), 1);
  }

  /** Places who waits and who is new; who finds no room waits, new ones as far as the cap allows. */
  #start(missing: number, now: number): void {
    while (this.#waiting.length > 0 && this.#place(now, this.#settings.warmStartMilliseconds)) this.#waiting.shift();
    const asked = Math.min(missing, this.#launches.allowance(now));
    let launched = 0;
    for (; launched < asked; launched += 1) {
      if (this.#waiting.length === 0 && this.#place(now, this.#settings.warmStartMilliseconds)) continue;
      if (this.#waiting.length >= this.#settings.provisioningTasksMaximum) break;
      this.#waiting.push(now);
    }
    this.#launches.record(launched, now);
  }

  #place(now: number, startMilliseconds: number): boolean {
    const host = this.#group.findRoom();
    if (!host) return false;
    host.tasks += 1;
    this.#placed.push({ host, runsAt: now + startMilliseconds, worker: -1, isOld: false });
    this.#meter.placeTask(now);
    return true;
  }

  #findNextDue(now: number): number {
    let next = Math.min(this.#provider.nextDueAt(), this.#group.nextDueAt());
    for (const { runsAt } of this.#placed) {
      if (runsAt !== undefined && runsAt < next) next = runsAt;
    }
    const [oldest] = this.#waiting;
    if (oldest !== undefined) next = Math.min(next, oldest + this.#settings.provisioningTimeoutMilliseconds);
    return this.#current < this.desired ? Math.min(next, this.#launches.nextAllowanceAt(now)) : next;
  }
}
