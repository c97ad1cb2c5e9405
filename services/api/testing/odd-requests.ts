import fc from "fast-check";
import { limits } from "../../../contract/limits.ts";
import type { RouteKey } from "../../../contract/routes.ts";

/** A valid or invalid request. */
export interface OddRequest {
  route: RouteKey;
  caller: "alice" | "mallory";
  path: Record<string, string>;
  query: Record<string, string>;
  headers: Record<string, string>;
  /** The body's text. */
  text: string | undefined;
}

const oddText = fc.oneof(
  fc.constantFrom(
    "",
    " ",
    "null",
    "__proto__",
    "constructor",
    "a/b",
    "../x",
    "ä",
    "🦆",
    "\ud800",
    "\0",
    "%zz",
    "x".repeat(300),
  ),
  fc.string({ unit: "binary", maxLength: 20 }),
);

const oddValue = fc.oneof(
  fc.constantFrom<unknown>(undefined, null, true, 0, -1, 1e308, "", [], {}, [[]], "x".repeat(20_000)),
  oddText,
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom(...[50, 97, 98, 99, 100, 101, 300].map(nest)),
);

/** Nested arrays, up to the limit and beyond it. */
function nest(depth: number): unknown {
  return JSON.parse("[".repeat(depth) + "]".repeat(depth));
}

/** Mostly a valid value, so that most requests have one mistake at a time. */
function mostly<Value>(right: fc.Arbitrary<Value>): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 8, arbitrary: right }, { weight: 1, arbitrary: oddValue });
}

const jobId = fc.integer({ min: 0, max: 20 }).map((number) => `job-${number}`);
const existing = fc.constantFrom("alice-queued", "alice-running", "alice-succeeded", "alice-large", "alice-failed");

const payload = fc.oneof(
  fc.constantFrom<unknown>({ hello: "world" }, 1, null, { sleepMs: 5 }, { text: "to be", top: 3 }),
  fc.jsonValue({ maxDepth: 3 }),
  oddValue,
);

const job = fc.record(
  {
    payload: mostly(payload),
    type: mostly(fc.constantFrom("echo", "word-frequency")),
    jobId: mostly(jobId),
    payloadKey: mostly(fc.constantFrom("uploads/alice/1", "uploads/alice/no-json", "uploads/mallory/1")),
    fifo: fc.boolean(),
    groupId: mostly(fc.constantFrom("a", "b")),
    __proto__: oddValue,
    priority: oddValue,
  },
  { requiredKeys: [], noNullPrototype: true },
);
const sound = fc.record({ payload, jobId }, { requiredKeys: ["payload"] });
const anyJob = fc.oneof(
  { weight: 3, arbitrary: sound },
  { weight: 2, arbitrary: job },
  { weight: 1, arbitrary: oddValue },
);

/** Bodies above the limit in bytes, with one-byte and two-byte characters. */
const tooLarge = fc.constantFrom(
  toText({ payload: "x".repeat(limits.requestBytes) }),
  toText({ payload: "ä".repeat(limits.requestBytes / 2) }),
  " ".repeat(limits.requestBytes + 1),
);

/** Many mistakes in few bytes, and long names that grow when they are escaped. */
const manyMistakes = fc.constantFrom(
  toText({ payload: 1, ...unknownFields(30_000, "field") }),
  toText({ payload: { fail: unknownFields(20_000, "\u0001".repeat(10)) } }),
  toText({ jobs: Array(100).fill({ payload: 1, ...unknownFields(15, "\u0001".repeat(190)) }) }),
  toText({ jobs: Array(100).fill({ payload: 1, ...unknownFields(150, "") }) }),
  toText({ jobs: Array(100).fill({ payload: { fail: unknownFields(20, "中".repeat(200)) }, type: "🦆".repeat(40) }) }),
  `{"payload":[${Array(100_000).fill("1e400").join(",")}]}`,
  `{${Array(50_000).fill('"a":1').join(",")}}`,
);

function unknownFields(count: number, name: string): Record<string, unknown> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`${name}${index}`, "\u0001".repeat(20)]));
}

const upload = fc.record(
  {
    bytes: mostly(fc.integer({ min: 1, max: 1_000 })),
    contentType: mostly(fc.constantFrom("text/plain", "text/plain; charset=utf-8")),
  },
  { requiredKeys: ["bytes"] },
);

const schedule = fc.record(
  {
    cron: mostly(
      fc.constantFrom("*/5 * * * *", "0 9 L * MON-FRI", "0 0 31 2 *", "61 * * * *", "@daily", "* * * * * *"),
    ),
    everyMinutes: fc.oneof(fc.constant(undefined), oddValue),
    timeZone: fc.oneof(fc.constantFrom("UTC", "Europe/Berlin", "Mars/Olympus", "+01:00"), oddValue),
    job: mostly(fc.oneof(sound, anyJob)),
    paused: mostly(fc.boolean()),
    missed: mostly(fc.constantFrom("skip", "runOnce")),
    overlap: mostly(fc.constantFrom("allow", "skip")),
  },
  { requiredKeys: ["job"], noNullPrototype: true },
);
const soundSchedule = fc.record({ everyMinutes: fc.integer({ min: 1, max: 500_000 }), job: fc.record({ payload }) });

const body = fc.oneof(
  { weight: 3, arbitrary: fc.oneof(schedule, soundSchedule).map(toText) },
  { weight: 2, arbitrary: upload.map(toText) },
  { weight: 8, arbitrary: anyJob.map(toText) },
  { weight: 4, arbitrary: fc.array(anyJob, { maxLength: 4 }).map((jobs) => toText({ jobs })) },
  { weight: 1, arbitrary: mostly(fc.array(anyJob, { maxLength: 2 })).map((jobs) => toText({ jobs, more: 1 })) },
  {
    weight: 1,
    arbitrary: fc.oneof(
      { weight: 45, arbitrary: oddText },
      { weight: 4, arbitrary: tooLarge },
      { weight: 1, arbitrary: manyMistakes },
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom("{", '{"payload":1,"payload":2}', "[".repeat(10_000), '{"__proto__":{"payload":1}}'),
  },
);

function toText(value: unknown): string {
  return JSON.stringify(value) ?? "";
}

const names = fc.constantFrom(
  "content-type",
  "idempotency-key",
  "traceparent",
  "x-amzn-trace-id",
  "content-length",
  "host",
);
const headers = fc.oneof(
  { weight: 4, arbitrary: fc.constant({}) },
  { weight: 1, arbitrary: jobId.map((key) => ({ "idempotency-key": key })) },
  { weight: 1, arbitrary: fc.dictionary(names, oddText, { maxKeys: 2, noNullPrototype: true }) },
);

const cursor = fc.constantFrom(
  "the latest",
  "the latest, changed",
  "",
  "AAAA",
  "bm9uc2Vuc2U=",
  "AAAAAAAAAAAAAAAAAAAAAAAA",
);
const query = fc.oneof(
  { weight: 2, arbitrary: fc.constant({}) },
  {
    weight: 4,
    arbitrary: fc.record(
      {
        limit: fc.oneof(fc.constantFrom("1", "2", "100", "0", "101", "1.5", "1e2", "-1", "1,2"), oddText),
        state: fc.constantFrom("queued", "succeeded", "nowhere"),
        type: fc.constantFrom("echo", "word-frequency", "nothing"),
        cursor: fc.oneof(cursor, oddText),
        wait: fc.constantFrom("0", "1", "21", "-1", "soon", ""),
      },
      { requiredKeys: [], noNullPrototype: true },
    ),
  },
  { weight: 1, arbitrary: fc.dictionary(oddText, oddText, { maxKeys: 2, noNullPrototype: true }) },
);

/** A request for any route. */
export const oddRequest: fc.Arbitrary<OddRequest> = fc.record({
  route: fc.constantFrom<RouteKey>(
    "POST /jobs",
    "POST /jobs",
    "POST /jobs/batch",
    "GET /jobs",
    "GET /jobs/{jobId}",
    "GET /jobs/{jobId}/result",
    "DELETE /jobs/{jobId}",
    "POST /jobs/{jobId}/retry",
    "POST /uploads",
    "PUT /schedules/{scheduleId}",
    "GET /schedules/{scheduleId}",
    "DELETE /schedules/{scheduleId}",
    "GET /schedules",
  ),
  caller: fc.constantFrom("alice", "mallory"),
  path: fc.oneof(jobId, existing, oddText).map((id) => ({ jobId: id, scheduleId: id })),
  query,
  headers,
  text: fc.option(body, { nil: undefined, freq: 20 }),
}) as fc.Arbitrary<OddRequest>;
