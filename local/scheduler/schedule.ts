import type { Clock } from "../../runtime/clock.ts";
import { AppError, asError } from "../../runtime/errors.ts";

export interface ScheduleOptions {
  expression: string;
  clock: Clock;
  /** How many times sooner than on AWS each firing comes. */
  speed: number;
  target(): Promise<void>;
  onError(error: Error): void;
}

/** AWS fires within the minute in which a firing is due. */
const precisionMilliseconds = 60_000;

/**
 * Fires the target again and again until the returned function is called. Like on AWS, a schedule without a start date
 * begins with its creation, here at the end of the minute that AWS allows itself, so that the rest of a stack is there by
 * then; and each firing is a call of its own, which may overlap with one that takes long.
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

/** Keeps to the beat however late a firing was; what a machine asleep has missed is not made up for. */
function nextDue(due: number, everyMilliseconds: number, now: number): number {
  const missed = Math.max(0, Math.floor((now - due) / everyMilliseconds));
  return due + (missed + 1) * everyMilliseconds;
}

/**
 * Reads a schedule expression of EventBridge Scheduler:
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 * @throws AppError `schedule`
 */
export function readRate(expression: string): number {
  if (/^(cron|at)\(/.test(expression)) {
    throw new AppError(
      "schedule",
      `The laptop cloud knows rate(...) only, not yet cron(...) and at(...); came "${expression}"`,
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
