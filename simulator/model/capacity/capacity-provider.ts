import { type AutoScalingGroup, isSetAside } from "./auto-scaling-group.ts";
import { measureReservation, type Reservation, type ReservationSettings } from "./reservation.ts";
import type { Task } from "./task.ts";

export interface ManagedScalingSettings extends ReservationSettings {
  stepMinimum: number;
  stepMaximum: number;
  instanceWarmupMilliseconds: number;
  reservationPeriodMilliseconds: number;
  alarmDelayMilliseconds: number;
  highAlarmDatapoints: number;
  lowAlarmDatapoints: number;
  scaleInShareMaximum: number;
  scaleInInstancesMinimum: number;
  /** Managed termination protection: ECS takes the protection from empty instances that are to go, and from no others. */
  releasesEmptyInstances: boolean;
}

/** `setAside` are instances that were drained by hand: they take no tasks, while the desired count includes them. */
type Sample = Reservation & { at: number; setAside: number };

/** The managed scaling of an ECS capacity provider: a metric, its two alarms and what they do to the group. */
export class CapacityProvider {
  /** Datapoints whose alarms have not acted yet. */
  readonly #samples: Sample[] = [];
  readonly #settings: ManagedScalingSettings;
  #nextSampleAt: number;
  #highDatapoints = 0;
  #lowDatapoints = 0;

  /** Takes its first datapoint at `now`. */
  constructor(settings: ManagedScalingSettings, now: number) {
    this.#settings = settings;
    this.#nextSampleAt = now;
  }

  nextDueAt(): number {
    const [oldest] = this.#samples;
    return oldest ? Math.min(this.#nextSampleAt, this.#actsAt(oldest)) : this.#nextSampleAt;
  }

  /**
   * Takes a datapoint when one is due. Once an earlier one has reached the alarms, they scale the group. Returns the percentage
   * of that datapoint when the desired count changed.
   */
  step(group: AutoScalingGroup, tasks: readonly Task[], now: number): number | undefined {
    if (now >= this.#nextSampleAt) {
      const setAside = group.instances.filter(isSetAside).length;
      this.#samples.push({ ...measureReservation(group.instances, tasks, this.#settings), at: now, setAside });
      this.#nextSampleAt += this.#settings.reservationPeriodMilliseconds;
    }
    const [due] = this.#samples;
    if (!due || this.#actsAt(due) > now) return undefined;
    this.#samples.shift();
    const { targetCapacityPercent, highAlarmDatapoints, lowAlarmDatapoints } = this.#settings;
    this.#highDatapoints = due.percent > targetCapacityPercent ? this.#highDatapoints + 1 : 0;
    this.#lowDatapoints = due.percent < targetCapacityPercent ? this.#lowDatapoints + 1 : 0;
    const before = group.desired;
    if (this.#highDatapoints >= highAlarmDatapoints) this.#scaleOut(due, group, now);
    else if (this.#lowDatapoints >= lowAlarmDatapoints) this.#scaleIn(due, group);
    return group.desired === before ? undefined : due.percent;
  }

  #actsAt({ at }: Sample): number {
    return at + this.#settings.alarmDelayMilliseconds;
  }

  /** Waits while an instance is younger than the warm-up, because it may have the missing room. */
  #scaleOut(reservation: Sample, group: AutoScalingGroup, now: number): void {
    const { stepMinimum, stepMaximum, instanceWarmupMilliseconds } = this.#settings;
    const isYoung = group.instances.some(
      ({ state, launchedAt }) => state !== "draining" && now - launchedAt < instanceWarmupMilliseconds,
    );
    if (isYoung) return;
    const missing = this.#neededFor(reservation) - reservation.instances;
    const step = Math.max(stepMinimum, Math.min(stepMaximum, missing));
    const wanted = reservation.instances + reservation.setAside + step;
    if (wanted > group.desired) group.setDesired(wanted);
  }

  /** Lowers the desired capacity by a bounded share a minute, and only by instances that are empty now. */
  #scaleIn(reservation: Sample, group: AutoScalingGroup): void {
    const { scaleInInstancesMinimum, scaleInShareMaximum, releasesEmptyInstances } = this.#settings;
    const step = Math.max(scaleInInstancesMinimum, Math.floor(group.desired * scaleInShareMaximum));
    const surplus = group.desired - Math.max(group.minimum, this.#neededFor(reservation));
    const empty = group.emptyInstances().slice(0, Math.max(0, Math.min(step, surplus)));
    if (releasesEmptyInstances) for (const instance of empty) instance.isProtected = false;
    group.setDesired(group.desired - empty.length);
  }

  /** The number of instances of which the M needed ones are the target share. From none AWS asks for two, whatever M is. */
  #neededFor({ neededInstances, instances, percent }: Reservation): number {
    if (instances === 0) return neededInstances > 0 ? Math.round(percent / 100) : 0;
    return Math.ceil((neededInstances * 100) / this.#settings.targetCapacityPercent);
  }
}
