import { beforeEach, describe, expect, it } from "vitest";
import type { Instance } from "./instance.ts";
import { protectTask } from "./task.ts";
import { countStates, playService, sampleInstance, sampleService, sampleSettings, times } from "./testing/samples.ts";

const second = 1_000;
const minute = 60 * second;
/** Room for four tasks. */
let four: Instance[];
beforeEach(() => {
  four = [sampleInstance("i-1")];
});

describe("a service", () => {
  it("runs what is desired as soon as it is placed and started [D docs/model.md]", () => {
    const service = sampleService(4);

    playService(service, four, { until: 2 * second });
    expect(countStates(service)).toMatchObject({ pending: 4, running: 0 });
    playService(service, four, { from: 3 * second, until: 3 * second });

    expect(countStates(service)).toMatchObject({ pending: 0, running: 4 });
  });

  it("lets what finds no room wait in PROVISIONING and places it when room comes [A managed-scaling-behavior]", () => {
    const service = sampleService(6);

    playService(service, four, { until: 5 * second });
    expect(countStates(service)).toMatchObject({ provisioning: 2, running: 4 });
    playService(service, [...four, sampleInstance("i-2")], { from: 6 * second, until: 9 * second });

    expect(countStates(service)).toMatchObject({ provisioning: 0, running: 6 });
  });

  it("PROVISIONING cap 500: holds further tasks out and tries them again [C containers-roadmap/1780]", () => {
    const service = sampleService(800);
    const rooms = times(100, (index) => sampleInstance(`i-${index}`));

    playService(service, [], { until: 2 * minute });
    expect(countStates(service)).toMatchObject({ provisioning: 500 });
    expect(service.tasks).toHaveLength(500);
    playService(service, rooms, { from: 2 * minute + second, until: 2 * minute + 5 * second });

    expect(countStates(service)).toMatchObject({ running: 400, provisioning: 400 });
  });

  it("shares the PROVISIONING cap with the other services of the cluster [C containers-roadmap/1780]", () => {
    const service = sampleService(100);

    service.step({ instances: [], waitingElsewhere: 450, mayLaunch: true }, 0);

    expect(countStates(service)).toMatchObject({ provisioning: 50 });
  });

  it("stops a task that waited too long for room and tries anew [B containers-roadmap/2381]", () => {
    const timeout = sampleSettings.provisioningTimeoutMilliseconds;
    const service = sampleService(1);

    playService(service, [], { until: timeout - second });
    expect(service.tasks).toMatchObject([{ id: "s-1" }]);
    playService(service, [], { from: timeout, until: timeout });

    expect(service.tasks).toMatchObject([{ id: "s-2", state: "provisioning", since: timeout }]);
  });

  it("launches at most 500 tasks a minute [C operating-at-scale-service-quotas]", () => {
    const service = sampleService(1_200);
    const rooms = times(300, (index) => sampleInstance(`i-${index}`));

    playService(service, rooms, { until: 59 * second });
    expect(service.tasks).toHaveLength(500);
    expect(service.nextDueAt(59 * second)).toBe(minute);
    playService(service, rooms, { from: minute, until: 119 * second });

    expect(service.tasks).toHaveLength(1_000);
  });

  it("launches none while it may not, but places what waits", () => {
    const service = sampleService(1);
    playService(service, [], { until: 0 });
    service.desired = 4;

    service.step({ instances: four, waitingElsewhere: 0, mayLaunch: false }, second);

    expect(service.tasks).toMatchObject([{ state: "pending" }]);
  });

  it("cancels what waits before it stops what runs, and lets the stopped wind down [A stopTimeout]", () => {
    const service = sampleService(6);
    playService(service, four, { until: 5 * second });

    service.desired = 3;
    playService(service, four, { from: 6 * second, until: 35 * second });
    expect(countStates(service)).toEqual({ provisioning: 0, pending: 0, running: 3, stopping: 1 });
    playService(service, four, { from: 36 * second, until: 36 * second });

    expect(countStates(service)).toEqual({ provisioning: 0, pending: 0, running: 3, stopping: 0 });
    expect(four[0]).toMatchObject({ tasks: 3, free: { cpuUnits: 1_024, memoryMebibytes: 2_048, slots: 1 } });
  });

  it("keeps protected tasks although fewer are desired, until they are free [A23 task-scale-in-protection]", () => {
    const service = sampleService(2);
    playService(service, four, { until: 5 * second });
    for (const task of service.tasks) task.protectedUntil = minute;

    service.desired = 0;
    playService(service, four, { from: 6 * second, until: minute - second });
    expect(countStates(service)).toMatchObject({ running: 2, stopping: 0 });
    playService(service, four, { from: minute, until: minute });

    expect(countStates(service)).toMatchObject({ running: 0, stopping: 2 });
  });

  it("starts no deployment when the desired count changes [botocore UpdateService]", () => {
    const service = sampleService(2);
    playService(service, four, { until: 5 * second });
    const { deployment, tasks } = service;

    service.desired = 4;
    playService(service, four, { from: 6 * second, until: 10 * second });

    expect(service.deployment).toEqual(deployment);
    expect(service.tasks.slice(0, 2)).toEqual(tasks);
  });

  it("replaces tasks whose instance is lost, protected or not [? Spot loss]", () => {
    const service = sampleService(2);
    playService(service, four, { until: 5 * second });
    for (const task of service.tasks) task.protectedUntil = minute;

    for (const instance of four) instance.isGone = true;
    playService(service, [sampleInstance("i-2")], { from: 6 * second, until: 9 * second });

    expect(service.tasks).toMatchObject([
      { id: "s-3", state: "running", instance: { id: "i-2" } },
      { id: "s-4", state: "running", instance: { id: "i-2" } },
    ]);
  });

  it("starts another task when one ends by itself", () => {
    const service = sampleService(2);
    playService(service, four, { until: 5 * second });

    service.removeTask("s-1");
    playService(service, four, { from: 6 * second, until: 9 * second });

    expect(service.tasks.map(({ id }) => id)).toEqual(["s-2", "s-3"]);
  });

  it("waits for a start that is observed, however long it takes [D docs/model.md]", () => {
    const service = sampleService(2, { taskStartMilliseconds: Number.POSITIVE_INFINITY });
    playService(service, four, { until: 5 * minute });
    expect(countStates(service)).toMatchObject({ pending: 2, running: 0 });

    service.confirmStart("s-2", 5 * minute);
    playService(service, four, { from: 5 * minute, until: 5 * minute });

    expect(service.tasks).toMatchObject([
      { id: "s-1", state: "pending" },
      { id: "s-2", state: "running", since: 5 * minute },
    ]);
  });

  it("replaces a task that somebody stops, protected or not, before it has ended [A API_StopTask]", () => {
    const service = sampleService(1);
    playService(service, four, { until: 5 * second });
    for (const task of service.tasks) task.protectedUntil = minute;

    service.stopTask("s-1", 6 * second);
    service.stopTask("s-1", 7 * second);
    playService(service, four, { from: 7 * second, until: 7 * second });

    expect(service.tasks).toMatchObject([
      { id: "s-1", state: "stopping", since: 6 * second },
      { id: "s-2", state: "pending" },
    ]);
  });

  it("tells in a step which tasks were placed, came to run and ended", () => {
    const service = sampleService(1, { stopTimeoutMilliseconds: 0, taskStartMilliseconds: 0 });
    const step = (now: number) => service.step({ instances: four, waitingElsewhere: 0, mayLaunch: true }, now);
    const [task] = [step(0), service.tasks[0]].slice(1);

    expect(step(1)).toEqual({ placed: [], running: [task], ended: [] });
    service.desired = 0;

    expect(step(2)).toEqual({ placed: [], running: [], ended: [task] });
    expect([service.running, service.waiting, service.tasks]).toEqual([0, 0, []]);
  });
});

describe("a deployment", () => {
  const two = () => [sampleInstance("i-1"), sampleInstance("i-2")];

  function runningFour(settings = {}) {
    const service = sampleService(4, settings);
    const instances = two();
    const play = (from: number, until: number) => playService(service, instances, { from, until });
    play(0, 5 * second);
    return { service, instances, play };
  }

  const revisionsOf = ({ tasks }: ReturnType<typeof sampleService>) => {
    const old = tasks.filter(({ revision }) => revision === 1).length;
    return { old, new: tasks.length - old };
  };

  const failPending = (service: ReturnType<typeof sampleService>, count: number) => {
    const failing = service.tasks.filter(({ state }) => state === "pending").slice(0, count);
    for (const { id } of failing) service.removeTask(id);
  };

  it("starts the new tasks first, then stops the old, at 100 and 200 percent [botocore DeploymentConfiguration]", () => {
    const { service, play } = runningFour();

    service.deploy(2);
    play(minute, minute + 2 * second);
    expect(revisionsOf(service)).toEqual({ old: 4, new: 4 });
    play(minute + 3 * second, 2 * minute);

    expect(revisionsOf(service)).toEqual({ old: 0, new: 4 });
    expect(service.deployment.state).toBe("completed");
  });

  it("stops old tasks first when there may be no more than desired [botocore DeploymentConfiguration]", () => {
    const { service, play } = runningFour({ minimumHealthyPercent: 50, maximumPercent: 100 });

    service.deploy(2);
    play(minute, minute);
    expect(countStates(service)).toMatchObject({ running: 2, stopping: 2, pending: 2 });
    play(minute + second, 3 * minute);

    expect(service.deployment.state).toBe("completed");
  });

  it("never moves when nothing may be missing and nothing too many [D of the two bounds]", () => {
    const { service, play } = runningFour({ minimumHealthyPercent: 100, maximumPercent: 100 });

    service.deploy(2);
    play(minute, 5 * minute);

    expect(revisionsOf(service)).toEqual({ old: 4, new: 0 });
  });

  it("waits for protected tasks of the old revision [A23 task-scale-in-protection]", () => {
    const { service, play } = runningFour();
    protectTask(service.tasks, "s-1", 4, 0, 10);

    service.deploy(2);
    play(minute, 10 * minute - second);
    expect(revisionsOf(service)).toEqual({ old: 1, new: 4 });
    expect(service.deployment.state).toBe("in-progress");
    play(10 * minute, 11 * minute);

    expect(service.deployment.state).toBe("completed");
  });

  it("rolls back when the new tasks fail, with the old ones running on [A API_ServiceDeploymentCircuitBreaker]", () => {
    const { service, play } = runningFour();
    const before = service.tasks;

    service.deploy(2);
    play(minute, minute);
    failPending(service, 3);
    expect(service.tasks).toHaveLength(5);
    expect(service.deployment.state).toBe("rolling-back");
    play(minute + second, minute + second);

    expect(service.deployment.state).toBe("rolled-back");
    expect(service.tasks).toEqual(before);
  });

  it("counts failures anew once a new task runs [A API_ServiceDeploymentCircuitBreaker, resetOnHealthyTask]", () => {
    const { service, play } = runningFour();

    service.deploy(2);
    play(minute, minute);
    failPending(service, 2);
    expect(service.deployment.failures).toBe(2);
    play(minute + second, minute + 3 * second);
    failPending(service, 2);

    expect(service.deployment).toMatchObject({ state: "in-progress", failures: 2 });
  });

  it("is what a draining instance causes: its tasks are replaced before they stop [A container-instance-draining]", () => {
    const { service, instances, play } = runningFour();
    for (const instance of instances.slice(0, 1)) instance.state = "draining";

    play(minute, minute);
    expect(countStates(service)).toMatchObject({ running: 4, pending: 4 });
    play(minute + second, 2 * minute);

    expect(service.tasks.map(({ instance }) => instance?.id)).toEqual(times(4, () => "i-2"));
    expect(service.deployment.state).toBe("completed");
  });
});
