import type { Clock } from "../../runtime/clock.ts";
import { AppError, asError } from "../../runtime/errors.ts";

export interface ScheduleOptions {
  expression: string;
  clock: Clock;
  /** The factor by which schedules fire sooner than on AWS. */
  speed: number;
  target(): Promise<void>;
  onError(error: Error): void;
}

/** AWS fires within the minute in which a schedule is due. */
const precisionMilliseconds = 60_000;

/**
 * Calls the target at the schedule's rate until the returned function is called. As on AWS, a schedule without a start
 * date begins with its creation. The first call comes a minute later, when the rest of the stack exists. Calls may
 * overlap.
 * @throws AppError `schedule`
 */
export function startSchedule({ expression, clock, speed, target, onError }: ScheduleOptions): () => void {
  if (!(speed >= 1)) throw new AppError("schedule", `expected a speed of 1 or more; came ${speed}`);
  const everyMilliseconds = readRate(expression) / speed;
  let due = clock.now() + precisionMilliseconds / speed;
  let cancel = () => {};
  const wait = () => {
    cancel = clock.after(due - clock.now(), fire);
  };
  const fire = () => {
    due = nextDue(due, everyMilliseconds, clock.now());
    wait();
    target().catch((error: unknown) => onError(asError(error)));
  };
  wait();
  return () => cancel();
}

/** Keeps the original rhythm after a late call. Calls that a sleeping machine missed are skipped. */
function nextDue(due: number, everyMilliseconds: number, now: number): number {
  const missed = Math.max(0, Math.floor((now - due) / everyMilliseconds));
  return due + (missed + 1) * everyMilliseconds;
}

/**
 * Reads a rate expression of EventBridge Scheduler, in milliseconds:
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 * @throws AppError `schedule`
 */
export function readRate(expression: string): number {
  if (/^(cron|at)\(/.test(expression)) {
    throw new AppError(
      "schedule",
      `expected rate(...); the laptop cloud does not support cron(...) and at(...) yet; came "${expression}"`,
    );
  }
  const [, value = "", unit = ""] = /^rate\(([1-9]\d*) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  const unitMilliseconds = unitsInMilliseconds[unit];
  if (unitMilliseconds === undefined) {
    throw new AppError(
      "schedule",
      `expected a schedule such as rate(5 minutes), in minutes, hours or days; came "${expression}"`,
    );
  }
  return Number(value) * unitMilliseconds;
}

const unitsInMilliseconds: Record<string, number> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };
