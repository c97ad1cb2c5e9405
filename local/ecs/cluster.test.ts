import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { ManualClock } from "../../runtime/clock.ts";
import type { Service } from "./service.ts";
import { fromZero, passUntilRunning } from "./testing/from-zero.ts";
import { nextStopped, type ServiceUnderTest, startServiceUnderTest } from "./testing/service-under-test.ts";
import { useProcesses } from "./testing/use-processes.ts";

const second = 1_000;
const minute = 60 * second;
/** The first datapoint after the service's start, and the delay of its alarm. */
const firstOrder = minute + 58 * second;

const clock = new ManualClock(1_700_000_000_000);
let worker: ServiceUnderTest;
const processes = useProcesses(clock, () => worker);

describe("a cluster without instances", () => {
  it("boots two when a task waits, and then the task runs", async () => {
    start({ desiredCount: 1, speed: 1 });

    await clock.advance(firstOrder);

    expect(worker.service).toMatchObject({ runningCount: 0, pendingCount: 1 });
    expect(worker.service.tasks()).toMatchObject([{ status: "PROVISIONING" }]);
    expect(worker.cluster.instances()).toMatchObject([
      { id: "i-1", state: "booting", availabilityZone: "eu-central-1a" },
      { id: "i-2", state: "booting", availabilityZone: "eu-central-1b" },
    ]);
    await passUntilRunning(worker, 1);
    expect(worker.service.tasks()).toMatchObject([
      { status: "RUNNING", instanceId: expect.stringMatching(/^i-[12]$/) },
    ]);
    expect(worker.events).toEqual([
      "(service worker) was unable to place a task because no container instance met all of its requirements.",
      "(service worker) has started 1 tasks:.",
    ]);
    expect(worker.clusterEvents.slice(0, 4)).toEqual([
      "(capacity provider instances) CapacityProviderReservation 200 > 100: desired 0 -> 2 instances",
      "instance i-1 launched in eu-central-1a",
      "instance i-2 launched in eu-central-1b",
      expect.stringMatching(/^instance i-[12] registered after \d+\.\d s$/),
    ]);
  });

  it("boots so many times sooner as the cloud is faster", async () => {
    start({ desiredCount: 1, speed: 50 });

    await clock.advance(firstOrder / 50);

    expect(worker.cluster.instances()).toHaveLength(2);
    const { launchedAt = 0, registersAt = 0 } = worker.cluster.instances()[0] ?? {};
    expect(registersAt - launchedAt).toBeGreaterThan((20 * second) / 50);
    expect(registersAt - launchedAt).toBeLessThan((200 * second) / 50);
  });
});

it("lets tasks beyond the room wait in PROVISIONING until an instance registers", async () => {
  start({ desiredCount: 10, speed: 10 });
  await passUntilRunning(worker, 8);
  expect(worker.service).toMatchObject({ runningCount: 8, pendingCount: 2 });
  expect(worker.service.tasks().slice(8)).toMatchObject(Array(2).fill({ status: "PROVISIONING" }));
  expect(worker.cluster.instances().map(({ runningTasks }) => runningTasks)).toEqual([4, 4]);

  await passUntilRunning(worker, 10);

  expect(worker.cluster.instances().map(({ runningTasks }) => runningTasks)).toEqual([4, 4, 2]);
  expect(worker.cluster.instances()[2]?.remaining).toEqual({ cpuUnits: 2_048, memoryMebibytes: 2_048 });
});

it("tells each change of an instance to who waits for it", async () => {
  start({ desiredCount: 1, speed: 50 });
  const launched = once(worker.cluster.events, "instances");

  await clock.advance(firstOrder / 50);

  expect(await launched).toMatchObject([{ kind: "launched", instanceId: "i-1", availabilityZone: "eu-central-1a" }]);
});

it("gives a task up that waits too long, and makes another", async () => {
  start({ desiredCount: 1, speed: 50, capacity: { ...fromZero, maximum: 0 } });
  const [first] = worker.service.tasks();
  const given = nextStopped(worker.service);

  await clock.advance((20 * minute) / 50);

  expect(await given).toMatchObject({ id: first?.id, stopCode: "TaskFailedToStart", status: "STOPPED" });
  expect(worker.service.tasks()).toMatchObject([
    { status: "PROVISIONING", id: expect.not.stringMatching(first?.id ?? "") },
  ]);
});

it("shares the room of its instances among its services", async () => {
  start({ desiredCount: 3, capacity: { ...fromZero, minimum: 1, maximum: 1 } });
  await worker.here(3);

  const other = startAnother(3);

  expect(other).toMatchObject({ pendingCount: 3 });
  expect(other.tasks().map(({ status }) => status)).toEqual(["PENDING", "PROVISIONING", "PROVISIONING"]);
  expect(worker.cluster.instances()).toMatchObject([{ runningTasks: 3, pendingTasks: 1 }]);
});

function start(options: Parameters<typeof startServiceUnderTest>[2] = {}): void {
  worker = startServiceUnderTest(processes().processes, clock, { capacity: fromZero, ...options });
}

function startAnother(desiredCount: number): Service {
  return worker.cluster.startService({
    name: "other",
    desiredCount,
    taskDefinition: worker.service.taskDefinition,
    strategy: [],
    minimumHealthyPercent: 100,
    maximumPercent: 200,
    onLine: () => {},
  });
}
