import { expect, it } from "vitest";
import { revisionOf } from "./deployment.ts";
import {
  confirmStart,
  createService,
  removeTask,
  type Service,
  setDesiredCount,
  stepService,
  stopTask,
} from "./service-scheduler.ts";
import { countStates, playService, sampleInstance, sampleSettings, sampleTask, times } from "./testing/samples.ts";

const second = 1_000;
const minute = 60 * second;
const four = [sampleInstance("i-1")];

it("runs what is desired as soon as it is placed and started [D docs/model.md]", () => {
  const early = playService(createService("s", 4), four, { until: 2 * second });
  const late = playService(early, four, { from: 3 * second, until: 3 * second });

  expect(countStates(early)).toMatchObject({ pending: 4, running: 0 });
  expect(countStates(late)).toMatchObject({ pending: 0, running: 4 });
});

it("lets what finds no room wait in PROVISIONING and places it when room comes [A managed-scaling-behavior]", () => {
  const waiting = playService(createService("s", 6), four, { until: 5 * second });
  const placed = playService(waiting, [...four, sampleInstance("i-2")], { from: 6 * second, until: 9 * second });

  expect(countStates(waiting)).toMatchObject({ provisioning: 2, running: 4 });
  expect(countStates(placed)).toMatchObject({ provisioning: 0, running: 6 });
});

it("PROVISIONING cap 500: holds further tasks out and tries them again [C containers-roadmap/1780]", () => {
  const waiting = playService(createService("s", 800), [], { until: 2 * minute });
  const rooms = times(100, (index) => sampleInstance(`i-${index}`));
  const placed = playService(waiting, rooms, { from: 2 * minute + second, until: 2 * minute + 5 * second });

  expect(countStates(waiting)).toMatchObject({ provisioning: 500 });
  expect(waiting.tasks).toHaveLength(500);
  expect(countStates(placed)).toMatchObject({ running: 400, provisioning: 400 });
});

it("shares the PROVISIONING cap among the services of the cluster [C containers-roadmap/1780]", () => {
  const otherTasks = times(450, (index) => sampleTask(`other-${index}`, { state: "provisioning" }));

  const service = stepService(createService("s", 100), { instances: [], otherTasks }, sampleSettings, 0);

  expect(countStates(service)).toMatchObject({ provisioning: 50 });
});

it("stops a task that waited too long for room and tries anew [B containers-roadmap/2381]", () => {
  const timeout = sampleSettings.provisioningTimeoutMilliseconds;
  const before = playService(createService("s", 1), [], { until: timeout - second });
  const after = playService(before, [], { from: timeout, until: timeout });

  expect(before).toMatchObject({ timedOut: 0, tasks: [{ id: "s-1" }] });
  expect(after).toMatchObject({ timedOut: 1, tasks: [{ id: "s-2", state: "provisioning", since: timeout }] });
});

it("launches at most 500 tasks a minute [C operating-at-scale-service-quotas]", () => {
  const rooms = times(300, (index) => sampleInstance(`i-${index}`));
  const first = playService(createService("s", 1_200), rooms, { until: 59 * second });
  const later = playService(first, rooms, { from: minute, until: 119 * second });

  expect(first.tasks).toHaveLength(500);
  expect(later.tasks).toHaveLength(1_000);
});

it("cancels what waits before it stops what runs, and lets the stopped wind down [A stopTimeout]", () => {
  const full = playService(createService("s", 6), four, { until: 5 * second });
  const fewer = playService(setDesiredCount(full, 3), four, { from: 6 * second, until: 35 * second });
  const done = playService(fewer, four, { from: 36 * second, until: 36 * second });

  expect(countStates(fewer)).toEqual({ provisioning: 0, pending: 0, running: 3, stopping: 1 });
  expect(countStates(done)).toEqual({ provisioning: 0, pending: 0, running: 3, stopping: 0 });
});

it("keeps protected tasks although fewer are desired, until they are free [A23 task-scale-in-protection]", () => {
  const running = playService(createService("s", 2), four, { until: 5 * second });
  const guarded: Service = { ...running, tasks: running.tasks.map((task) => ({ ...task, protectedUntil: minute })) };

  const kept = playService(setDesiredCount(guarded, 0), four, { from: 6 * second, until: minute - second });
  const freed = playService(kept, four, { from: minute, until: minute });

  expect(countStates(kept)).toMatchObject({ running: 2, stopping: 0 });
  expect(countStates(freed)).toMatchObject({ running: 0, stopping: 2 });
});

it("starts no deployment when the desired count changes [botocore UpdateService]", () => {
  const running = playService(createService("s", 2), four, { until: 5 * second });
  const more = playService(setDesiredCount(running, 4), four, { from: 6 * second, until: 10 * second });

  expect(more.deployment).toEqual(running.deployment);
  expect(revisionOf(more.deployment)).toBe(1);
  expect(more.tasks.slice(0, 2)).toEqual(running.tasks);
});

it("replaces tasks whose instance is lost, protected or not [? Spot loss]", () => {
  const running = playService(createService("s", 2), four, { until: 5 * second });
  const guarded: Service = { ...running, tasks: running.tasks.map((task) => ({ ...task, protectedUntil: minute })) };

  const other = [sampleInstance("i-2")];
  const replaced = playService(guarded, other, { from: 6 * second, until: 9 * second });

  expect(replaced.tasks.map(({ id, state, instanceId }) => ({ id, state, instanceId }))).toEqual([
    { id: "s-3", state: "running", instanceId: "i-2" },
    { id: "s-4", state: "running", instanceId: "i-2" },
  ]);
});

it("starts another task when one ends by itself", () => {
  const running = playService(createService("s", 2), four, { until: 5 * second });

  const replaced = playService(removeTask(running, "s-1"), four, { from: 6 * second, until: 9 * second });

  expect(replaced.tasks.map(({ id }) => id)).toEqual(["s-2", "s-3"]);
});

it("waits for a start that is observed, however long it takes [D docs/model.md]", () => {
  const settings = { ...sampleSettings, taskStartMilliseconds: Number.POSITIVE_INFINITY };
  const waiting = playService(createService("s", 2), four, { until: 5 * minute, settings });

  const confirmed = confirmStart(waiting, "s-2", 5 * minute);
  const played = playService(confirmed, four, { from: 5 * minute, until: 5 * minute, settings });

  expect(countStates(waiting)).toMatchObject({ pending: 2, running: 0 });
  expect(played.tasks).toMatchObject([
    { id: "s-1", state: "pending" },
    { id: "s-2", state: "running", since: 5 * minute },
  ]);
});

it("replaces a task that somebody stops, protected or not, before it has ended [A API_StopTask]", () => {
  const running = playService(createService("s", 1), four, { until: 5 * second });
  const isProtected = { ...running, tasks: running.tasks.map((task) => ({ ...task, protectedUntil: minute })) };

  const stopped = stopTask(isProtected, "s-1", sampleSettings, 6 * second);
  const again = stopTask(stopped, "s-1", sampleSettings, 7 * second);
  const played = playService(again, four, { from: 7 * second, until: 7 * second });

  expect(played.tasks).toMatchObject([
    { id: "s-1", state: "stopping", since: 6 * second },
    { id: "s-2", state: "pending" },
  ]);
});
