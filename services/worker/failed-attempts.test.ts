import { beforeEach, describe, expect, it } from "vitest";
import { AppError } from "../../runtime/errors.ts";
import { begin, createWorld, jobTimeout, type World } from "./testing/worker-world.ts";

let world: World;
beforeEach(() => {
  world = createWorld();
});

describe("a failing job", () => {
  it.each([
    [1, 0, 500],
    [1, 1, 1_000],
    [2, 1, 2_000],
    [3, 1, 4_000],
    [6, 1, 32_000],
    [7, 1, 60_000],
    [7, 0, 30_000],
    [40, 1, 60_000],
  ])("in attempt %i, with random %d, is due again after %i ms", async (attempt, random, wait) => {
    world.deps.random = () => random;
    await world.submit({ attempts: attempt - 1, maxAttempts: 50 });

    const { working } = await begin(world);
    world.runners.latest().fail("boom");
    await working;

    expect(world.job()).toMatchObject({ state: "queued", stateSince: world.clock.now() + wait });
  });

  it.each([
    [5, 1, 5_000],
    [5, 3, 20_000],
    [40, 2, 60_000],
    [900, 1, 900_000],
    [900, 4, 900_000],
    [0.1, 1, 100],
  ])("with a retry delay of %d s, in attempt %i, is due again after at most %i ms", async (delay, attempt, wait) => {
    world.deps.random = () => 1;
    await world.submit({ attempts: attempt - 1, maxAttempts: 50, retryDelaySeconds: delay });

    const { working } = await begin(world);
    world.runners.latest().fail("boom");
    await working;

    expect(world.job()).toMatchObject({ state: "queued", stateSince: world.clock.now() + wait });
  });

  it("is retried after a backoff and may succeed", async () => {
    await world.submit();

    const first = await begin(world);
    world.runners.latest().fail("flaky");
    await first.working;
    const waiting = world.job();
    await world.clock.advance(1_000);
    const second = await begin(world);
    world.runners.latest().succeed();
    await second.working;

    expect(waiting).toMatchObject({ state: "queued", attempts: 1, error: { code: "flaky", message: "it broke" } });
    expect(waiting.stateSince).toBeGreaterThan(world.clock.now() - 1_000);
    expect(world.job()).toMatchObject({ state: "succeeded", attempts: 2 });
  });

  it("has failed after its last attempt, and its message is dead-lettered", async () => {
    await world.submit({ attempts: 2, maxAttempts: 3 });

    const { working } = await begin(world);
    world.runners.latest().fail("flaky");
    await working;

    expect(world.job()).toMatchObject({ state: "failed", attempts: 3, error: { code: "flaky" } });
    expect(world.queue.deadLetters).toMatchObject([{ reason: "flaky: it broke" }]);
    expect(world.effects.done.slice(-2)).toEqual(["store.replace", "queue.deadLetter"]);
  });

  it("has failed at once if the failure is final", async () => {
    await world.submit();

    const { working } = await begin(world);
    world.runners.latest().fail("bad-input", { isFinal: true });
    await working;

    expect(world.job()).toMatchObject({ state: "failed", attempts: 1, error: { code: "bad-input" } });
  });

  it("truncates the handler's message to fit the record", async () => {
    await world.submit();

    const { working } = await begin(world);
    world.runners.latest().fail("c".repeat(1_000), { message: "m".repeat(1_000_000) });
    await working;

    expect(world.job().error?.code).toHaveLength(100);
    expect(world.job().error?.message).toHaveLength(2_000);
  });

  it("has failed if its payload is gone", async () => {
    await world.submit();
    world.deps.artifacts.fetch = () => Promise.reject(new AppError("missing-artifact", "no such payload"));

    const { working } = await begin(world);
    await working;

    expect(world.job()).toMatchObject({ state: "failed", error: { code: "payload-missing" } });
    expect(world.runners.runs).toEqual([]);
  });
});

describe("a job that exceeds its timeout", () => {
  it("is stopped, and its attempt has failed", async () => {
    await world.submit();
    const { working } = await begin(world);

    await world.clock.advance(jobTimeout);
    const stopped = world.runners.latest().stops;
    await world.clock.advance(5_000);
    await working;

    expect(stopped).toEqual([5_000]);
    expect(world.job()).toMatchObject({ state: "queued", attempts: 1, error: { code: "timed-out" } });
  });

  it("is stopped after its own timeout if that is shorter, never after a longer one", async () => {
    await world.submit({ timeoutSeconds: 2 });
    const { working } = await begin(world);
    await world.clock.advance(2_000);
    const stopped = world.runners.latest().stops;
    await world.clock.advance(5_000);
    await working;

    expect(stopped).toEqual([5_000]);
    expect(world.job().error?.message).toBe("The attempt took longer than 2 seconds.");
  });

  it("stores no result after it was stopped, because it may be incomplete", async () => {
    await world.submit();
    const { working } = await begin(world);

    await world.clock.advance(jobTimeout);
    world.runners.latest().succeed("half");
    await working;

    expect(world.job()).toMatchObject({ state: "queued", error: { code: "timed-out" } });
  });

  it("is stopped even while it waits for its payload", async () => {
    await world.submit();
    world.effects.inject((effect) => (effect === "artifacts.fetch" ? "hang" : undefined));
    const { working } = await begin(world);

    await world.clock.advance(jobTimeout);
    await working;

    expect(world.job()).toMatchObject({ state: "queued", error: { code: "timed-out" } });
    expect(world.runners.runs).toEqual([]);
  });
});

describe("a job whose runner was interrupted", () => {
  it("waits for its next attempt, and has used none", async () => {
    await world.submit();

    const { working } = await begin(world);
    world.runners.latest().interrupt();
    await working;

    const error = { code: "interrupted", message: "the kernel killed it" };
    expect(world.job()).toMatchObject({ state: "queued", attempts: 0, interruptions: 1, error });
    expect(world.queue.counts()).toMatchObject({ visible: 0, inFlight: 1 });
  });
});
