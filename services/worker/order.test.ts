import { beforeEach, describe, expect, it } from "vitest";
import type { Job } from "../jobs/job.ts";
import { sampleJob } from "../jobs/testing/sample-job.ts";
import { processMessage } from "./process-message.ts";
import { createWorld, drainSignals, lease, type World } from "./testing/worker-world.ts";

let world: World;
beforeEach(() => {
  world = createWorld();
});

/** Records a job at this position of the group, and sends no message. */
async function keep(number: number, changes: Partial<Job> = {}): Promise<Job> {
  const earlier = [1, 2, 3].map((back) => number - back).filter((each) => each > 0);
  const job = sampleJob({
    jobId: `job-${number}`,
    groupId: "group",
    position: { number, earlier: earlier.map((each) => `job-${each}`), settledAt: 0 },
    stateSince: world.clock.now(),
    ...changes,
  });
  await world.store.create(job);
  return job;
}

const done: Partial<Job> = { state: "succeeded", finishedAt: 1_000_000 };
const doneAt = (number: number, earlier: string[] = []): Partial<Job> => ({
  ...done,
  position: { number, earlier, settledAt: 0, hasStarted: true },
});

/** Processes the visible message until its handler runs or its end. */
async function work(): Promise<Promise<void>> {
  const working = processMessage(world.deps, await world.receive(), drainSignals().signals);
  await world.clock.advance(0);
  return working;
}

describe("the message of a job in a group", () => {
  it("starts the job when the one before it has started and finished, with two reads more than another job", async () => {
    await keep(1, doneAt(1));
    const job = await keep(2);
    await world.queue.send(job, 0);

    void work();
    await world.clock.advance(0);

    expect(world.runners.latest().request.jobId).toBe("job-2");
    expect(world.job("job-2").position).toMatchObject({ number: 2, hasStarted: true });
    expect(world.effects.done).toEqual(["store.load", "store.load", "store.replace", "artifacts.fetch"]);
  });

  it("is deleted at once when its job ends, because the next one of the group waits for that", async () => {
    const job = await keep(1);
    world.deps.deletes.add = () => expect.unreachable();
    await world.queue.send(job, 0);
    world.runners.behave((run) => run.succeed());

    await processMessage(world.deps, await world.receive(), drainSignals().signals);

    expect(world.queue.counts()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  });

  it("starts an earlier job that has lost its message, and stays for its own job", async () => {
    await keep(1);
    const job = await keep(2);
    await world.queue.send(job, 0);
    world.runners.behave((run) => run.succeed());

    for (let receive = 0; receive < 2; receive++) {
      await processMessage(world.deps, await world.receive(), drainSignals().signals);
    }

    expect(world.runners.runs.map(({ request }) => request.jobId)).toEqual(["job-1", "job-2"]);
    expect(world.queue.counts()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
    expect(world.queue.deadLetters).toEqual([]);
  });

  it("stays when the earlier job that it has started fails for good", async () => {
    await keep(1, { maxAttempts: 1 });
    await world.queue.send(await keep(2), 0);
    world.runners.behave((run) => run.fail("bad-input", { isFinal: true }));

    await processMessage(world.deps, await world.receive(), drainSignals().signals);

    expect(world.job("job-1").state).toBe("failed");
    expect(world.queue.counts()).toMatchObject({ visible: 1 });
  });

  it.each([
    [
      "runs in another worker",
      { state: "running", lease: { token: "x", until: 1_010_000 }, attempts: 1 } as const,
      1_000,
    ],
    ["waits for its next attempt", { attempts: 1, stateSince: 1_004_000 }, 4_000],
  ])("is deferred while the job before it %s", async (_case, changes, milliseconds) => {
    await keep(1, changes);
    await world.queue.send(await keep(2), 0);

    await work();
    await world.clock.advance(milliseconds - 1);
    const before = world.queue.counts();
    await world.clock.advance(1);

    expect(world.runners.runs).toEqual([]);
    expect([before.visible, world.queue.counts().visible]).toEqual([0, 1]);
  });

  it.each([
    ["a second for each job before it", 1_010_000, 3_000],
    ["no longer than the lease", 1_002_000, 2_000],
  ])("is deferred by %s while the first of them runs", async (_case, until, milliseconds) => {
    await keep(1, { state: "running", lease: { token: "x", until }, attempts: 1 });
    await keep(2);
    await keep(3);
    await world.queue.send(await keep(4), 0);

    await work();
    await world.clock.advance(milliseconds - 1);
    const before = world.queue.counts();
    await world.clock.advance(1);

    expect([before.visible, world.queue.counts().visible]).toEqual([0, 1]);
  });

  it("looks behind a job that was cancelled before it started", async () => {
    await keep(1);
    await keep(2, { state: "cancelled", finishedAt: 1_000_000 });
    await world.queue.send(await keep(3), 0);

    void work();
    await world.clock.advance(0);

    expect(world.runners.latest().request.jobId).toBe("job-1");
  });

  it("looks behind a job that was retried by hand and has a later position", async () => {
    await keep(1);
    await keep(2, { position: { number: 4, earlier: ["job-3", "job-2", "job-1"], settledAt: 0 } });
    await world.queue.send(await keep(3), 0);

    void work();
    await world.clock.advance(0);

    expect(world.runners.latest().request.jobId).toBe("job-1");
  });

  it("waits for a job whose process may still write its record, and no longer", async () => {
    const settledAt = world.clock.now() + 5_000;
    const job = await keep(2, { position: { number: 2, earlier: ["job-1"], settledAt } });
    await world.queue.send(job, 0);

    await work();
    const waiting = world.queue.counts();
    await world.clock.advance(5_000);
    void work();
    await world.clock.advance(0);

    expect(waiting).toMatchObject({ visible: 0, inFlight: 1 });
    expect(world.runners.runs.map(({ request }) => request.jobId)).toEqual(["job-2"]);
  });

  it("does not pass the job before it either when it came without its group, as from the dead-letter queue", async () => {
    await keep(1);
    const { owner, jobId } = await keep(2);
    await world.queue.send({ owner, jobId }, 0);

    void work();
    await world.clock.advance(0);

    expect(world.runners.latest().request.jobId).toBe("job-1");
  });

  it("waits for an earlier job of a type with a limit, which only a message of its own queue may start", async () => {
    world.deps.queues = [...world.deps.queues, { url: "words", type: "word-frequency", concurrency: 1 }];
    await keep(1, { type: "word-frequency" });
    await world.queue.send(await keep(2), 0);

    await work();

    expect(world.runners.runs).toEqual([]);
    expect(world.queue.counts()).toMatchObject({ inFlight: 1 });
  });

  it("goes to the dead-letter queue if its job does not exist, because the FIFO queue has no redrive policy", async () => {
    await world.queue.send({ owner: "alice", jobId: "unheard-of", groupId: "group" }, 0);

    await work();

    expect(world.queue.deadLetters).toMatchObject([{ reason: expect.stringContaining("no-record") }]);
  });

  it("is visible again at once when its job is handed back", async () => {
    await world.queue.send(await keep(1), 0);
    const drain = drainSignals();
    const working = processMessage(world.deps, await world.receive(), drain.signals);
    await world.clock.advance(0);

    drain.beginHandBack();
    await world.clock.advance(lease);
    await working;

    expect(world.job("job-1")).toMatchObject({ state: "queued", attempts: 0 });
    expect(world.queue.counts()).toMatchObject({ visible: 1 });
  });
});
