import { describe, expect, it } from "vitest";
import type { Json } from "../../../../contract/job.ts";
import { ManualClock } from "../../../../runtime/clock.ts";
import { sampleContext } from "../testing/sample-context.ts";
import { createControlledEcho, run, runWithControls } from "./run.ts";

describe("echo", () => {
  it.each([null, "text", [1, 2], { hello: "world" }])("answers with its payload, %j", async (payload) => {
    const { context } = sampleContext();

    expect(await run(payload, context)).toEqual({ echo: payload });
  });

  it.each<Json>([{ sleepMs: 3_600_000 }, { fail: { times: 9, final: true } }, { sleepMs: "soon" }])(
    "answers with its payload at once where the stack has no test controls, %j",
    async (payload) => {
      const { context, reported } = sampleContext({ signal: AbortSignal.abort() });

      expect(await run(payload, context)).toEqual({ echo: payload });
      expect(reported).toEqual([]);
    },
  );

  it.each<Json>([null, "text", [1, 2], { hello: "world" }, { sleepMs: "accepted before" }])(
    "answers with its payload where it has no valid controls, %j",
    async (payload) => {
      expect(await runWithControls(payload, sampleContext().context)).toEqual({ echo: payload });
    },
  );

  it("answers after its sleep and not before", async () => {
    const clock = new ManualClock();
    const answers: unknown[] = [];
    const running = createControlledEcho(clock)({ sleepMs: 1_000 }, sampleContext().context).then((it) =>
      answers.push(it),
    );

    await clock.advance(999);
    expect(answers).toEqual([]);

    await clock.advance(1);
    await running;
    expect(answers).toEqual([{ echo: { sleepMs: 1_000 } }]);
  });

  it("reports its progress four times a second", async () => {
    const clock = new ManualClock();
    const { context, reported } = sampleContext();
    const running = createControlledEcho(clock)({ sleepMs: 1_000 }, context);

    await clock.advance(1_000);
    await running;

    expect(reported).toEqual([0.25, 0.5, 0.75, 1]);
  });

  it("stops sleeping after an abort, with a failure that allows a retry", async () => {
    const clock = new ManualClock();
    const stopping = new AbortController();
    const { context } = sampleContext({ signal: stopping.signal });
    const running = createControlledEcho(clock)({ sleepMs: 3_600_000 }, context);

    stopping.abort();

    await expect(running).rejects.toMatchObject({ code: "aborted", isFinal: false });
  });
});

describe("an echo with requested failures", () => {
  const payload = { fail: { times: 2, message: "as asked" } };

  it.each([1, 2])("fails attempt %i of two, with the requested message", async (attempt) => {
    const { context } = sampleContext({ attempt });

    const failing = runWithControls(payload, context);

    await expect(failing).rejects.toMatchObject({ code: "asked-to-fail", message: "as asked", isFinal: false });
  });

  it("succeeds in the attempt after them", async () => {
    const { context } = sampleContext({ attempt: 3 });

    expect(await runWithControls(payload, context)).toEqual({ echo: payload });
  });

  it("fails finally if requested", async () => {
    const { context } = sampleContext();

    const failing = runWithControls({ fail: { times: 1, final: true } }, context);

    await expect(failing).rejects.toMatchObject({ isFinal: true });
  });

  it("fails after its sleep", async () => {
    const clock = new ManualClock();
    const failures: unknown[] = [];
    const running = createControlledEcho(clock)({ sleepMs: 100, ...payload }, sampleContext().context).catch(
      (failure) => failures.push(failure),
    );

    await clock.advance(99);
    expect(failures).toEqual([]);

    await clock.advance(1);
    await running;
    expect(failures).toHaveLength(1);
  });
});
