import { AppError } from "../../runtime/errors.ts";

export interface Schedule {
  everyMilliseconds: number;
}

/**
 * Reads a schedule expression of EventBridge Scheduler:
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 * @throws AppError `schedule`
 */
export function parseSchedule(expression: string): Schedule {
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
  return { everyMilliseconds: Number(value) * unitMilliseconds };
}

const unitsInMilliseconds: Record<string, number> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };
