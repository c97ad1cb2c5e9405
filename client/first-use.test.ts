import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import type { JobView } from "../contract/http.ts";
import { ManualClock } from "../runtime/clock.ts";
import { createJobClient } from "./job-client.ts";
import { createScriptedApi } from "./testing/scripted-api.ts";

const createdAt = "2026-01-01T00:00:00.000Z";
const done: JobView = {
  jobId: "one",
  type: "echo",
  state: "succeeded",
  attempts: 1,
  maxAttempts: 3,
  createdAt,
  finishedAt: createdAt,
  result: { echo: { hello: "world" } },
};

it("runs the example of README.md", async () => {
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  const example = /```ts\n(const jobs = createJobClient[^`]*)```/.exec(readme)?.[1] ?? "";
  const clock = new ManualClock();
  const accepted = { status: 202, body: { accepted: true, jobId: "one" } };
  const { fetch, calls } = createScriptedApi([accepted, { status: 200, body: done }], clock);
  const create = ({ url }: { url: string }) => createJobClient({ url, fetch, clock });

  const run = new Function("createJobClient", "url", `return (async () => { ${example} return job; })()`);
  const job: unknown = await run(create, "http://api.test");

  expect(job).toEqual(done);
  expect(calls.map(({ call }) => call)).toEqual(["POST /jobs", "GET /jobs/one?wait=20"]);
});

it.each(["", "not a url", "api.example.com", "file:///jobs"])("refuses the URL %j", (url) => {
  expect(() => createJobClient({ url })).toThrow(`such as https://api.example.com; came "${url}"`);
});
