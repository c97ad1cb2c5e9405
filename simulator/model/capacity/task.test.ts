import { expect, it } from "vitest";
import { isProtected, protectTask } from "./task.ts";
import { sampleTask } from "./testing/samples.ts";

const minute = 60_000;
const tasksOf = () => [
  sampleTask("t-1", { state: "running" }),
  sampleTask("t-2", { state: "running" }),
  sampleTask("t-3", { state: "stopping" }),
];

it.each([
  { asked: undefined, lasts: 120 },
  { asked: 1, lasts: 1 },
  { asked: 2_880, lasts: 2_880 },
])("protects for $lasts minutes when asked for $asked [A23 task-scale-in-protection-endpoint]", ({ asked, lasts }) => {
  const tasks = tasksOf();
  expect(protectTask(tasks, "t-1", 2, 1_000, asked)).toBeUndefined();

  const [task] = tasks;
  expect(task && isProtected(task, 1_000 + lasts * minute - 1)).toBe(true);
  expect(task && isProtected(task, 1_000 + lasts * minute)).toBe(false);
});

it.each([0, 2_881, 1.5])("refuses %d minutes [botocore UpdateTaskProtection]", (minutes) => {
  expect(protectTask(tasksOf(), "t-1", 2, 0, minutes)).toBe("InvalidParameterException");
});

it.each(["t-3", "unknown"])("refuses %s, which does not run [A UpdateTaskProtection]", (taskId) => {
  expect(protectTask(tasksOf(), taskId, 2, 0)).toBe("TASK_NOT_VALID");
});

it("refuses to protect more tasks than are desired [A23; ecs-task-protection-examples/issues/3]", () => {
  const tasks = tasksOf();
  protectTask(tasks, "t-1", 1, 0, 10);

  expect(protectTask(tasks, "t-2", 1, 0)).toBe("DEPLOYMENT_BLOCKED");
  expect(protectTask(tasks, "t-1", 1, 0, 10)).toBeUndefined();
  expect(protectTask(tasks, "t-2", 1, 10 * minute)).toBeUndefined();
});
