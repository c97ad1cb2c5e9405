import { describe, expect, it } from "vitest";
import type { JobView } from "../../contract/http.ts";
import { followJobs } from "./follow-jobs.ts";
import { finishedText } from "./testing/finished-text.ts";
import { createHastyClock } from "./testing/hasty-clock.ts";

const signal = new AbortController().signal;

/** Each job finishes at the given second. */
async function follow(finishSeconds: Record<string, number>, end: Partial<JobView> = {}) {
  const clock = createHastyClock();
  const sent = Object.keys(finishSeconds).map((jobId) => finishedText({ jobId }));
  const jobs = {
    async get(jobId: string): Promise<JobView> {
      const isDone = clock.now() >= (finishSeconds[jobId] ?? 0) * 1_000;
      return { ...finishedText({}, isDone ? end : { state: "queued" }).job, jobId };
    },
    result: async (jobId: string) => `the result of ${jobId}`,
  };
  return followJobs(jobs, sent, { clock, signal });
}

describe("following jobs", () => {
  it("gives them in the order they were sent, whichever finishes first", async () => {
    const finished = await follow({ slow: 60, quick: 0, middling: 20 });

    expect(finished.map(({ jobId }) => jobId)).toEqual(["slow", "quick", "middling"]);
  });

  it("goes on for as long as now and then one finishes", async () => {
    const finished = await follow({ one: 100, two: 200, three: 300, four: 400 });

    expect(finished).toHaveLength(4);
  });

  it("gives up when none finishes for two minutes", async () => {
    const following = follow({ one: 100, never: Number.POSITIVE_INFINITY });

    await expect(following).rejects.toMatchObject({ code: "stalled", details: { jobId: "never" } });
  });

  it("takes a result from the job, or from where the job says it is", async () => {
    const [withResult] = await follow({ one: 0 }, { result: { echo: 1 } });
    const [withUrl] = await follow({ one: 0 }, { resultUrl: "http://bucket/result" });

    expect(withResult?.result).toEqual({ echo: 1 });
    expect(withUrl?.result).toBe("the result of one");
  });
});
