import { pino } from "pino";
import { beforeEach, describe, expect, it } from "vitest";
import type { TraceContext } from "../../runtime/tracing/trace-context.ts";
import type { Annotations, SpanFailure } from "../../runtime/tracing/tracer.ts";
import { runningJob, sampleJob } from "../jobs/testing/sample-job.ts";
import { processMessage } from "./process-message.ts";
import { createWorld, drainSignals, lease, type World } from "./testing/worker-world.ts";

interface SpanSeen {
  parent: TraceContext | undefined;
  annotations: Annotations;
  failure?: SpanFailure | undefined;
  isOver: boolean;
}

const traceparent = "00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01";
const parent = { traceId: "5759e988bd862e3fe1be46a994272793", parentId: "53995c3f42cd8ad8", isSampled: true };

let world: World;
let spans: SpanSeen[];
beforeEach(() => {
  world = createWorld();
  spans = [];
  world.deps.tracer = {
    begin(from, annotations) {
      const seen: SpanSeen = { parent: from, annotations, isOver: false };
      spans.push(seen);
      return {
        end: (more, failure) =>
          void Object.assign(seen, { annotations: { ...annotations, ...more }, failure, isOver: true }),
      };
    },
    close: async () => {},
  };
});

async function work(drain = drainSignals()): Promise<{ over: Promise<void> }> {
  const over = processMessage(world.deps, await world.receive(), drain.signals);
  await world.clock.advance(0);
  return { over };
}

describe("an attempt's span", () => {
  it("is in the request's trace, with job, attempt and wait", async () => {
    await world.submit({ traceparent });
    await world.clock.advance(3_000);

    const { over } = await work();
    const isOpenWhileRunning = spans[0]?.isOver === false;
    world.runners.latest().succeed();
    await over;

    expect(isOpenWhileRunning).toBe(true);
    expect(spans).toEqual([
      {
        parent,
        annotations: { jobId: "job-1", type: "echo", attempt: 1, waitedMilliseconds: 3_000, outcome: "succeeded" },
        failure: undefined,
        isOver: true,
      },
    ]);
  });

  it("names the trace of the caller, and is not in it", async () => {
    const callerTraceId = "4bf92f3577b34da6a3ce929d0e0e4736";
    await world.submit({ traceparent, callerTraceId });

    const { over } = await work();
    world.runners.latest().succeed();
    await over;

    expect(spans).toMatchObject([{ parent, annotations: { callerTraceId } }]);
  });

  it.each([
    ["a fault if another attempt may succeed", false, { name: "flaky", kind: "fault" }],
    ["an error if the failure is final", true, { name: "flaky", kind: "error" }],
  ])("has %s", async (_case, isFinal, failure) => {
    await world.submit({ traceparent });

    const { over } = await work();
    world.runners.latest().fail("flaky", { isFinal, message: "the user's secret" });
    await over;

    expect(spans).toMatchObject([{ failure, annotations: { outcome: "failed" } }]);
    expect(JSON.stringify(spans)).not.toContain("secret");
  });

  it("has the same parent in the next attempt, from the record", async () => {
    await world.submit({ traceparent });
    const first = await work();
    world.runners.latest().fail("flaky");
    await first.over;
    world.queue.clear();
    await world.queue.send({ owner: "alice", jobId: "job-1" }, 0);

    await world.clock.advance(60_000);
    const second = await work();
    world.runners.latest().succeed();
    await second.over;

    expect(spans).toMatchObject([
      { parent, annotations: { attempt: 1 } },
      { parent, annotations: { attempt: 2 } },
    ]);
  });

  it("is in the message's trace if older code wrote the record without one", async () => {
    await world.store.create(sampleJob({ stateSince: world.clock.now() }));
    await world.queue.send({ owner: "alice", jobId: "job-1", traceparent }, 0);

    const { over } = await work();
    world.runners.latest().succeed();
    await over;

    expect(spans).toMatchObject([{ parent }]);
  });

  it("has the loss of the lease, and the wait since the previous lease ended", async () => {
    await world.submit(runningJob(world.clock.now() - 700, { traceparent }));
    const { over } = await work();

    const before = world.job();
    await world.store.replace({ ...before, version: before.version + 1, lease: { token: "x", until: 1e12 } }, before);
    await world.clock.advance(lease);
    await over;

    expect(spans).toMatchObject([
      { failure: { name: "lost", kind: "fault" }, annotations: { outcome: "lost", waitedMilliseconds: 700 } },
    ]);
  });

  it("is no failure if the job is handed back", async () => {
    const drain = drainSignals();
    await world.submit({ traceparent });
    const { over } = await work(drain);

    drain.beginHandBack();
    await world.clock.advance(lease);
    await over;

    expect(spans).toMatchObject([{ failure: undefined, annotations: { outcome: "handed-back" } }]);
  });

  it("ends even if the job's end cannot be written", async () => {
    await world.submit({ traceparent });
    const { over } = await work();

    world.effects.outage("store.replace");
    world.runners.latest().succeed();
    await world.clock.advance(2 * lease);
    await over;

    expect(spans).toMatchObject([{ isOver: true, failure: { kind: "fault" } }]);
  });
});

describe("the log lines about a message", () => {
  it("have the trace id even if only the record has it", async () => {
    const lines: string[] = [];
    world.deps.log = pino({}, { write: (line: string) => void lines.push(line) });
    await world.store.create(sampleJob({ stateSince: world.clock.now(), traceparent }));
    await world.queue.send({ owner: "alice", jobId: "job-1" }, 0);

    const { over } = await work();
    world.runners.latest().succeed();
    await over;

    expect(lines.find((line) => line.includes("attempt ended"))).toContain("1-5759e988-bd862e3fe1be46a994272793");
  });

  it("have the trace id once", async () => {
    const lines: string[] = [];
    world.deps.log = pino({}, { write: (line: string) => void lines.push(line) });
    await world.submit({ traceparent });

    const { over } = await work();
    world.runners.latest().succeed();
    await over;

    expect(lines).not.toEqual([]);
    for (const line of lines) expect(line.split("1-5759e988-bd862e3fe1be46a994272793")).toHaveLength(2);
  });
});
