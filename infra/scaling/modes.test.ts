import { beforeAll, describe, expect, it } from "vitest";
import { checkConfig } from "../../contract/check-config.ts";
import type { Registration } from "../../engine/registration.ts";
import { type Recorded, recordProgram } from "../testing/record-program.ts";
import { configurations } from "../testing/rules/recordings.ts";
import { minute, playStack } from "./testing/play-stack.ts";

const plain = { "sluice:maxTasks": "40", "sluice:maxInstances": "20" };
const weekdays = { cron: "0 8 * * MON-FRI", timeZone: "Europe/Berlin" };
const nights = { cron: "0 18 * * *", timeZone: "Europe/Berlin" };

let steering: Recorded;
let steps: Recorded;
let perTask: Recorded;
let fixed: Recorded;
let fixedByTime: Recorded;
// A busy machine takes its time for each.
beforeAll(async () => {
  const schedules = JSON.stringify([
    { ...weekdays, minTasks: 4 },
    { ...nights, maxTasks: 6 },
  ]);
  steering = await recordProgram({ ...plain, "sluice:taskSchedules": schedules });
});
beforeAll(async () => {
  steps = await recordProgram({
    ...plain,
    "sluice:scalingMode": "step",
    "sluice:scaleOutSteps": '[{"messages":100,"addTasks":2},{"messages":500,"addTasks":10}]',
    "sluice:scaleInSteps": '[{"messages":10,"removeTasks":1}]',
  });
});
beforeAll(async () => {
  perTask = await recordProgram(configurations.step.settings, configurations.step.stack);
});
beforeAll(async () => {
  fixed = await recordProgram(configurations.fixed.settings, configurations.fixed.stack);
});
beforeAll(async () => {
  fixedByTime = await recordProgram({
    "sluice:scalingMode": "fixed",
    "sluice:minTasks": "2",
    "sluice:maxTasks": "8",
    "sluice:taskSchedules": JSON.stringify([{ ...weekdays, minTasks: 8 }, nights]),
  });
});

function all({ registrations }: Recorded, type: string): Registration[] {
  return registrations.filter((one) => one.type.endsWith(`:${type}`));
}

const names = (recorded: Recorded, type: string) => all(recorded, type).map(({ name }) => name);
const worker = (recorded: Recorded) => all(recorded, "Service").find(({ name }) => name === "worker");

const lag = { queue: 60, service: 60 };

describe("step mode", () => {
  it("adds by the step that the messages reach, once in a cooldown", async () => {
    const stack = playStack(steps, { lag, tasks: 2 });

    stack.visibleJobs = 120;
    await stack.pass(4 * minute);
    const few = stack.service.desiredCount;
    stack.visibleJobs = 600;
    await stack.pass(3 * minute);

    expect(few).toBe(4);
    // Ten are asked for, of which the cooldown credits the two that were added before.
    expect(stack.service.desiredCount).toBe(12);
  });

  it("removes one task in each cooldown, when few messages have waited for five minutes", async () => {
    const stack = playStack(steps, { lag, tasks: 10 });

    stack.visibleJobs = 10;
    await stack.pass(5 * minute);
    const before = stack.service.desiredCount;
    await stack.pass(10 * minute);

    expect(before).toBe(10);
    expect(stack.service.desiredCount).toBeGreaterThanOrEqual(7);
    expect(stack.service.desiredCount).toBeLessThanOrEqual(8);
  });

  it("does nothing between both rules, nor while SQS publishes no counts", async () => {
    const between = playStack(steps, { lag, tasks: 5 });
    between.visibleJobs = 50;
    await between.pass(20 * minute);
    const unseen = playStack(steps, { lag, tasks: 5, isQueueIdle: true });
    await unseen.pass(20 * minute);

    expect(between.activities).toEqual([]);
    expect(unseen.activities).toEqual([]);
  });

  it("per task: adds by the messages of a task, and its first task by the scale-from-zero alarm", async () => {
    const stack = playStack(perTask, { lag, tasks: 0 });

    stack.visibleJobs = 100;
    await stack.pass(20 * minute);

    expect(stack.activities[0]).toMatchObject({ from: 0, to: 1, trigger: "scaling-from-zero" });
    expect(stack.activities[1]?.trigger).toBe("scaling-step-out");
    expect(stack.service.desiredCount).toBeGreaterThanOrEqual(5);
  });

  it("per task: leaves a busy service without waiting jobs at its minimum of 0 after a while", async () => {
    const stack = playStack(perTask, { lag, tasks: 10 });

    await stack.pass(120 * minute);

    expect(stack.service.desiredCount).toBe(0);
  });
});

describe.each([
  ["step", () => steps],
  ["fixed", () => fixed],
])("%s mode", (_mode, recorded) => {
  it("has no controller: no function, schedule, table, alarm, metric or call of its own", () => {
    const text = JSON.stringify(recorded().registrations);

    expect(names(recorded(), "Function")).not.toContain("scaling");
    expect(names(recorded(), "Table")).not.toContain("scaling");
    expect(names(recorded(), "Schedule")).toEqual(["sweeper"]);
    expect(names(recorded(), "MetricAlarm").filter((name) => name.includes("controller"))).toEqual([]);
    expect(text).not.toContain("SCALING_TABLE_NAME");
    expect(text).not.toContain("NeedPercent");
    expect(recorded().outputs.scalingTableName).toBeUndefined();
  });

  it("lets an update set the minimum of the instances, which no controller moves", () => {
    expect(all(recorded(), "Group").find(({ name }) => name === "workers")?.options.ignoreChanges).toEqual([
      "desiredCapacity",
    ]);
  });
});

describe("fixed mode", () => {
  it("has no resource that scales tasks, and an update sets their number", () => {
    expect(fixed.registrations.filter(({ type }) => type.startsWith("aws:appautoscaling"))).toEqual([]);
    expect(worker(fixed)?.inputs.desiredCount).toBe(4);
    expect(worker(fixed)?.options.ignoreChanges).toEqual([]);
  });

  it("by time: moves both limits together, and has no policy", () => {
    expect(all(fixedByTime, "Target").map(({ inputs }) => [inputs.minCapacity, inputs.maxCapacity])).toEqual([[2, 2]]);
    expect(all(fixedByTime, "ScheduledAction").map(({ inputs }) => inputs.scalableTargetAction)).toEqual([
      { minCapacity: 8, maxCapacity: 8 },
      { minCapacity: 2, maxCapacity: 2 },
    ]);
    expect(all(fixedByTime, "Policy").filter(({ type }) => type.startsWith("aws:appautoscaling"))).toEqual([]);
    expect(worker(fixedByTime)?.options.ignoreChanges).toEqual(["desiredCount"]);
  });
});

describe("limits by time", () => {
  it("are scheduled actions that set both limits, which no update resets", () => {
    expect(all(steering, "ScheduledAction").map(({ inputs }) => inputs)).toMatchObject([
      {
        schedule: "cron(0 8 ? * MON-FRI *)",
        timezone: "Europe/Berlin",
        scalableTargetAction: { minCapacity: 4, maxCapacity: 40 },
      },
      { schedule: "cron(0 18 * * ? *)", scalableTargetAction: { minCapacity: 1, maxCapacity: 6 } },
    ]);
    expect(all(steering, "Target")[0]?.options.ignoreChanges).toEqual(["minCapacity", "maxCapacity"]);
  });

  it("are known to the controller", () => {
    const [variables] = all(steering, "Function")
      .filter(({ name }) => name === "scaling")
      .map(({ inputs }) => (inputs.environment as { variables: Record<string, string> }).variables);

    expect(JSON.parse(variables?.TASK_SCHEDULES ?? "")).toEqual([
      { ...weekdays, minTasks: 4 },
      { ...nights, maxTasks: 6 },
    ]);
  });
});

describe("a configuration that contradicts itself", () => {
  const problemsOf = (config: Record<string, unknown>) => {
    const texts = Object.entries({ taskSchedules: [], scaleOutSteps: [], scaleInSteps: [], ...config }).map(
      ([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)],
    );
    const result = checkConfig(Object.fromEntries(texts));
    return "problems" in result ? result.problems.filter((text) => !text.endsWith("it is not set")) : [];
  };
  const limits = { minTasks: 1, maxTasks: 10 };

  it.each<[Record<string, unknown>, string]>([
    [
      { ...limits, taskSchedules: [{ ...nights, minTasks: 0 }] },
      "taskSchedules.0 has minTasks 0, which is less than minTasks 1",
    ],
    [
      { ...limits, taskSchedules: [{ ...nights, maxTasks: 11 }] },
      "taskSchedules.0 has maxTasks 11, which is more than maxTasks 10",
    ],
    [
      { ...limits, taskSchedules: [{ ...nights, minTasks: 5, maxTasks: 4 }] },
      "taskSchedules.0 has minTasks 5, which is more than maxTasks 4",
    ],
    [
      { ...limits, taskSchedules: [{ ...nights, cron: "0 25 * * *" }] },
      "taskSchedules.0 has cron 0 25 * * *, which names no time: a value is out of range",
    ],
    [
      { ...limits, taskSchedules: [{ ...nights, cron: "0 8 30 2 *" }] },
      "taskSchedules.0 has cron 0 8 30 2 *, which names no time: a value is out of range",
    ],
    [
      { ...limits, taskSchedules: [nights, { ...nights, minTasks: 2 }] },
      "taskSchedules.1 has the same times as an earlier entry: 0 18 * * * in Europe/Berlin",
    ],
    [
      { ...limits, scalingMode: "fixed" },
      "scalingMode is fixed, but minTasks 1 is not maxTasks 10: set both to the number of tasks",
    ],
    [
      { ...limits, scalingMode: "fixed", taskSchedules: [{ ...nights, maxTasks: 4 }] },
      "scalingMode is fixed, but taskSchedules sets maxTasks: minTasks is the number of tasks then",
    ],
    [
      { scalingMode: "tracking", scaleInSteps: [{ messages: 0, removeTasks: 1 }] },
      "scaleInSteps is set, but scalingMode is tracking",
    ],
    [
      {
        scalingMode: "step",
        scaleOutSteps: [{ messages: 5, addTasks: 1 }],
        scaleInSteps: [{ messages: 5, removeTasks: 1 }],
      },
      "scaleInSteps begins at 5 messages, which is not below the 5 of scaleOutSteps: both would act at once",
    ],
  ])("%j is refused", (config, problem) => {
    expect(problemsOf(config)).toEqual([problem]);
  });

  it.each<[unknown[], string]>([
    [[{ messages: 5 }], "expected either addTasks or addPercent"],
    [[{ messages: 5, addTasks: 1, addPercent: 10 }], "expected either addTasks or addPercent"],
    [
      [
        { messages: 5, addTasks: 1 },
        { messages: 9, addPercent: 10 },
      ],
      "expected steps in tasks or steps in percent, not both in one list",
    ],
    [
      [
        { messages: 5, addTasks: 1 },
        { messages: 5, addTasks: 2 },
      ],
      "expected another number of messages in each step",
    ],
  ])("steps %j are refused", (scaleOutSteps, problem) => {
    expect(problemsOf({ scaleOutSteps }).join()).toContain(problem);
  });
});
