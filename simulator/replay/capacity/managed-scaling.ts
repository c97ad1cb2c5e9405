import type { HostGroup } from "./host-group.ts";

export interface ManagedScalingSettings {
  tasksPerInstance: number;
  maxInstances: number;
  targetCapacityPercent: number;
  stepMinimum: number;
  stepMaximum: number;
  instanceWarmupMilliseconds: number;
  reservationPeriodMilliseconds: number;
  reservationFromZeroPercent: number;
  reservationWhenIdlePercent: number;
  alarmDelayMilliseconds: number;
  highAlarmDatapoints: number;
  lowAlarmDatapoints: number;
  scaleInShareMaximum: number;
  scaleInInstancesMinimum: number;
}

/** The capacity provider of `model/capacity`, for alike tasks and instances: from counts instead of lists. */
export class ManagedScaling {
  readonly #settings: ManagedScalingSettings;
  readonly #samples: Sample[] = [];
  #nextSampleAt: number;
  #highDatapoints = 0;
  #lowDatapoints = 0;

  constructor(firstSampleAt: number, settings: ManagedScalingSettings) {
    this.#settings = settings;
    this.#nextSampleAt = firstSampleAt;
  }

  nextDueAt(): number {
    const [sample] = this.#samples;
    return Math.min(
      this.#nextSampleAt,
      sample ? sample.at + this.#settings.alarmDelayMilliseconds : this.#nextSampleAt,
    );
  }

  /** Takes a datapoint when one is due, and lets the alarms act on the group by the one that has come through. */
  step(group: HostGroup, waitingTasks: number, now: number): void {
    const settings = this.#settings;
    if (now >= this.#nextSampleAt) {
      this.#samples.push({ ...this.#measure(group, waitingTasks), at: now });
      this.#nextSampleAt += settings.reservationPeriodMilliseconds;
    }
    const [due] = this.#samples;
    if (!due || due.at + settings.alarmDelayMilliseconds > now) return;
    this.#samples.shift();
    this.#highDatapoints = due.percent > settings.targetCapacityPercent ? this.#highDatapoints + 1 : 0;
    this.#lowDatapoints = due.percent < settings.targetCapacityPercent ? this.#lowDatapoints + 1 : 0;
    if (this.#highDatapoints >= settings.highAlarmDatapoints) this.#scaleOut(due, group, now);
    else if (this.#lowDatapoints >= settings.lowAlarmDatapoints) this.#scaleIn(due, group, now);
  }

  /** M over N of the registered instances. */
  #measure({ hosts }: HostGroup, waitingTasks: number): Omit<Sample, "at"> {
    const { tasksPerInstance, reservationFromZeroPercent, reservationWhenIdlePercent } = this.#settings;
    let instances = 0;
    let room = 0;
    let used = 0;
    let left = waitingTasks;
    for (const { isRegistered, tasks } of hosts) {
      if (!isRegistered) continue;
      const free = tasksPerInstance - tasks;
      const taken = Math.min(left, free);
      instances += 1;
      room += free;
      left -= taken;
      if (tasks + taken > 0) used += 1;
    }
    const additional = Math.ceil(Math.max(0, waitingTasks - room) / tasksPerInstance);
    const needed = additional > 0 ? instances + additional : used;
    if (instances > 0) return { needed, instances, percent: (needed / instances) * 100 };
    return { needed, instances, percent: needed > 0 ? reservationFromZeroPercent : reservationWhenIdlePercent };
  }

  /** Waits while the newest instance is younger than the warm-up. */
  #scaleOut(reservation: Sample, group: HostGroup, now: number): void {
    const { stepMinimum, stepMaximum, instanceWarmupMilliseconds } = this.#settings;
    const newest = group.hosts.at(-1);
    if (newest && now - newest.launchedAt < instanceWarmupMilliseconds) return;
    const missing = this.#wanted(reservation) - reservation.instances;
    const step = Math.max(stepMinimum, Math.min(stepMaximum, missing));
    const wanted = Math.min(this.#settings.maxInstances, Math.max(group.minimum, reservation.instances + step));
    if (wanted > group.desired) group.setDesired(wanted);
  }

  #scaleIn(reservation: Sample, group: HostGroup, now: number): void {
    const { scaleInInstancesMinimum, scaleInShareMaximum } = this.#settings;
    const step = Math.max(scaleInInstancesMinimum, Math.floor(group.desired * scaleInShareMaximum));
    const surplus = group.desired - Math.max(group.minimum, this.#wanted(reservation));
    group.releaseEmpty(Math.min(step, surplus), now);
  }

  #wanted({ needed, instances, percent }: Sample): number {
    if (instances === 0) return Math.round(percent / 100) * (needed > 0 ? 1 : 0);
    return Math.ceil((needed * 100) / this.#settings.targetCapacityPercent);
  }
}

interface Sample {
  at: number;
  needed: number;
  instances: number;
  percent: number;
}
