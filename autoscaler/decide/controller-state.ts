import type { Peak } from "./windowed-maximum.ts";

/** State that one decision passes to the next. Plain JSON, as it is stored between ticks. */
export interface ControllerState {
  version: 1;
  /** Time of the decision, milliseconds since the epoch like all times here. */
  at: number;
  /** Recent values of `usefulTasks` that are, or can still become, the maximum of the stabilization window. */
  peaks: readonly Peak[];
  /** For each empty instance, the time at which it became empty. The instance that has been empty longest comes first. */
  emptySince: readonly (readonly [id: string, since: number])[];
  /** Share of late jobs among recent ones, 0 to 1. */
  lateShare: number;
  /** Last measured mean service time. */
  serviceSeconds: number | undefined;
  /** Last measured arrival rate, in jobs per second. */
  arrivals: { value: number; at: number } | undefined;
}

/** The state, unless it is missing, of an unknown version, from the future, or older than 150 s. */
export function usableState(state: ControllerState | undefined, now: number): ControllerState | undefined {
  const isUsable = state?.version === 1 && now >= state.at && now - state.at <= staleMilliseconds;
  return isUsable ? state : undefined;
}

/**
 * Whether three or more ticks were missed since the state was saved. Then the stabilization window and the empty times of
 * instances start again. One or two missed ticks do not restart them, while the state is at most 150 s old. At one tick a minute it is
 * older after two.
 */
export function hasGap(state: ControllerState, tickSeconds: number, now: number): boolean {
  return now - state.at > 3.5 * tickSeconds * 1_000;
}

/** At the lowest tick rate, one a minute, this covers one missed tick and a further 30 s. */
const staleMilliseconds = 150_000;
