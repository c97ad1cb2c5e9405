import type { JobView } from "../../contract/http.ts";
import { ManualClock } from "../../runtime/clock.ts";
import { createJobClient } from "../job-client.ts";
import { createScriptedApi, type Reply } from "./scripted-api.ts";

export const problem = { type: "urn:sluice:problem:busy", title: "Busy", status: 503, detail: "come again" };
export const view: JobView = {
  jobId: "one",
  type: "echo",
  state: "queued",
  attempts: 0,
  maxAttempts: 3,
  createdAt: "2026-01-01T00:00:00.000Z",
};

export function connect(replies: (Reply | Error)[], retries = 6) {
  const clock = new ManualClock();
  const api = createScriptedApi(replies, clock);
  const client = createJobClient({ url: "http://api.test/", fetch: api.fetch, clock, retries, random: () => 0.5 });
  return { client, api, clock };
}

/** Advances the clock until the promise settles. */
export async function within<Value>(clock: ManualClock, promise: Promise<Value>): Promise<Value> {
  let isSettled = false;
  const settle = () => {
    isSettled = true;
  };
  promise.then(settle, settle);
  for (let turn = 0; !isSettled && turn < 2_000; turn++) await clock.advance(100);
  return promise;
}

export const accepted = { status: 202, body: { accepted: true, jobId: "one" } };
