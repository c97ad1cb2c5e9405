import { describe, expect, it } from "vitest";
import { plan, playLoad, start } from "./testing/play-load.ts";

describe("a load", () => {
  it("sends each request at its planned time, and follows every job to its end", async () => {
    const { summary, verdict, api } = await playLoad({ waitMilliseconds: 2_000, runMilliseconds: 500 });

    expect(summary).toMatchObject({
      planned: 20,
      accepted: 20,
      refused: 0,
      finished: 20,
      states: { succeeded: 20 },
    });
    expect(verdict).toMatchObject({ outcome: "passed", headline: "Passed: all 20 jobs accepted, each finished once" });
    expect(summary).toMatchObject({
      isPlanKept: true,
      lateness: { max: 0 },
      drainSeconds: 2.5,
      wait: { p50: 2, max: 2 },
      run: { p50: 0.5, max: 0.5 },
      endToEnd: { p99: 2.5 },
    });
    const sent = api.calls.filter(({ call }) => call === "POST /jobs").map(({ at }) => at - start);
    expect(sent).toEqual(plan(20).map(({ atSeconds }) => atSeconds * 1000));
  });

  it("is not slowed by slow answers", async () => {
    const { summary, api } = await playLoad({ answerMilliseconds: 5_000 });

    const sent = api.calls.filter(({ call }) => call === "POST /jobs").map(({ at }) => at - start);
    expect(sent.at(-1)).toBe(1_900);
    expect(summary.post).toEqual({ p50: 5, p90: 5, p99: 5, max: 5 });
    expect(summary.lateness?.max).toBe(0);
  });

  it("that finds no free socket is late, and reports that", async () => {
    const { summary, text } = await playLoad({ answerMilliseconds: 5_000, sockets: 10 });

    expect(summary.isPlanKept).toBe(false);
    expect(summary.lateness?.max).toBe(4);
    expect(text).toContain("the latest 4.00 s after it: the load was smoother than planned.");
  });

  it.each([
    ["forgotten", "unknown to the API"],
    ["stuck", "queued after 0 attempts"],
  ] as const)("finds a job that was accepted and then %s", async (fault, last) => {
    const { summary, verdict, text, api } = await playLoad({ fault: (index) => (index === 7 ? fault : undefined) });

    const jobId = [...api.jobs.keys()][7];
    expect(summary).toMatchObject({ accepted: 20, finished: 19, lost: [{ jobId, last }] });
    expect(verdict).toMatchObject({ outcome: "failed", headline: "Failed: 1 lost" });
    expect(text).toContain(`LOST: ${jobId}: ${last}`);
  });

  it("finds a job that ends a second time before the second look", async () => {
    const { summary, verdict, text, api } = await playLoad({
      fault: (index) => (index === 3 ? { finishesAgainAfter: 3_500 } : undefined),
    });

    expect(summary.doubled).toMatchObject([{ jobId: [...api.jobs.keys()][3] }]);
    expect(summary).toMatchObject({ finished: 20, lost: [] });
    expect(verdict).toMatchObject({ outcome: "failed", headline: "Failed: 1 finished twice" });
    expect(text).toContain("succeeded after 1 attempts at 2026-01-01T00:00:00.300Z, then succeeded after 2 attempts");
  });

  it("finds it among hundreds of jobs, whose ends are compared by pages", async () => {
    const { summary } = await playLoad({
      requests: plan(400, 400),
      fault: (index) => (index === 3 ? { finishesAgainAfter: 2_000 } : undefined),
    });

    expect(summary.doubled).toHaveLength(1);
  });

  it.each([
    [25, "passed", "Passed: 15 of 20 jobs accepted, each finished once"],
    [24.9, "failed", "Failed: 5 of 20 jobs (25 %) refused"],
    [0, "failed", "Failed: 5 of 20 jobs (25 %) refused"],
  ])(
    "with a quarter of the jobs refused, under a limit of %d %%, has %s",
    async (refusedPercent, outcome, headline) => {
      const busy = { status: 503, body: { type: "urn:x", title: "Service Unavailable", status: 503, detail: "busy" } };
      const intercept = (call: string, index: number) => (call === "POST /jobs" && index % 4 === 0 ? busy : undefined);

      const { summary, verdict } = await playLoad({ intercept, limits: { refusedPercent } });

      expect(summary).toMatchObject({
        accepted: 15,
        refused: 5,
        neverAccepted: 0,
        reasons: { "503 Service Unavailable": 5 },
        finished: 15,
      });
      expect(verdict).toMatchObject({ outcome, headline });
    },
  );

  it("without an accepted job fails, and has no verdict when the limits allow that", async () => {
    const intercept = (call: string) => (call === "POST /jobs" ? { status: 400 } : undefined);

    const strict = await playLoad({ intercept });
    const lenient = await playLoad({ intercept, limits: { refusedPercent: 100 } });

    expect(strict.summary).toMatchObject({ accepted: 0, refused: 20, lost: [], drainSeconds: undefined });
    expect(strict.verdict).toMatchObject({ outcome: "failed", headline: "Failed: 20 of 20 jobs (100 %) refused" });
    expect(lenient.verdict).toMatchObject({ outcome: "none", headline: "No verdict: no job was accepted" });
  });

  it("with unsuccessful jobs fails above the limit", async () => {
    const intercept = (call: string, index: number) => {
      const jobId = call.split("/")[2] ?? "";
      if (!call.startsWith("GET /jobs/") || index % 2 === 0) return undefined;
      return {
        status: 200,
        body: {
          jobId,
          type: "echo",
          state: "failed",
          attempts: 1,
          maxAttempts: 3,
          createdAt: new Date(start).toISOString(),
        },
      };
    };

    const { verdict } = await playLoad({ intercept, limits: { failedPercent: 10 } });

    expect(verdict.findings.join()).toMatch(/of 20 finished jobs .* did not succeed; the limit is 10 %/);
    expect(verdict.outcome).toBe("failed");
  });

  it("follows thousands of jobs by pages of a hundred", async () => {
    const { summary, verdict, record } = await playLoad({
      requests: plan(5_000, 1_000, 100),
      waitMilliseconds: 10_000,
    });

    expect(summary).toMatchObject({ accepted: 5_000, finished: 5_000 });
    expect(verdict.outcome).toBe("passed");
    expect(record.followed.requests).toBeLessThan(1_000);
  });

  it.each([
    ["follows the jobs", 0],
    ["looks at their ends a second time", 20],
  ])("outlives an API that answers 503 for long while it %s", async (_phase, readsBefore) => {
    const busy = { status: 503, body: { type: "urn:x", title: "Try again", status: 503, detail: "busy" } };
    let reads = 0;
    const intercept = (call: string) => {
      if (!call.startsWith("GET /jobs/")) return undefined;
      reads += 1;
      return reads > readsBefore && reads <= readsBefore + 300 ? busy : undefined;
    };

    const { summary, verdict } = await playLoad({ patienceSeconds: 600, intercept });

    expect(reads).toBeGreaterThan(300);
    expect(summary).toMatchObject({ accepted: 20, finished: 20, lost: [], doubled: [] });
    expect(verdict.outcome).toBe("passed");
  });

  it("reads jobs that lists do not show one by one", async () => {
    const { summary, verdict } = await playLoad({
      requests: plan(300, 300),
      fault: (index) => (index % 100 === 0 ? "hidden from lists" : undefined),
    });

    expect(summary).toMatchObject({ finished: 300 });
    expect(verdict.outcome).toBe("passed");
  });
});
