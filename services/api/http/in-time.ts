import type { Clock } from "../../../runtime/clock.ts";
import { withDeadline } from "../../../runtime/deadline.ts";

/** What the caller's answer needs to get out before Lambda ends the function. */
const reserveMilliseconds = 500;

/**
 * Waits for work, but not until Lambda ends the function: API Gateway would call that a defect, and say nothing of trying again.
 * What becomes of the work then is not known, as after any lost answer; every operation may be repeated.
 * @throws AppError `too-late`
 */
export function inTime<Value>(clock: Clock, leftMilliseconds: number, work: Promise<Value>): Promise<Value> {
  return withDeadline(clock, Math.max(0, leftMilliseconds - reserveMilliseconds), work);
}
