import * as z from "zod";
import { defaultTimeZone, isTimeZone } from "./time-zone.ts";

const number = String.raw`\d{1,2}(?:-\d{1,2})?`;
const monthName = "(?:JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)";
const month = `(?:${number}|${monthName}(?:-${monthName})?)`;
// A week of AWS begins on Sunday, so that no range ends with it.
const weekday = "(?:SUN|MON|TUE|WED|THU|FRI|SAT)(?:-(?:MON|TUE|WED|THU|FRI|SAT))?";
const stepped = String.raw`\*(?:/\d{1,2})?`;
const listOf = (item: string) => `(?:${item}(?:,${item})*)`;
const fieldOf = (item: string) => `(?:${stepped}|${listOf(item)})`;
const fiveFields = new RegExp(
  `^${fieldOf(number)} ${fieldOf(number)} ${fieldOf(number)} ${fieldOf(month)} (?:\\*|${listOf(weekday)})$`,
);

/**
 * Minute, hour, day of the month, month, day of the week. Accepted is what cron and AWS both mean: days of the week only by name,
 * because cron counts them from 0 and AWS from 1.
 */
const cron = z
  .string()
  .regex(fiveFields, {
    error: "expected the five fields of cron, with days of the week by name from SUN to SAT, such as 0 8 * * MON-FRI",
    abort: true,
  })
  .refine((text) => {
    const [, , day, , weekday] = text.split(" ");
    return day === "*" || weekday === "*";
  }, "expected a day of the month or a day of the week, not both; AWS accepts one of them");

/**
 * Limits of a service's tasks, in force from each time of the cron expression until the next time of any entry. A limit that an
 * entry leaves out is the stack's own.
 */
export const taskScheduleSchema = z.strictObject({
  cron,
  timeZone: z
    .string()
    .refine(isTimeZone, "expected an IANA time zone such as Europe/Berlin or UTC")
    .default(defaultTimeZone),
  minTasks: z.int().min(0).optional(),
  maxTasks: z.int().min(0).optional(),
});

export type TaskSchedule = z.infer<typeof taskScheduleSchema>;

export interface TaskLimits {
  minTasks: number;
  maxTasks: number;
}

/** The limits while a schedule is in force; the stack's own while none is, and where the schedule sets none. */
export function limitsOf(inForce: TaskSchedule | undefined, own: TaskLimits): TaskLimits {
  return { minTasks: inForce?.minTasks ?? own.minTasks, maxTasks: inForce?.maxTasks ?? own.maxTasks };
}

/**
 * The expression in AWS's six fields, of which the last is the year. Either the day of the month or that of the week is `?`.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
 */
export function awsCron(expression: string): string {
  const [minute = "", hour = "", day = "", month = "", weekday = ""] = expression.split(" ");
  const days = weekday === "*" ? [from(1, day), from(1, month), "?"] : ["?", from(1, month), weekday];
  return `cron(${[from(0, minute), from(0, hour), ...days, "*"].join(" ")})`;
}

/** AWS writes the first value of a step. */
function from(first: number, field: string): string {
  return field.replace(/^\*\//, `${first}/`);
}
