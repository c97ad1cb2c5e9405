import { isSetAside } from "./drain-instances.ts";
import type { Instance } from "./instance.ts";
import { emptyInstances, measureReservation, type Reservation, type ReservationSettings } from "./reservation.ts";
import type { Task } from "./task.ts";

/** The managed scaling of an ECS capacity provider: a metric, its two alarms and what they do to the group. */
export interface CapacityProvider {
  nextSampleAt: number;
  /** Datapoints whose alarms have not acted yet. */
  samples: readonly Sample[];
  highDatapoints: number;
  lowDatapoints: number;
}

/** `setAside` are instances that were drained by hand: they take no tasks, while the desired count includes them. */
type Sample = Reservation & { at: number; setAside: number };

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
}

/** What the capacity provider sees of the Auto Scaling group and of the cluster. */
export interface Observed {
  desired: number;
  minimum: number;
  maximum: number;
  instances: readonly Instance[];
  tasks: readonly Task[];
}

/** What it wants of the group; `released` are empty instances that lose their scale-in protection. */
export interface CapacityOrder {
  desired: number;
  released: readonly string[];
}

/** A capacity provider that takes its first datapoint at `now`. */
export function createCapacityProvider(now: number): CapacityProvider {
  return { nextSampleAt: now, samples: [], highDatapoints: 0, lowDatapoints: 0 };
}

/** Takes a datapoint when one is due, and lets the alarms act on those that have come through. */
export function stepCapacityProvider(
  provider: CapacityProvider,
  observed: Observed,
  settings: ManagedScalingSettings,
  now: number,
): { provider: CapacityProvider; order?: CapacityOrder } {
  const sampled = sample(provider, observed, settings, now);
  const [due, ...samples] = sampled.samples;
  if (!due || due.at + settings.alarmDelayMilliseconds > now) return { provider: sampled };

  const isHigh = due.percent > settings.targetCapacityPercent;
  const isLow = due.percent < settings.targetCapacityPercent;
  const highDatapoints = isHigh ? sampled.highDatapoints + 1 : 0;
  const lowDatapoints = isLow ? sampled.lowDatapoints + 1 : 0;
  const next: CapacityProvider = { ...sampled, samples, highDatapoints, lowDatapoints };
  if (isHigh && highDatapoints >= settings.highAlarmDatapoints) {
    return { provider: next, order: scaleOut(due, observed, settings, now) };
  }
  if (isLow && lowDatapoints >= settings.lowAlarmDatapoints) {
    return { provider: next, order: scaleIn(due, observed, settings) };
  }
  return { provider: next };
}

function sample(
  provider: CapacityProvider,
  { instances, tasks }: Observed,
  settings: ManagedScalingSettings,
  now: number,
): CapacityProvider {
  if (now < provider.nextSampleAt) return provider;
  return {
    ...provider,
    nextSampleAt: provider.nextSampleAt + settings.reservationPeriodMilliseconds,
    samples: [
      ...provider.samples,
      {
        ...measureReservation(instances, tasks, settings),
        at: now,
        setAside: instances.filter(isSetAside).length,
      },
    ],
  };
}

/** Waits while an instance is younger than the warm-up: its room may be what is missing. */
function scaleOut(
  reservation: Sample,
  { desired, minimum, maximum, instances }: Observed,
  settings: ManagedScalingSettings,
  now: number,
): CapacityOrder | undefined {
  const isYoung = ({ launchedAt }: Instance) => now - launchedAt < settings.instanceWarmupMilliseconds;
  if (instances.some((instance) => instance.state !== "draining" && isYoung(instance))) return undefined;

  const missing = wantedInstances(reservation, settings) - reservation.instances;
  const step = Math.max(settings.stepMinimum, Math.min(settings.stepMaximum, missing));
  const wanted = clamp(reservation.instances + reservation.setAside + step, minimum, maximum);
  return wanted > desired ? { desired: wanted, released: [] } : undefined;
}

/** Goes down by a bounded share a minute, and only by instances that are empty now. */
function scaleIn(
  reservation: Reservation,
  { desired, minimum, instances, tasks }: Observed,
  settings: ManagedScalingSettings,
): CapacityOrder | undefined {
  const empty = emptyInstances(instances, tasks);
  const step = Math.max(settings.scaleInInstancesMinimum, Math.floor(desired * settings.scaleInShareMaximum));
  const surplus = desired - Math.max(minimum, wantedInstances(reservation, settings));
  const count = Math.min(step, surplus, empty.length);
  return count > 0 ? { desired: desired - count, released: empty.slice(0, count).map(({ id }) => id) } : undefined;
}

/** So many instances that M of them are the target share; from none AWS asks for two, whatever M is. */
function wantedInstances(
  { neededInstances, instances, percent }: Reservation,
  settings: ManagedScalingSettings,
): number {
  if (instances === 0) return Math.round(percent / 100) * (neededInstances > 0 ? 1 : 0);
  return Math.ceil((neededInstances * 100) / settings.targetCapacityPercent);
}

function clamp(value: number, minimum: number, maximum: number): number {
  return Math.min(maximum, Math.max(minimum, value));
}
