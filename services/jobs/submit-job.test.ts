import { describe, expect, it } from "vitest";
import { ManualClock } from "../../runtime/clock.ts";
import { hashRequest } from "./request-hash.ts";
import { asPayload, type SubmitRequest, submitJob } from "./submit-job.ts";
import { MemoryQueue } from "./testing/memory-queue.ts";
import { createMemoryStore } from "./testing/memory-store.ts";
import { runningJob } from "./testing/sample-job.ts";

const request: SubmitRequest = { owner: "alice", jobId: "job-1", type: "echo", payload: asPayload({ a: 1, b: [2] }) };

function prepare() {
  const clock = new ManualClock(5_000);
  const store = createMemoryStore({ clock, retentionDays: 1 });
  const queue = new MemoryQueue({ clock, visibilityMilliseconds: 30_000, maxReceiveCount: 5 });
  const artifacts = { keepPayload: async () => ({ json: '"kept"' }) };
  return { store, queue, clock, deps: { store, sendMessage: queue.send, artifacts, clock, maxAttempts: 3 } };
}

describe("submitting a job", () => {
  it("keeps the job and sends its message", async () => {
    const { deps, store, queue } = prepare();

    const answer = await submitJob(deps, request);

    expect(answer).toEqual({ jobId: "job-1", isNew: true, isDue: true });
    expect(store.jobs()).toMatchObject([
      { ...request, payload: { json: '"kept"' }, state: "queued", stateSince: 5_000, attempts: 0, maxAttempts: 3 },
    ]);
    expect(await queue.receiveNow(10)).toMatchObject([{ content: { owner: "alice", jobId: "job-1" } }]);
  });

  it("keeps first the payload, then the record, and sends the message last", async () => {
    const { deps, store } = prepare();
    const steps: string[] = [];
    const note = <Value>(step: string, value: Value) => {
      steps.push(step);
      return value;
    };

    await submitJob(
      {
        ...deps,
        sendMessage: async () => note("message", undefined),
        artifacts: { keepPayload: async () => note("payload", { json: "null" }) },
        store: { ...store, create: async () => note("record", { created: true }) },
      },
      request,
    );

    expect(steps).toEqual(["payload", "record", "message"]);
  });

  it("keeps the request's trace in the record and in the message, and a repetition's in neither", async () => {
    const { deps, store, queue } = prepare();

    await submitJob(deps, { ...request, traceparent: "first", callerTraceId: "mine" });
    await submitJob(deps, { ...request, traceparent: "second", callerTraceId: "another" });

    expect(store.jobs()).toMatchObject([{ traceparent: "first", callerTraceId: "mine" }]);
    expect((await queue.receiveNow(10)).map(({ content }) => content?.traceparent)).toEqual(["first", "first"]);
  });

  it("makes one job of ten calls at once", async () => {
    const { deps, store } = prepare();

    const answers = await Promise.all(Array.from({ length: 10 }, () => submitJob(deps, request)));

    expect(answers).toEqual(Array(10).fill(expect.objectContaining({ jobId: "job-1" })));
    expect(answers.filter(({ isNew }) => isNew)).toHaveLength(1);
    expect(store.jobs()).toHaveLength(1);
  });

  it("refuses another request under the same id", async () => {
    const { deps, store } = prepare();
    await submitJob(deps, request);

    const other = submitJob(deps, { ...request, payload: asPayload({ a: 2 }) });

    await expect(other).rejects.toMatchObject({ code: "conflict", details: { owner: "alice", jobId: "job-1" } });
    expect(store.jobs()).toMatchObject([
      { requestHash: hashRequest({ type: "echo", payload: request.payload.value }) },
    ]);
  });

  it("takes the same id of another owner for another job", async () => {
    const { deps, store } = prepare();
    await submitJob(deps, request);

    await submitJob(deps, { ...request, owner: "bob", payload: asPayload({}) });

    expect(store.jobs()).toHaveLength(2);
  });

  it("fails when the message cannot be sent, and a repetition heals it", async () => {
    const { deps, queue } = prepare();
    const sendMessage = () => Promise.reject(new Error("no queue"));
    await expect(submitJob({ ...deps, sendMessage }, request)).rejects.toThrow("no queue");

    await submitJob(deps, request);

    expect(queue.counts().visible).toBe(1);
  });

  it("sends no further message once the job has begun", async () => {
    const { deps, store, queue } = prepare();
    const requestHash = hashRequest({ type: request.type, payload: request.payload.value });
    await store.create(runningJob(9_000, { ...request, payload: { json: '"kept"' }, requestHash }));

    await submitJob(deps, request);

    expect(queue.counts()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  });

  it("lets the message of a job that waits for its next attempt wait as well", async () => {
    const { deps, store, queue } = prepare();
    await submitJob(deps, request);
    const [job] = store.jobs();
    if (job) await store.replace({ ...job, version: job.version + 1, stateSince: 65_000 }, job);
    queue.clear();

    await submitJob(deps, request);

    expect(queue.counts()).toEqual({ visible: 0, inFlight: 0, delayed: 1 });
  });
});

describe("the hash of a request", () => {
  it("does not depend on the order of members", () => {
    const one = hashRequest({ type: "echo", payload: { a: 1, b: { c: [1, 2], d: null } } });
    const other = hashRequest({ type: "echo", payload: { b: { d: null, c: [1, 2] }, a: 1 } });

    expect(one).toBe(other);
  });

  it.each([
    [{ a: [1, 2] }, { a: [2, 1] }],
    [{ a: "1" }, { a: 1 }],
    [{ a: null }, {}],
    [JSON.parse('{"__proto__": 1}'), {}],
    [["a,b"], ["a", "b"]],
  ])("tells %j from %j", (one, other) => {
    expect(hashRequest({ type: "echo", payload: one })).not.toBe(hashRequest({ type: "echo", payload: other }));
  });

  it.each([
    ["a number", 1, "91d035d4545bcf95fd5498381925d6afda3d1e71db906d07de06ad3a6c57c969"],
    [
      "an object",
      { b: [1, {}], a: "x\ud800🦆", 10: null, "": [] },
      "f7b30e6ba34831043b0635b5aeeb3f4799ed8c03dd359a389a738a6913b7b8d6",
    ],
    [
      "a list of more than one block",
      Array.from({ length: 100_000 }, (_, n) => ({ [`k${n}`]: n, a: [n] })),
      "492d10ad54a9d2b373b4f4105071ab42c2fb59940bf6e5d75dac7ae43cad03b7",
    ],
  ])("of %s stays the same from version to version", (_case, payload, hash) => {
    expect(hashRequest({ type: "echo", payload })).toBe(hash);
  });

  it("tells types apart", () => {
    expect(hashRequest({ type: "echo", payload: 1 })).not.toBe(hashRequest({ type: "word-frequency", payload: 1 }));
  });
});
