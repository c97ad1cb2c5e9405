import { describe, expect, it } from "vitest";
import { awsCron, taskScheduleSchema } from "./task-schedules.ts";

const problemsOf = (schedule: object) =>
  taskScheduleSchema.safeParse({ cron: "0 8 * * *", ...schedule }).error?.issues.map(({ message }) => message);

describe("the times of a schedule", () => {
  it.each(["0 8 * * MON-FRI", "*/5 * * * *", "0,30 8-18 1,15 JAN-MAR *", "0 0 */2 6-8 *", "0 9 * * SUN-TUE,SAT"])(
    "may be %s",
    (cron) => {
      expect(problemsOf({ cron })).toBeUndefined();
    },
  );

  it.each([
    ["0 8 * * 1-5", "weekdays are numbers, which AWS counts otherwise"],
    ["0 8 * * FRI-SUN", "a week of AWS begins on Sunday"],
    ["0 8 ? * MON-FRI *", "six fields"],
    ["@daily", "a nickname"],
    ["0 8 L * *", "the last day"],
    ["5/10 * * * *", "a step without a star"],
    ["0 8 1 * MON", "a day of the month and one of the week"],
    ["", "nothing"],
  ])("may not be %j: %s", (cron) => {
    expect(problemsOf({ cron })).toEqual([expect.stringMatching(/^expected/)]);
  });

  it.each(["Mars/Phobos", "+02:00", ""])("may not be in %j", (timeZone) => {
    expect(problemsOf({ timeZone })).toEqual(["expected an IANA time zone such as Europe/Berlin or UTC"]);
  });

  it("are in UTC if the schedule names no time zone", () => {
    expect(taskScheduleSchema.parse({ cron: "0 8 * * *" })).toEqual({ cron: "0 8 * * *", timeZone: "UTC" });
  });

  it("have no other keys beside the limits", () => {
    expect(problemsOf({ mintasks: 4 })).toEqual([expect.stringContaining("mintasks")]);
    expect(problemsOf({ minTasks: -1 })).toHaveLength(1);
  });
});

describe("AWS's form of a cron expression", () => {
  it.each([
    ["0 8 * * MON-FRI", "cron(0 8 ? * MON-FRI *)"],
    ["0 8 * * *", "cron(0 8 * * ? *)"],
    ["*/5 * * * *", "cron(0/5 * * * ? *)"],
    ["0 */6 */2 */3 *", "cron(0 0/6 1/2 1/3 ? *)"],
    ["30 2 15 JAN-MAR *", "cron(30 2 15 JAN-MAR ? *)"],
  ])("of %s is %s", (expression, expected) => {
    expect(awsCron(expression)).toBe(expected);
  });
});
