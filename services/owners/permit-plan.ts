import { clamp } from "../../runtime/arithmetic.ts";

/** A worker's permits for one owner. Times are milliseconds since the epoch. */
export interface Holding {
  /** Permits that it may use. The table has at least as many for it. */
  held: number;
  /** Jobs that run; more than `held` after the table did not answer. */
  running: number;
  /** When a job last ended. */
  releasedAt: number;
  writtenAt: number;
  /** False if the last write may have failed: the table may then have another number. */
  isWritten: boolean;
  /** Until then the owner is taken to be at its limit. */
  fullUntil: number;
  /** Refusals in a row. */
  refusals: number;
  /** Until then the table is taken not to answer. */
  awayUntil: number;
  /** Until then the owner is taken to be close to its limit. */
  contendedUntil: number;
}

export function newHolding(): Holding {
  const times = { releasedAt: 0, writtenAt: 0, fullUntil: 0, awayUntil: 0, contendedUntil: 0 };
  return { held: 0, running: 0, isWritten: true, refusals: 0, ...times };
}

export function hasSpare({ held, running }: Holding): boolean {
  return running < held;
}

/** Permits that a worker may keep, of `target` that it has written. It never loses those that it had before. */
export function allowedPermits({ held }: Holding, target: number, others: number, limit: number): number {
  return clamp(limit - others, held, target);
}

/**
 * The number to write at a beat; undefined if none is due. Unused permits are returned five seconds after a job ended, so that
 * under load one job takes over the permit of the one before it.
 */
export function plannedWrite({ held, running, releasedAt, writtenAt, isWritten }: Holding, now: number) {
  const next = running < held && now >= releasedAt + keepMilliseconds ? running : Math.max(held, running);
  const isDue = !isWritten || next !== held || (next > 0 && now >= writtenAt + renewMilliseconds);
  return isDue ? next : undefined;
}

/** True if nothing would be lost with the holding. */
export function isDisposable(holding: Holding, now: number): boolean {
  const { held, running, isWritten, contendedUntil } = holding;
  return held === 0 && running === 0 && isWritten && now >= contendedUntil;
}

const keepMilliseconds = 5_000;
const renewMilliseconds = 15_000;
