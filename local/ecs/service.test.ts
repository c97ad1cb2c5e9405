import { describe, expect, it } from "vitest";
import { ManualClock } from "../../runtime/clock.ts";
import {
  idsOf,
  nextStopped,
  type ServiceUnderTest,
  startServiceUnderTest,
  workers,
} from "./testing/service-under-test.ts";
import { useProcesses } from "./testing/use-processes.ts";

const clock = new ManualClock(1_700_000_000_000);
let worker: ServiceUnderTest;
const processes = useProcesses(clock, () => worker);

describe("a service", () => {
  it("starts as many tasks as are desired", async () => {
    start({ desiredCount: 3 });
    await worker.here(3);

    const [task] = worker.service.tasks();

    expect(task).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{32}$/),
      arn: `arn:aws:ecs:eu-central-1:000000000000:task/sluice-dev/${task?.id}`,
      taskDefinition: "arn:aws:ecs:eu-central-1:000000000000:task-definition/sluice-dev-worker:1",
      status: "RUNNING",
      desiredStatus: "RUNNING",
      instanceId: "i-1",
      createdAt: clock.now(),
      startedAt: clock.now(),
      pid: expect.any(Number),
    });
    expect(worker.events).toEqual(["(service worker) has started 3 tasks:."]);
  });

  it("gives each task the variables made for it, and hands over its lines", async () => {
    const environment = (taskId: string) => ({ PATH: process.env.PATH ?? "", TASK: taskId });
    start({ desiredCount: 2, script: `echo $TASK $AWS_EXECUTION_ENV; ${workers.polite}`, definition: { environment } });
    await worker.here(2);

    const firstLines = worker.lines.filter(({ line }) => line !== "here");

    const expected = worker.service.tasks().map(({ id }) => ({ taskId: id, line: `${id} AWS_ECS_EC2` }));
    expect(firstLines.toSorted(byTask)).toEqual(expected.toSorted(byTask));
  });

  it("starts what is missing when more are desired, and leaves the others alone", async () => {
    start({ desiredCount: 1 });
    const [first = ""] = idsOf(worker.service.tasks());

    worker.service.setDesiredCount(3);

    await worker.here(3);
    expect(idsOf(worker.service.tasks())).toEqual([first, expect.any(String), expect.any(String)]);
  });

  it("stops as many as are too much when fewer are desired", async () => {
    start({ desiredCount: 3 });
    await worker.here(3);
    const all = idsOf(worker.service.tasks());

    worker.service.setDesiredCount(1);
    const stopped = [await nextStopped(worker.service), await nextStopped(worker.service)];

    expect(worker.service.tasks()).toMatchObject([{ status: "RUNNING", desiredStatus: "RUNNING" }]);
    expect(idsOf([...stopped, ...worker.service.tasks()]).toSorted()).toEqual(all.toSorted());
    expect(worker.service.stoppedTasks()).toEqual(stopped);
    expect(stopped[0]).toMatchObject({
      status: "STOPPED",
      stopCode: "ServiceSchedulerInitiated",
      stoppedReason: "Scaling activity initiated by the service",
      exitCode: 0,
      stoppingAt: clock.now(),
      stoppedAt: clock.now(),
    });
    expect(stopped[0]).not.toHaveProperty("pid");
    expect(worker.events.at(-1)).toBe("(service worker) has stopped 2 running tasks:.");
  });

  it("replaces a stopping task before it has ended", async () => {
    start({ script: workers.deaf });
    await worker.here(1);
    const [first = ""] = idsOf(worker.service.tasks());

    worker.service.stopTask(first, "a drill");
    await worker.here(2);

    expect(worker.service.tasks()).toMatchObject([
      { id: first, status: "STOPPING", desiredStatus: "STOPPED", stopCode: "UserInitiated", stoppedReason: "a drill" },
      { status: "RUNNING" },
    ]);
  });

  it("kills a task that has not ended within its stop timeout, and says so", async () => {
    start({ script: workers.deaf });
    await worker.here(1);

    worker.service.setDesiredCount(0);
    const stopped = nextStopped(worker.service);
    await clock.advance(29_999);
    expect(worker.service.tasks()).toMatchObject([{ status: "STOPPING" }]);
    await clock.advance(1);

    expect(await stopped).toMatchObject({ exitCode: 137 });
    expect(worker.events.at(-1)).toBe("(service worker) had to kill: SIGTERM did not end it in time.");
  });

  it("refuses a desired count that is none", () => {
    start();

    expect(() => worker.service.setDesiredCount(-1)).toThrow(expect.objectContaining({ code: "desired-count" }));
    expect(() => worker.service.setDesiredCount(1.5)).toThrow(/1\.5$/);
  });
});

describe("stopping a service", () => {
  it("asks all tasks at once to end, protected or not, and starts no others", async () => {
    start({ desiredCount: 2 });
    await worker.here(2);
    for (const { id } of worker.service.tasks()) worker.service.protect(id);

    await worker.service.stop();
    worker.service.setDesiredCount(5);

    expect(worker.service.tasks()).toEqual([]);
    expect(worker.lines.filter(({ line }) => line === "bye")).toHaveLength(2);
    expect(worker.service.stoppedTasks()).toMatchObject(
      Array(2).fill({ exitCode: 0, stoppedReason: "Service deleted" }),
    );
  });

  it("kills what does not end within the limit, also what had more time left before", async () => {
    start({ desiredCount: 2, script: workers.deaf });
    await worker.here(2);
    worker.service.setDesiredCount(1);

    const stopped = worker.service.stop(5);
    await clock.advance(5_000);
    await stopped;

    expect(worker.service.stoppedTasks()).toMatchObject(Array(2).fill({ exitCode: 137 }));
  });
});

function start(options: Parameters<typeof startServiceUnderTest>[2] = {}): void {
  worker = startServiceUnderTest(processes().processes, clock, options);
}

function byTask(one: { taskId: string }, other: { taskId: string }): number {
  return one.taskId < other.taskId ? -1 : 1;
}
