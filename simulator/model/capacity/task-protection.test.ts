import { expect, it } from "vitest";
import { isProtected, protectTask, unprotectTask } from "./task-protection.ts";
import { sampleTask } from "./testing/samples.ts";

const minute = 60_000;
const tasks = [sampleTask("t-1"), sampleTask("t-2"), sampleTask("t-3", { state: "stopping" })];

it.each([
  { asked: undefined, lasts: 120 },
  { asked: 1, lasts: 1 },
  { asked: 2_880, lasts: 2_880 },
])("protects for $lasts minutes when asked for $asked [A23 task-scale-in-protection-endpoint]", ({ asked, lasts }) => {
  const answer = protectTask(tasks, "t-1", 2, 1_000, asked);

  const task = answer.accepted ? answer.tasks[0] : undefined;
  expect(task && isProtected(task, 1_000 + lasts * minute - 1)).toBe(true);
  expect(task && isProtected(task, 1_000 + lasts * minute)).toBe(false);
});

it.each([0, 2_881, 1.5])("refuses %d minutes [botocore UpdateTaskProtection]", (minutes) => {
  expect(protectTask(tasks, "t-1", 2, 0, minutes)).toEqual({ accepted: false, reason: "InvalidParameterException" });
});

it.each(["t-3", "unknown"])("refuses %s, which is not at work [A UpdateTaskProtection]", (taskId) => {
  expect(protectTask(tasks, taskId, 2, 0)).toEqual({ accepted: false, reason: "TASK_NOT_VALID" });
});

it("refuses to protect more tasks than are desired [A23; ecs-task-protection-examples/issues/3]", () => {
  const one = protectTask(tasks, "t-1", 1, 0, 10);
  const protectedOnes = one.accepted ? one.tasks : [];

  expect(protectTask(protectedOnes, "t-2", 1, 0)).toEqual({ accepted: false, reason: "DEPLOYMENT_BLOCKED" });
  expect(protectTask(protectedOnes, "t-1", 1, 0)).toMatchObject({ accepted: true });
  expect(protectTask(protectedOnes, "t-2", 1, 10 * minute)).toMatchObject({ accepted: true });
});

it("takes the protection back", () => {
  const [task] = unprotectTask([sampleTask("t-1", { protectedUntil: 1_000 })], "t-1");

  expect(task && isProtected(task, 0)).toBe(false);
});
