import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ManualClock } from "../../runtime/clock.ts";
import { type ProcessesUnderTest, startProcessesUnderTest } from "../processes/testing/processes-under-test.ts";
import { handleEcs } from "./api.ts";
import { type ServiceUnderTest, startServiceUnderTest } from "./testing/service-under-test.ts";

const clock = new ManualClock(1_700_000_000_000);
const arn = (resource: string) => `arn:aws:ecs:eu-central-1:000000000000:${resource}`;
let processes: ProcessesUnderTest;
let worker: ServiceUnderTest;

beforeAll(async () => {
  processes = await startProcessesUnderTest(clock);
});
afterAll(async () => {
  expect(await processes.down()).toEqual({ left: [], living: [] });
});
beforeEach(async () => {
  const room = { cpuUnits: 2_048, memoryMebibytes: 4_096, slots: Number.POSITIVE_INFINITY };
  worker = startServiceUnderTest(processes.processes, clock, { desiredCount: 3, capacity: { room } });
  await worker.here(2);
});
afterEach(async () => {
  await worker.stop();
});

describe("DescribeServices", () => {
  it("tells how many tasks are wanted, run and wait, and what happened", () => {
    const counts = { desiredCount: 3, runningCount: 2, pendingCount: 1 };

    expect(call("DescribeServices", { services: ["worker", arn("service/sluice-dev/other")] })).toMatchObject({
      services: [
        {
          serviceArn: arn("service/sluice-dev/worker"),
          clusterArn: arn("cluster/sluice-dev"),
          status: "ACTIVE",
          ...counts,
          taskDefinition: arn("task-definition/sluice-dev-worker:1"),
          deployments: [{ status: "PRIMARY", ...counts, rolloutState: "IN_PROGRESS", createdAt: 1_700_000_000 }],
          events: [
            { message: expect.stringContaining("was unable to place a task"), createdAt: 1_700_000_000 },
            { message: expect.stringMatching(/^\(service worker\) has started 2 tasks: \(task .*\)\.$/) },
          ],
        },
      ],
      failures: [{ arn: arn("service/sluice-dev/other"), reason: "MISSING" }],
    });
  });

  it("calls a deployment completed once all that is wanted runs", async () => {
    call("UpdateService", { service: "worker", desiredCount: 2 });
    await clock.advance(20);

    expect(call("DescribeServices", { services: ["worker"] })).toMatchObject({
      services: [{ deployments: [{ rolloutState: "COMPLETED" }] }],
    });
  });
});

describe("UpdateService", () => {
  it("changes how many tasks are desired, by the service's ARN as well", () => {
    const answer = call("UpdateService", { service: arn("service/sluice-dev/worker"), desiredCount: 2 });

    expect(answer).toMatchObject({ service: { serviceName: "worker", desiredCount: 2, pendingCount: 0 } });
    expect(worker.service.desiredCount).toBe(2);
  });

  it("logs a change of the desired count, and nothing when it stays", () => {
    const before = worker.clusterEvents.length;

    call("UpdateService", { service: "worker", desiredCount: 2 });
    call("UpdateService", { service: "worker", desiredCount: 2 });

    expect(worker.clusterEvents.slice(before)).toEqual(["worker: 3 → 2 tasks; UpdateService set the desired count"]);
  });

  it("refuses what the laptop cannot change, naming it", () => {
    const refused = { code: "InvalidParameterException", message: expect.stringContaining("taskDefinition") };

    expect(() => call("UpdateService", { service: "worker", desiredCount: 2, taskDefinition: "worker:2" })).toThrow(
      expect.objectContaining(refused),
    );
    expect(() => call("UpdateService", { service: "nobody", desiredCount: 2 })).toThrow(
      expect.objectContaining({ code: "ServiceNotFoundException" }),
    );
  });
});

it("lists and describes container instances with the room that is left on them", () => {
  const { containerInstanceArns } = call("ListContainerInstances", {}) as { containerInstanceArns: string[] };
  const [containerInstance = ""] = containerInstanceArns;

  expect(containerInstanceArns).toEqual([expect.stringMatching(/:container-instance\/sluice-dev\/[0-9a-f]{32}$/)]);
  expect(call("ListContainerInstances", { status: "DRAINING" })).toEqual({ containerInstanceArns: [] });
  expect(call("DescribeContainerInstances", { containerInstances: [containerInstance, "nobody"] })).toMatchObject({
    containerInstances: [
      {
        ec2InstanceId: "i-1",
        status: "ACTIVE",
        runningTasksCount: 2,
        pendingTasksCount: 0,
        remainingResources: [
          { name: "CPU", integerValue: 0 },
          { name: "MEMORY", integerValue: 2_048 },
        ],
      },
    ],
    failures: [{ arn: arn("container-instance/sluice-dev/nobody"), reason: "MISSING" }],
  });
});

it("refuses other clusters and other actions as AWS or plainly", () => {
  expect(() => handleEcs([worker.cluster], "ListContainerInstances", {})).toThrow(
    expect.objectContaining({ code: "ClusterNotFoundException" }),
  );
  expect(() => call("RunTask", {})).toThrow(expect.objectContaining({ code: "UnsupportedOperation", status: 501 }));
});

function call(action: string, input: object): object {
  return handleEcs([worker.cluster], action, { cluster: arn("cluster/sluice-dev"), ...input });
}
