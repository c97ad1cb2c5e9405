import { beforeEach, describe, expect, it } from "vitest";
import { noProtection } from "./task-protection.ts";
import { begin, createWorld, jobTimeout, lease, type World } from "./testing/worker-world.ts";

let world: World;
beforeEach(() => {
  world = createWorld();
});

describe("a successful job", () => {
  it("is recorded before its message is deleted, with the fewest possible effects", async () => {
    await world.submit();

    const { working } = await begin(world);
    world.runners.latest().succeed("result");
    await working;

    expect(world.effects.done).toEqual([
      "store.claimDue",
      "artifacts.fetch",
      "artifacts.keepResult",
      "store.replace",
      "queue.deleteBatch",
    ]);
    expect(world.job()).toMatchObject({ state: "succeeded", attempts: 1, result: { json: '"result"' } });
    expect(world.queue.counts()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  });

  it("runs with the handler's complete context", async () => {
    await world.submit({ payload: { objectKey: "payloads/x.json" }, fence: 4, attempts: 1 });

    const { working } = await begin(world);

    expect(world.runners.latest().request).toEqual({
      owner: "alice",
      jobId: "job-1",
      type: "echo",
      attempt: 2,
      fence: 5,
      payload: { file: "/run/of payloads/x.json" },
      folder: "/run",
    });
    world.runners.latest().succeed();
    await working;
  });
});

describe("a worker's own process", () => {
  it("passes payload and result on without parsing them, whose values may take many times their memory", async () => {
    await world.submit({ payload: { json: "[{},{}, not parsed" } });

    const { working } = await begin(world);
    const { payload } = world.runners.latest().request;
    world.runners.latest().succeedWithFile("/run/result.json");
    await working;

    expect(payload).toEqual({ json: "[{},{}, not parsed" });
    expect(world.job().result).toEqual({ objectKey: "of /run/result.json" });
  });
});

describe("a task's protection", () => {
  it("is granted before the job begins, and released after its outcome is written", async () => {
    await world.submit();
    const answered = Promise.withResolvers<void>();
    let effectsAtLeave: string[] = [];
    world.deps.protection = {
      ...noProtection,
      enter: () => answered.promise,
      leave() {
        effectsAtLeave = [...world.effects.done];
      },
    };

    const { working } = await begin(world);
    await world.clock.advance(1_000);
    const before = { effects: [...world.effects.done], runs: world.runners.runs.length };
    answered.resolve();
    await world.clock.advance(0);
    world.runners.latest().succeed();
    await working;

    expect(before).toEqual({ effects: [], runs: 0 });
    expect(effectsAtLeave).toContain("store.replace");
  });
});

describe("the folder of a run", () => {
  it.each([
    ["succeeds", () => world.runners.latest().succeed()],
    ["fails", () => world.runners.latest().fail("boom")],
    ["is stopped", () => void world.clock.advance(jobTimeout + 5_000)],
  ])("is removed after a run that %s", async (_case, finish) => {
    const folders: string[] = [];
    world.deps.folders = {
      create() {
        folders.push("/run");
        return { path: "/run", remove: async () => void folders.pop() };
      },
    };
    await world.submit();

    const { working } = await begin(world);
    const during = [...folders];
    finish();
    await working;

    expect(during).toEqual(["/run"]);
    expect(folders).toEqual([]);
  });
});

describe("an unavailable bucket", () => {
  it("is asked again for the payload until it answers", async () => {
    await world.submit();
    world.effects.outage("artifacts.fetch");
    const { working } = await begin(world);

    await world.clock.advance(3_000);
    world.effects.endOutage();
    await world.clock.advance(5_000);
    world.runners.latest().succeed();
    await working;

    expect(world.job()).toMatchObject({ state: "succeeded", attempts: 1 });
  });

  it("gets retries of the result's write for the length of a lease; then the attempt fails", async () => {
    await world.submit();
    world.effects.outage("artifacts.keepResult");
    const { working } = await begin(world);

    world.runners.latest().succeed();
    await world.clock.advance(lease);
    await working;

    expect(world.job()).toMatchObject({ state: "queued", attempts: 1, error: { code: "result-not-kept" } });
  });
});
