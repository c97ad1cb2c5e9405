import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Journey, startJourney } from "./testing/journey.ts";

let journey: Journey;
beforeAll(async () => {
  // One worker, which reports in order.
  journey = await startJourney({ config: { "sluice:maxTasks": "1" } });
});
afterAll(() => journey.down());

describe("a job's trace", () => {
  it("leads from the caller's span to every attempt, and the job and its log lines name it", async () => {
    const traceparent = "00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01";
    const traceId = "1-5759e988-bd862e3fe1be46a994272793";

    await journey.post({ jobId: "traced", payload: { fail: { times: 1, message: "secret" } } }, { traceparent });
    const job = await journey.finished("traced");
    await expect.poll(() => journey.stack.cloud.xray.trace(traceId)).toHaveLength(2);

    const annotations = { jobId: "traced", type: "echo", waitedMilliseconds: expect.any(Number) };
    const common = { name: "sluice-worker", parent_id: "53995c3f42cd8ad8" };
    expect(journey.stack.cloud.xray.trace(traceId)).toMatchObject([
      { ...common, fault: true, annotations: { ...annotations, attempt: 1, outcome: "failed" } },
      { ...common, annotations: { ...annotations, attempt: 2, outcome: "succeeded" } },
    ]);
    expect(JSON.stringify(journey.stack.cloud.xray.trace(traceId))).not.toContain("secret");
    expect(job).toMatchObject({ state: "succeeded", attempts: 2, traceId });
    expect(journey.lines.filter((line) => line.includes("attempt ended") && line.includes(traceId))).toHaveLength(2);
  });

  it("begins at the API when the caller brings none", async () => {
    const { body } = await journey.post({ payload: 1 });
    const job = await journey.finished(String(body.jobId));

    expect(job.traceId).toMatch(/^1-[0-9a-f]{8}-[0-9a-f]{24}$/);
    await expect.poll(() => journey.stack.cloud.xray.trace(job.traceId ?? "")).toHaveLength(1);
  });

  it("is carried and not reported when the caller does not want it sampled", async () => {
    const unsampled = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00";

    await journey.post({ jobId: "unsampled", payload: 1 }, { traceparent: unsampled });
    const job = await journey.finished("unsampled");
    // The worker reports in order: when a later job's is here, this one's would be.
    const { body } = await journey.post({ payload: 2 });
    const later = await journey.finished(String(body.jobId));
    await expect.poll(() => journey.stack.cloud.xray.trace(later.traceId ?? "")).toHaveLength(1);

    expect(job.traceId).toBe("1-4bf92f35-77b34da6a3ce929d0e0e4736");
    expect(journey.stack.cloud.xray.trace(job.traceId ?? "")).toEqual([]);
  });
});

describe("where nobody traces", () => {
  it("a job has no trace, whatever the caller says", async () => {
    const untraced = await startJourney({ config: { "sluice:tracing": "false" } });
    try {
      await untraced.post(
        { jobId: "untraced", payload: 1 },
        { traceparent: "00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01" },
      );

      const job = await untraced.finished("untraced");

      expect(job.state).toBe("succeeded");
      expect(job.traceId).toBeUndefined();
      expect(untraced.lines.filter((line) => line.includes("traceId"))).toEqual([]);
    } finally {
      await untraced.down();
    }
  });
});
