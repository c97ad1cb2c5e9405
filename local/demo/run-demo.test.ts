import { describe, expect, it } from "vitest";
import type { JobView } from "../../contract/http.ts";
import { countIndependently } from "./independent-count.ts";
import { type DemoOptions, type DemoProgress, runDemo } from "./run-demo.ts";
import { type FakeApiOptions, startFakeApi } from "./testing/fake-api.ts";
import { createHastyClock } from "./testing/hasty-clock.ts";
import { createSampleFolder } from "./testing/sample-folder.ts";

const large = "Many words, also don't and 🙂. ".repeat(3_000);
const files = {
  "node_modules/a/README.md": "# Hello 🙂\r\nIt's the text; it’s small.\r\n",
  "node_modules/a/LICENSE": "",
  "node_modules/b/README": large,
  "node_modules/b/NOTICE": Buffer.from([0x50, 0x4b, 0xff, 0xfe]),
  "node_modules/@c/d/COPYING": "\ufeffnul \0 within",
};

function count(bytes: Uint8Array): Pick<JobView, "state" | "result" | "error"> {
  const counts = countIndependently(bytes);
  if (counts === undefined) return { state: "failed", error: { code: "not-text", message: "no UTF-8" } };
  const sorted = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  const words = sorted.reduce((sum, [, times]) => sum + times, 0);
  const top = sorted.slice(0, 20);
  return { state: "succeeded", result: { words, distinctWords: counts.size, top, counts: Object.fromEntries(counts) } };
}

async function play(
  options: Partial<FakeApiOptions> &
    Partial<Pick<DemoOptions, "slowJobs" | "signal">> & { files?: Record<string, string | Uint8Array> } = {},
) {
  await using folder = await createSampleFolder(options.files ?? files);
  await using api = await startFakeApi({ finish: count, ...options });
  const written: string[] = [];
  const progress: DemoProgress[] = [];
  const outcome = await runDemo({
    apiUrl: api.url,
    root: folder.path,
    slowJobs: options.slowJobs ?? { count: 0, milliseconds: 0 },
    clock: createHastyClock(),
    write: (text) => written.push(text),
    onProgress: (it) => progress.push(it),
    ...(options.signal ? { signal: options.signal } : {}),
  });
  return { outcome, text: written.join("\n"), progress, jobs: [...api.jobs.values()], calls: api.calls };
}

describe("the demo", () => {
  it("finds every count right, and bytes that are no text refused", async () => {
    const { outcome, text } = await play();

    expect(outcome).toEqual({ ok: true, problems: [] });
    expect(text).toContain("5 texts (0.1 MB), 2 of them by upload, 2 not counted, because their jobs failed");
  });

  it("sends the slow jobs first, and says which of them did not succeed", async () => {
    const finish = (bytes: Uint8Array, jobId: string) =>
      jobId === "slow-0002" ? { state: "failed" as const, error: { code: "timeout", message: "late" } } : count(bytes);

    const { outcome, jobs } = await play({ slowJobs: { count: 3, milliseconds: 1_500 }, finish });

    const first = jobs.slice(0, 3).toSorted((a, b) => (a.jobId < b.jobId ? -1 : 1));
    expect(first.map(({ jobId }) => jobId)).toEqual(["slow-0001", "slow-0002", "slow-0003"]);
    expect(first[0]).toMatchObject({ type: "echo", payload: { sleepMs: 1_500 } });
    expect(outcome.problems).toEqual(["slow-0002: expected succeeded; came failed (timeout)"]);
  });

  it("sends small texts in the request; large ones, and what JSON cannot carry, by upload", async () => {
    const { jobs } = await play();

    expect(jobs.toSorted((a, b) => (a.jobId < b.jobId ? -1 : 1))).toMatchObject([
      { jobId: "text-0001", type: "word-frequency", payload: { text: files["node_modules/@c/d/COPYING"] } },
      { jobId: "text-0002", payload: { text: "" } },
      { jobId: "text-0003", payload: { text: files["node_modules/a/README.md"] } },
      { jobId: "text-0004", payload: { objectKey: expect.any(String) } },
      { jobId: "text-0005", payload: { objectKey: expect.any(String) } },
    ]);
  });

  it("says how far it is", async () => {
    const { progress } = await play();

    expect(progress).toHaveLength(10);
    expect(progress[0]).toEqual({ texts: 5, sent: 1, finished: 0 });
    expect(progress.at(-1)).toEqual({ texts: 5, sent: 5, finished: 5 });
  });

  it("goes on through an API that is overloaded now and then", async () => {
    let calls = 0;

    const { outcome } = await play({ intercept: () => (calls++ % 3 === 0 ? { status: 503 } : undefined) });

    expect(outcome).toEqual({ ok: true, problems: [] });
  });

  it("names each text that was counted wrongly, once", async () => {
    const { outcome, text } = await play({
      finish: (bytes) => (bytes.length === 0 ? count(Buffer.from("two words")) : count(bytes)),
    });

    expect(outcome).toEqual({
      ok: false,
      problems: ["node_modules/a/LICENSE: words: expected 0; came 2 (and 5 more differences)"],
    });
    expect(text).toContain('count of "two"');
  });

  it("stops at a refusal and tells it", async () => {
    const refusal = { status: 400, body: { type: "urn:x", title: "No", status: 400, detail: "no such type" } };

    const { outcome } = await play({ intercept: (call) => (call === "POST /jobs" ? refusal : undefined) });

    expect(outcome.ok).toBe(false);
    expect(outcome.problems).toEqual([expect.stringContaining("came 400: no such type")]);
  });

  it("gives up when no job finishes for two minutes", async () => {
    const { outcome } = await play({ finish: () => ({ state: "running" }) });

    expect(outcome.problems).toEqual([
      expect.stringContaining("within 120 s; none did. 5 jobs are unfinished, among them text-0001, which is running"),
    ]);
  });

  it("is not fine without texts", async () => {
    const { outcome } = await play({ files: { "node_modules/a/index.js": "" } });

    expect(outcome).toEqual({ ok: false, problems: [expect.stringContaining("there are none")] });
  });

  it("ends soon when it is stopped", async () => {
    const stopping = new AbortController();
    const intercept = (call: string) => {
      if (call.startsWith("GET /jobs/")) stopping.abort("SIGINT");
      return undefined;
    };

    const { outcome, calls } = await play({ intercept, signal: stopping.signal });

    expect(outcome).toEqual({ ok: false, problems: ["The demo was interrupted."] });
    expect(calls.filter((call) => call.startsWith("GET")).length).toBeLessThanOrEqual(5);
  });
});
