import { describe, expect, it } from "vitest";
import { ManualClock } from "../../runtime/clock.ts";
import { fromZero, manyStopped, passUntilRunning } from "./testing/from-zero.ts";
import { nextStopped, type ServiceUnderTest, startServiceUnderTest } from "./testing/service-under-test.ts";
import { useProcesses } from "./testing/use-processes.ts";

const minute = 60_000;
const clock = new ManualClock(1_700_000_000_000);
let worker: ServiceUnderTest;
const processes = useProcesses(clock, () => worker);

describe("scale-in", () => {
  it("ends what no task is on once the alarm's 15 minutes have passed, and with the last task the last instance", async () => {
    start({ desiredCount: 8, speed: 10 });
    await passUntilRunning(worker, 8);

    const stopped = manyStopped(worker.service, 8);
    worker.service.setDesiredCount(0);
    await stopped;
    await clock.advance((14 * minute) / 10);

    expect(worker.cluster.instances()).toHaveLength(2);
    await clock.advance((4 * minute) / 10);
    expect(worker.cluster.instances()).toEqual([]);
    expect(worker.cluster.capacity?.desired).toBe(0);
    expect(worker.clusterEvents).toContain("instance i-1 terminated");
  });

  it("passes over a protected task, and over its instance with it", async () => {
    start({ desiredCount: 8, speed: 10 });
    await passUntilRunning(worker, 8);
    const [busy] = worker.service.tasks();
    expect(worker.service.protect(busy?.id ?? "", 120)).toBeUndefined();

    const stopped = manyStopped(worker.service, 7);
    worker.service.setDesiredCount(0);
    await stopped;
    await clock.advance((20 * minute) / 10);

    expect(worker.service.tasks()).toMatchObject([{ id: busy?.id, status: "RUNNING" }]);
    expect(worker.cluster.instances()).toMatchObject([{ id: busy?.instanceId, runningTasks: 1, isProtected: true }]);
    const last = nextStopped(worker.service);
    worker.service.unprotect(busy?.id ?? "");
    expect((await last).id).toBe(busy?.id);
  });
});

it("kills a task whose instance goes undrained, and starts another elsewhere", async () => {
  const capacity = { ...fromZero, room: { cpuUnits: 1_024, memoryMebibytes: 1_024, slots: 1 } };
  const unguarded = { protectsInstances: false, releasesEmptyInstances: false, drains: false };
  start({ desiredCount: 2, speed: 10, capacity: { ...capacity, ...unguarded } });
  await passUntilRunning(worker, 2);
  const onOldest = worker.service.tasks().find(({ instanceId }) => instanceId === "i-1");
  worker.service.protect(onOldest?.id ?? "");
  const scaledIn = nextStopped(worker.service);
  worker.service.setDesiredCount(1);
  await scaledIn;

  const killed = nextStopped(worker.service);
  await clock.advance((18 * minute) / 10);

  expect(await killed).toMatchObject({
    id: onOldest?.id,
    stopCode: "TerminationNotice",
    stoppedReason: "Host EC2 (instance i-1) terminated.",
    exitCode: expect.any(Number),
  });
  expect(worker.service.tasks()).toMatchObject([{ instanceId: "i-2" }]);
});

function start(options: Parameters<typeof startServiceUnderTest>[2] = {}): void {
  worker = startServiceUnderTest(processes().processes, clock, { capacity: fromZero, ...options });
}
