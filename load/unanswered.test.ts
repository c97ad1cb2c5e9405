import { describe, expect, it } from "vitest";
import { playLoad } from "./testing/play-load.ts";

function isThirdPost(call: string, index: number): boolean {
  return call === "POST /jobs" && index === 2;
}

describe("a job without an answer", () => {
  it("that the API does not know was never accepted, and fails the load", async () => {
    const { summary, verdict } = await playLoad({
      intercept: (call, index) => {
        if (isThirdPost(call, index)) throw new Error("socket hang up");
        return undefined;
      },
    });

    expect(summary).toMatchObject({ accepted: 19, acceptedUnanswered: 0, neverAccepted: 1, unknown: 0, refused: 0 });
    expect(summary.reasons).toEqual({ "socket hang up": 1 });
    expect(verdict).toMatchObject({ outcome: "failed", headline: "Failed: 1 of 20 jobs (5 %) got no answer" });
  });

  it("passes within a limit that allows it", async () => {
    const { verdict } = await playLoad({ loseAnswer: isThirdPost, limits: { unansweredPercent: 5 } });

    expect(verdict).toMatchObject({ outcome: "passed", headline: "Passed: all 20 jobs accepted, each finished once" });
  });

  it("that was accepted is followed to its end", async () => {
    const { summary, verdict } = await playLoad({ loseAnswer: isThirdPost, runMilliseconds: 30_000 });

    expect(summary).toMatchObject({ accepted: 19, acceptedUnanswered: 1, neverAccepted: 0, finished: 20, lost: [] });
    expect(verdict.findings).toEqual([
      "1 of 20 jobs (5 %) got no usable answer; the limit is 0 % (--max-unanswered-percent). " +
        "Read by their ids afterwards, 1 of them had been accepted and 0 had not; of 0 the API gave no information.",
    ]);
  });

  it("that was accepted and never finishes is lost", async () => {
    const { summary, verdict } = await playLoad({
      loseAnswer: isThirdPost,
      fault: (index) => (index === 2 ? "stuck" : undefined),
    });

    expect(summary).toMatchObject({ acceptedUnanswered: 1, finished: 19 });
    expect(summary.lost).toMatchObject([{ last: "queued after 0 attempts" }]);
    expect(verdict.headline).toBe("Failed: 1 of 20 jobs (5 %) got no answer, 1 lost");
  });

  it("is unknown when the API gives no information about it afterwards", async () => {
    const known = new Set<string>();
    const { summary, verdict } = await playLoad({
      intercept: (call, index) => {
        if (isThirdPost(call, index)) throw new Error("socket hang up");
        return call.startsWith("GET /jobs/") && !known.has(call.split("/")[2] ?? "") ? { status: 503 } : undefined;
      },
      onAccepted: (jobId) => known.add(jobId),
    });

    expect(summary).toMatchObject({ accepted: 19, neverAccepted: 0, unknown: 1, finished: 19 });
    expect(verdict.findings[0]).toContain("of 1 the API gave no information");
  });
});

describe("a job with a server error", () => {
  it("that was accepted nevertheless is followed, and does not count as refused", async () => {
    const { summary } = await playLoad({ breakAnswer: isThirdPost });

    expect(summary).toMatchObject({ accepted: 19, acceptedUnanswered: 1, refused: 0, finished: 20 });
    expect(summary.reasons).toEqual({ "500": 1 });
  });
});

describe("an API that shows no job", () => {
  it("for a while is asked again until it does", async () => {
    let looks = 0;
    const intercept = (call: string) => (call.startsWith("GET /jobs/") && looks++ < 300 ? { status: 503 } : undefined);

    const { verdict } = await playLoad({ intercept, patienceSeconds: 900 });

    expect(looks).toBeGreaterThan(300);
    expect(verdict.outcome).toBe("passed");
  });
});
