import { describe, expect, it } from "vitest";
import { ManualClock } from "../../runtime/clock.ts";
import { handleEcs } from "./api.ts";
import { fromZero, manyStopped } from "./testing/from-zero.ts";
import { type ServiceUnderTest, startServiceUnderTest } from "./testing/service-under-test.ts";
import { useProcesses } from "./testing/use-processes.ts";

const clock = new ManualClock(1_700_000_000_000);
let worker: ServiceUnderTest;
const processes = useProcesses(clock, () => worker);

describe("UpdateContainerInstancesState", () => {
  it("drains an empty instance: it gets no more tasks, and stays", async () => {
    await start({ desiredCount: 0, instances: 2 });
    const [first = "", second = ""] = arns();

    const answer = update("DRAINING", [first]);
    worker.service.setDesiredCount(4);
    await worker.here(4);

    expect(answer).toMatchObject({
      containerInstances: [{ containerInstanceArn: first, status: "DRAINING", runningTasksCount: 0 }],
      failures: [],
    });
    expect(new Set(worker.service.tasks().map(({ instanceId }) => instanceId))).toEqual(new Set(["i-2"]));
    expect(arns("DRAINING")).toEqual([first]);
    expect(arns("ACTIVE")).toEqual([second]);
    expect(worker.clusterEvents.at(-1)).toBe("instance i-1 is draining");
  });

  it("lets a drained instance take tasks again", async () => {
    await start({ desiredCount: 0, instances: 1 });
    update("DRAINING", arns());
    worker.service.setDesiredCount(1);
    await clock.advance(1_000);
    const waiting = worker.service.pendingCount;

    update("ACTIVE", arns());
    await worker.here(1);

    expect(waiting).toBe(1);
    expect(worker.service.runningCount).toBe(1);
    expect(worker.clusterEvents).toContain("instance i-1 takes tasks again");
  });

  it("replaces a service's tasks on the instance before it stops them", async () => {
    await start({ desiredCount: 2, instances: 2 });
    await worker.here(2);
    const before = worker.service.tasks();
    expect(before.map(({ instanceId }) => instanceId)).toEqual(["i-1", "i-1"]);

    const stopped = manyStopped(worker.service, 2);
    update("DRAINING", arns().slice(0, 1));
    const together = worker.service.tasks().length;
    await worker.here(4);
    await clock.advance(1_000);
    await stopped;

    expect(together).toBe(4);
    expect(worker.service.tasks()).toMatchObject([
      { status: "RUNNING", instanceId: "i-2" },
      { status: "RUNNING", instanceId: "i-2" },
    ]);
  });

  it("names what is not there, and refuses other states and more than ten", async () => {
    await start({ desiredCount: 0, instances: 1 });
    const eleven = Array.from({ length: 11 }, (_, index) => `c-${index}`);

    expect(update("DRAINING", ["nobody"])).toMatchObject({
      containerInstances: [],
      failures: [{ arn: expect.stringMatching(/nobody$/), reason: "MISSING" }],
    });
    expect(() => update("DEREGISTERING", arns())).toThrow(
      expect.objectContaining({ code: "InvalidParameterException" }),
    );
    expect(() => update("DRAINING", eleven)).toThrow(expect.objectContaining({ code: "InvalidParameterException" }));
    expect(arns("ACTIVE")).toHaveLength(1);
  });
});

async function start({ desiredCount, instances }: { desiredCount: number; instances: number }): Promise<void> {
  worker = startServiceUnderTest(processes().processes, clock, {
    desiredCount,
    speed: 10,
    capacity: { ...fromZero, minimum: instances },
  });
  // Long enough for each to boot.
  await clock.advance(30_000);
}

function arns(status?: string): string[] {
  const answer = call("ListContainerInstances", status === undefined ? {} : { status });
  return (answer as { containerInstanceArns: string[] }).containerInstanceArns;
}

function update(status: string, containerInstances: string[]): object {
  return call("UpdateContainerInstancesState", { containerInstances, status });
}

function call(action: string, input: object): object {
  return handleEcs([worker.cluster], action, { cluster: "sluice-dev", ...input });
}
