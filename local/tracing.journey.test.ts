import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Journey, startJourney } from "./testing/journey.ts";

let journey: Journey;
beforeAll(async () => {
  // One worker, which reports in order.
  journey = await startJourney({ config: { "sluice:maxTasks": "1" } });
});
afterAll(() => journey.down());

describe("a job's trace", () => {
  it("leads from the request to every attempt, and the job and its log lines name it", async () => {
    await journey.post({ jobId: "traced", payload: { fail: { times: 1, message: "secret" } } });
    const job = await journey.finished("traced");
    const traceId = String(job.traceId);
    await expect.poll(() => segments(traceId)).toHaveLength(2);

    const annotations = { jobId: "traced", type: "echo", waitedMilliseconds: expect.any(Number) };
    const common = { name: "sluice-worker", parent_id: expect.stringMatching(/^[0-9a-f]{16}$/) };
    expect(traceId).toMatch(/^1-[0-9a-f]{8}-[0-9a-f]{24}$/);
    expect(segments(traceId)).toMatchObject([
      { ...common, fault: true, annotations: { ...annotations, attempt: 1, outcome: "failed" } },
      { ...common, annotations: { ...annotations, attempt: 2, outcome: "succeeded" } },
    ]);
    expect(JSON.stringify(segments(traceId))).not.toContain("secret");
    expect(job).toMatchObject({ state: "succeeded", attempts: 2 });
    expect(journey.lines.filter((line) => line.includes("attempt ended") && line.includes(traceId))).toHaveLength(2);
  });

  it("is not the caller's, which its segments name", async () => {
    const another = (await journey.post({ jobId: "of-another", payload: 1 })).body;
    const { traceId: victim = "" } = await journey.finished(String(another.jobId));
    const traceparent = `00-${victim.slice(2).replace("-", "")}-53995c3f42cd8ad8-01`;

    await journey.post({ jobId: "intruder", payload: 2 }, { traceparent });
    const { traceId: own = "" } = await journey.finished("intruder");
    await expect.poll(() => segments(own)).toHaveLength(1);

    expect(own).not.toBe(victim);
    expect(segments(victim)).toMatchObject([{ annotations: { jobId: "of-another" } }]);
    expect(segments(own)).toMatchObject([
      { annotations: { jobId: "intruder", callerTraceId: traceparent.split("-")[1] } },
    ]);
  });

  it("is reported also when the caller asks for no sampling", async () => {
    const unsampled = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00";

    await journey.post({ jobId: "unsampled", payload: 1 }, { traceparent: unsampled });
    const job = await journey.finished("unsampled");

    await expect.poll(() => segments(job.traceId ?? "")).toHaveLength(1);
    expect(segments("1-4bf92f35-77b34da6a3ce929d0e0e4736")).toEqual([]);
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

function segments(traceId: string) {
  return journey.stack.cloud.xray.trace(traceId);
}
