import { describe, expect, it } from "vitest";
import { createJobClient } from "../client/job-client.ts";
import { ManualClock } from "../runtime/clock.ts";
import { formatSummary } from "./format-summary.ts";
import type { PlannedRequest } from "./plan.ts";
import { type RunOptions, runLoad } from "./run-load.ts";
import { type LoadSummary, summarizeLoad } from "./summarize-load.ts";
import { createFakeApi, type FakeApiOptions } from "./testing/fake-api.ts";

const start = Date.parse("2026-01-01T00:00:00Z");

/** So many jobs a second, each in a request of its own, or several in one. */
function plan(count: number, perSecond = 10, batch = 1): PlannedRequest[] {
  return Array.from({ length: count / batch }, (_, index) => ({
    atSeconds: (index * batch) / perSecond,
    jobs: Array.from({ length: batch }, () => ({ type: "echo", payload: {} })),
  }));
}

interface Play
  extends Omit<FakeApiOptions, "clock">,
    Partial<Pick<RunOptions, "requests" | "sockets" | "patienceSeconds" | "settleSeconds">> {}

async function play(options: Play = {}) {
  const clock = new ManualClock(start);
  const api = createFakeApi({ clock, ...options });
  const client = (retries: number) =>
    createJobClient({ url: api.url, fetch: api.fetch, clock, retries, random: () => 0.5 });
  const running = runLoad({
    sender: client(0),
    watcher: client(6),
    requests: plan(20),
    fleetFile: undefined,
    sockets: 100,
    patienceSeconds: 60,
    settleSeconds: 10,
    clock,
    signal: new AbortController().signal,
    ...options,
  });
  let summary: LoadSummary | undefined;
  const done = running.then((record) => {
    summary = summarizeLoad(record);
    return record;
  });
  for (let seconds = 0; summary === undefined && seconds < 1_000; seconds++) await clock.advance(1_000);
  const record = await done;
  return { summary: summary as unknown as LoadSummary, record, api };
}

describe("a load", () => {
  it("sends what was planned when it was planned, and sees every job end", async () => {
    const { summary, api } = await play({ waitMilliseconds: 2_000, runMilliseconds: 500 });

    expect(summary).toMatchObject({
      planned: 20,
      accepted: 20,
      refused: 0,
      finished: 20,
      states: { succeeded: 20 },
      ok: true,
    });
    expect(summary).toMatchObject({
      isPlanKept: true,
      lateness: { most: 0 },
      drainSeconds: 2.5,
      waitBeforeStart: { p50: 2 },
      total: { p99: 2.5 },
    });
    const sent = api.calls.filter(({ call }) => call === "POST /jobs").map(({ at }) => at - start);
    expect(sent).toEqual(plan(20).map(({ atSeconds }) => atSeconds * 1000));
  });

  it("is not slowed by slow answers", async () => {
    const { summary, api } = await play({ answerMilliseconds: 5_000 });

    const sent = api.calls.filter(({ call }) => call === "POST /jobs").map(({ at }) => at - start);
    expect(sent.at(-1)).toBe(1_900);
    expect(summary.post).toEqual({ p50: 5, p95: 5, p99: 5 });
    expect(summary.lateness?.most).toBe(0);
  });

  it("that finds no free socket is late, and warns", async () => {
    const { summary } = await play({ answerMilliseconds: 5_000, sockets: 10 });

    expect(summary.isPlanKept).toBe(false);
    expect(summary.lateness?.most).toBe(4);
    expect(formatSummary(summary)).toContain(
      "WARNING: this machine could not keep the plan; the latest request left 4.00 s after",
    );
  });

  it.each([
    ["forgotten", "unknown to the API"],
    ["stuck", "queued after 0 attempts"],
  ] as const)("finds a job that was accepted and then %s", async (fault, last) => {
    const { summary, api } = await play({ fault: (index) => (index === 7 ? fault : undefined) });

    const jobId = [...api.jobs.keys()][7];
    expect(summary).toMatchObject({ accepted: 20, finished: 19, lost: [{ jobId, last }], ok: false });
    expect(formatSummary(summary)).toContain(`LOST: ${jobId}: ${last}`);
  });

  it("finds a job that ends a second time before the second look", async () => {
    const { summary, api } = await play({
      fault: (index) => (index === 3 ? { finishesAgainAfter: 3_500 } : undefined),
    });

    expect(summary.doubled).toMatchObject([{ jobId: [...api.jobs.keys()][3] }]);
    expect(summary).toMatchObject({ finished: 20, lost: [], ok: false });
    expect(formatSummary(summary)).toContain(
      "succeeded after 1 attempts at 2026-01-01T00:00:00.300Z, then succeeded after 2 attempts",
    );
  });

  it("finds it among hundreds, where ends are compared by pages", async () => {
    const { summary } = await play({
      requests: plan(400, 400),
      fault: (index) => (index === 3 ? { finishesAgainAfter: 2_000 } : undefined),
    });

    expect(summary.doubled).toHaveLength(1);
  });

  it("counts what was refused apart, with the reasons", async () => {
    const busy = { status: 503, body: { type: "urn:x", title: "Service Unavailable", status: 503, detail: "busy" } };
    const { summary } = await play({
      intercept: (call, index) => (call === "POST /jobs" && index % 4 === 0 ? busy : undefined),
    });

    expect(summary).toMatchObject({
      accepted: 15,
      refused: 5,
      reasons: { "503 Service Unavailable": 5 },
      finished: 15,
      ok: true,
    });
  });

  it("of which nothing was accepted has no verdict", async () => {
    const intercept = (call: string) => (call === "POST /jobs" ? { status: 400 } : undefined);

    const { summary } = await play({ intercept });

    expect(summary).toMatchObject({ accepted: 0, refused: 20, lost: [], ok: false, drainSeconds: undefined });
    expect(formatSummary(summary)).toContain("NO VERDICT: no job was accepted");
    expect(formatSummary(summary)).not.toContain("No accepted job was lost");
  });

  it("counts what got no answer as unanswered: nobody knows whether it was kept", async () => {
    const intercept = (call: string, index: number) => {
      if (call === "POST /jobs" && index === 2) throw new Error("socket hang up");
      return undefined;
    };

    const { summary } = await play({ intercept });

    expect(summary).toMatchObject({
      accepted: 19,
      unanswered: 1,
      refused: 0,
      reasons: { "socket hang up": 1 },
      ok: true,
    });
  });

  it("follows thousands by pages of a hundred, not one by one", async () => {
    const { summary, record } = await play({ requests: plan(5_000, 1_000, 100), waitMilliseconds: 10_000 });

    expect(summary).toMatchObject({ accepted: 5_000, finished: 5_000, ok: true });
    expect(record.followed.requests).toBeLessThan(1_000);
  });

  it("asks one by one for what lists do not show", async () => {
    const { summary } = await play({
      requests: plan(300, 300),
      fault: (index) => (index % 100 === 0 ? "hidden from lists" : undefined),
    });

    expect(summary).toMatchObject({ finished: 300, ok: true });
  });
});
