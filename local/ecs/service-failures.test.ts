import { expect, it } from "vitest";
import { ManualClock } from "../../runtime/clock.ts";
import {
  idsOf,
  nextStopped,
  type ServiceUnderTest,
  startServiceUnderTest,
  workers,
} from "./testing/service-under-test.ts";
import { useProcesses } from "./testing/use-processes.ts";

const clock = new ManualClock();
let worker: ServiceUnderTest;
const processes = useProcesses(clock, () => worker);

it("replaces a killed task at once, however often, and says why", async () => {
  start();
  await worker.here(1);

  for (let kills = 1; kills <= 4; kills++) {
    const [task] = worker.service.tasks();
    const stopped = nextStopped(worker.service);
    process.kill(-(task?.pid ?? 0), "SIGKILL");
    expect(await stopped).toMatchObject({
      id: task?.id,
      stopCode: "EssentialContainerExited",
      stoppedReason: "Essential container in task exited",
      exitCode: 137,
    });
    await worker.here(kills + 1);
  }

  expect(worker.events.slice(1, 3)).toEqual([
    "(service worker) lost: Essential container in task exited (exit code 137).",
    "(service worker) has started 1 tasks:.",
  ]);
});

it("replaces a task that fails at the start at once, and then later and later", async () => {
  start({ script: workers.failing });
  await nextStopped(worker.service);
  await nextStopped(worker.service);

  for (const seconds of [1, 2, 4, 8, 16, 32, 60, 60]) {
    expect(worker.service.tasks()).toEqual([]);
    expect(worker.events.at(-1)).toBe(
      `(service worker) is unable to consistently start tasks successfully. It tries again in ${seconds} s.`,
    );
    const stopped = nextStopped(worker.service);
    await clock.advance(seconds * 1_000 - 1);
    expect(worker.service.tasks()).toEqual([]);
    await clock.advance(1);
    expect(await stopped).toMatchObject({ exitCode: 3 });
  }
});

it("forgets earlier failures when a task has started well", async () => {
  // Fails while MARK exists, which the test removes.
  const script = `if [ -e "$MARK" ]; then exit 3; fi; ${workers.polite}`;
  const mark = { MARK: processes().directory };
  let isBroken = true;
  const environment = () => ({ PATH: process.env.PATH ?? "", ...(isBroken ? mark : {}) });
  start({ script, definition: { environment } });
  await nextStopped(worker.service);
  await nextStopped(worker.service);
  await clock.advance(1_000);
  await nextStopped(worker.service);

  isBroken = false;
  await clock.advance(2_000);
  await worker.here(1);
  await clock.advance(10_000);
  isBroken = true;
  const lost = nextStopped(worker.service);
  process.kill(-(worker.service.tasks()[0]?.pid ?? 0), "SIGKILL");
  await lost;

  expect(worker.service.tasks()).toHaveLength(1);
  await nextStopped(worker.service);
  expect(worker.service.tasks()).toHaveLength(1);
});

it("counts a task that cannot even be started as failed, and goes on trying", async () => {
  start({ definition: { directory: "/not/there" } });

  await nextStopped(worker.service);

  expect(worker.service.stoppedTasks()).toMatchObject(
    Array(2).fill({
      stopCode: "TaskFailedToStart",
      stoppedReason: expect.stringMatching(/^CannotStartContainerError: .*\/not\/there/),
    }),
  );
  expect(worker.events.at(-1)).toMatch(/tries again in 1 s\.$/);
});

it("does not let an ended task's failure start more than are desired", async () => {
  start({ desiredCount: 2 });
  await worker.here(2);
  worker.service.setDesiredCount(1);
  const scaledIn = await nextStopped(worker.service);
  const [left] = worker.service.tasks();

  const lost = nextStopped(worker.service);
  process.kill(-(left?.pid ?? 0), "SIGKILL");
  await lost;
  await worker.here(3);

  expect(worker.service.tasks()).toHaveLength(1);
  expect(idsOf(worker.service.stoppedTasks())).toEqual([scaledIn.id, left?.id]);
});

function start(options: Parameters<typeof startServiceUnderTest>[2] = {}): void {
  worker = startServiceUnderTest(processes().processes, clock, options);
}
