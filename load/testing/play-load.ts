import { createJobClient } from "../../client/job-client.ts";
import { ManualClock } from "../../runtime/clock.ts";
import { formatSummary } from "../format-summary.ts";
import { judgeLoad, type Limits } from "../judge-load.ts";
import type { PlannedRequest } from "../plan.ts";
import { type RunOptions, runLoad } from "../run-load.ts";
import { summarizeLoad } from "../summarize-load.ts";
import { createFakeApi, type FakeApiOptions } from "./fake-api.ts";

export const start = Date.parse("2026-01-01T00:00:00Z");

/** Plans `count` jobs, `perSecond` per second and `batch` per request. */
export function plan(count: number, perSecond = 10, batch = 1): PlannedRequest[] {
  return Array.from({ length: count / batch }, (_, index) => ({
    atSeconds: (index * batch) / perSecond,
    jobs: Array.from({ length: batch }, () => ({ type: "echo", payload: {} })),
  }));
}

export interface Play
  extends Omit<FakeApiOptions, "clock">,
    Partial<Pick<RunOptions, "requests" | "sockets" | "patienceSeconds" | "settleSeconds">> {
  limits?: Partial<Limits>;
}

/** Runs a load against the API in memory, on a manual clock. */
export async function playLoad(options: Play = {}) {
  const clock = new ManualClock(start);
  const api = createFakeApi({ clock, ...options });
  const client = (retries: number) =>
    createJobClient({ url: api.url, fetch: api.fetch, clock, retries, random: () => 0.5 });
  let isDone = false;
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
  }).finally(() => {
    isDone = true;
  });
  for (let seconds = 0; !isDone && seconds < 1_000; seconds++) await clock.advance(1_000);
  const record = await running;
  const summary = summarizeLoad(record);
  const verdict = judgeLoad(summary, { refusedPercent: 0, unansweredPercent: 0, failedPercent: 0, ...options.limits });
  return { summary, verdict, text: formatSummary(summary, verdict), record, api };
}
