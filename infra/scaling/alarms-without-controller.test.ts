import { beforeAll, describe, expect, it } from "vitest";
import { backstopPolicy, missingTasks } from "../../autoscaler/policy/backstop.ts";
import { metricNames, metricNamespace } from "../../contract/metrics.ts";
import { evaluateExpression, parseExpression } from "../../local/cloudwatch/metric-math/evaluate-expression.ts";
import { ofType, type Recorded, recordProgram } from "../testing/record-program.ts";
import { minute, playStack, type Stack } from "./testing/play-stack.ts";

/** A job of 10 s takes 2.5 s of one of four slots: two tasks get through 96 jobs in twice the wait target, ten through 480. */
const config = {
  "sluice:waitTargetSeconds": "60",
  "sluice:expectedJobMilliseconds": "10000",
  "sluice:slots": "4",
  "sluice:maxTasks": "200",
  "sluice:maxInstances": "100",
};
const asleep = { ...config, "sluice:minTasks": "0" };

let steering: Recorded;
let sleeping: Recorded;
let tracking: Recorded;
// A busy machine takes its time for each.
beforeAll(async () => {
  steering = await recordProgram({ ...config, "sluice:minTasks": "1" });
});
beforeAll(async () => {
  sleeping = await recordProgram(asleep);
});
beforeAll(async () => {
  tracking = await recordProgram({ ...asleep, "sluice:scalingMode": "tracking" });
});

const lagSeconds = [60, 90, 120, 150, 180];
const lags = lagSeconds.flatMap((queue) => lagSeconds.map((service) => ({ queue, service })));

describe.each(lags)("with SQS's metrics $queue s late and ECS's $service s", (lag) => {
  const latest = (Math.max(lag.queue, lag.service) + 130) * 1_000;

  it("the backstop orders once what 2,000 jobs for two tasks are short of", async () => {
    const stack = playStack(steering, { lag, tasks: 2 });
    await stack.pass(10 * minute);

    stack.visibleJobs = 2_000;
    await stack.pass(30 * minute);

    // 5,000 s of work, of which two tasks do 120 s within the target: 81 are missing, the next power of two is ordered.
    expect(moves(stack)).toEqual([[2, 130]]);
    expect(stack.activities[0]?.at).toBeLessThanOrEqual(10 * minute + latest);
  });

  it("the backstop leaves 300 jobs to ten tasks", async () => {
    const stack = playStack(steering, { lag, tasks: 10 });
    await stack.pass(10 * minute);

    stack.visibleJobs = 300;
    await stack.pass(30 * minute);

    expect(moves(stack)).toEqual([]);
  });

  it("the backstop rests beside a heartbeat", async () => {
    const stack = playStack(steering, { lag, tasks: 2, isControllerAlive: true });
    await stack.pass(10 * minute);

    stack.visibleJobs = 2_000;
    await stack.pass(30 * minute);

    expect(moves(stack)).toEqual([]);
  });

  it.each([
    ["steering", () => sleeping],
    ["tracking", () => tracking],
  ])("one job wakes a service that sleeps under a dead %s controller, with one task", async (_mode, recorded) => {
    const stack = playStack(recorded(), { lag, tasks: 0 });
    await stack.pass(10 * minute);

    stack.visibleJobs = 1;
    await stack.pass(30 * minute);

    expect(moves(stack)).toEqual([[0, 1]]);
    expect(stack.activities[0]?.cause).toContain("from-zero");
    expect(stack.activities[0]?.at).toBeLessThanOrEqual(10 * minute + latest);
  });

  it("a service at work is not taken for one that sleeps", async () => {
    const stack = playStack(tracking, { lag, tasks: 10 });
    await stack.pass(10 * minute);

    stack.visibleJobs = 300;
    await stack.pass(30 * minute);

    expect(moves(stack)).toEqual([]);
  });
});

const lag = { queue: 60, service: 60 };

describe("the scale-from-zero alarm", () => {
  it("acts on the next minute's datapoint while the controller counts, and once", async () => {
    const stack = playStack(tracking, { lag, tasks: 0, isControllerAlive: true });
    await stack.pass(10 * minute);

    stack.visibleJobs = 1;
    await stack.pass(30 * minute);

    expect(moves(stack)).toEqual([[0, 1]]);
    expect(stack.activities[0]?.at).toBeLessThanOrEqual(11 * minute + 10_000);
  });

  it("acts when SQS begins to publish again, a quarter of an hour after the job came to a queue idle for hours", async () => {
    const stack = playStack(tracking, { lag, tasks: 0, isQueueIdle: true });
    await stack.pass(60 * minute);

    stack.visibleJobs = 1;
    await stack.pass(15 * minute);
    const before = moves(stack);
    stack.isQueueIdle = false;
    await stack.pass(5 * minute);

    expect(before).toEqual([]);
    expect(moves(stack)).toEqual([[0, 1]]);
  });

  it("exists only where nothing keeps a task", () => {
    expect(playStack(steering, { lag, tasks: 1 }).alarmNames).not.toContain("scaling-from-zero");
    expect(playStack(sleeping, { lag, tasks: 0 }).alarmNames).toContain("scaling-from-zero");
  });

  it("brings the first of many tasks, and the backstop the others", async () => {
    const stack = playStack(sleeping, { lag, tasks: 0 });
    await stack.pass(10 * minute);

    stack.visibleJobs = 2_000;
    await stack.pass(30 * minute);

    // 128 are ordered, of which the cooldown credits the one that is there.
    expect(moves(stack)).toEqual([
      [0, 1],
      [1, 128],
    ]);
  });
});

describe("the backstop", () => {
  it.each([
    [0, 2],
    [96, 2],
    [97, 2],
    [2_000, 2],
    [300, 10],
    [4_000, 40],
  ])("takes of %i jobs for %i tasks as many for missing as in the simulator", (visible, tasks) => {
    const alarm = ofType(steering, "aws:cloudwatch/metricAlarm:MetricAlarm").find(
      ({ name }) => name === "scaling-backstop",
    );
    const queries = alarm?.inputs.metricQueries as { id: string; expression?: string }[];
    const expression = parseExpression(queries.find(({ id }) => id === "missing")?.expression ?? "");
    const values: Record<string, number> = { visible, tasks };

    const point = evaluateExpression(expression, (id) => ({ isScalar: false, value: values[id] }), 0);

    const policy = backstopPolicy({ waitTargetSeconds: 60, expectedServiceSeconds: 10, slots: 4 });
    expect(point.value).toBe(missingTasks(policy, visible, tasks));
  });

  it("ends with the backlog", async () => {
    const stack = playStack(steering, { lag, tasks: 2 });
    stack.visibleJobs = 2_000;
    await stack.pass(10 * minute);

    stack.visibleJobs = 0;
    await stack.pass(6 * minute);

    expect(stack.isInAlarm("scaling-backstop")).toBe(false);
  });

  it("takes a service whose tasks all died for as many as are ordered", async () => {
    const stack = playStack(steering, { lag, tasks: 10 });
    await stack.pass(10 * minute);

    stack.service.runningCount = 0;
    stack.visibleJobs = 300;
    await stack.pass(30 * minute);

    expect(moves(stack)).toEqual([]);
  });

  it("reads the heartbeat that the controller publishes", () => {
    const names = playStack(steering, { lag, tasks: 2 }).metricsOf("scaling-backstop");

    expect(names).toContainEqual({ namespace: metricNamespace, metricName: metricNames.heartbeat });
  });
});

function moves({ activities }: Stack): number[][] {
  return activities.map(({ from, to }) => [from, to]);
}
