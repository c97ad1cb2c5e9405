import { describe, expect, it } from "vitest";
import { ManualClock } from "../clock.ts";
import { silentLog } from "../log.ts";
import { createXrayTracer } from "./xray-tracer.ts";

const parent = { traceId: "5759e988bd862e3fe1be46a994272793", parentId: "53995c3f42cd8ad8", isSampled: true };

function prepare() {
  const clock = new ManualClock(1_480_615_200_010);
  const documents: string[] = [];
  const client = {
    send: async (command: { input: { TraceSegmentDocuments?: string[] } }) => {
      documents.push(...(command.input.TraceSegmentDocuments ?? []));
      return { $metadata: {}, UnprocessedTraceSegments: [] };
    },
  };
  const tracer = createXrayTracer({ client: client as never, name: "sluice-worker", clock, log: silentLog });
  return { clock, documents, tracer };
}

describe("a span", () => {
  it("becomes an X-Ray segment", async () => {
    const { clock, documents, tracer } = prepare();

    const span = tracer.begin(parent, { jobId: "order-1", attempt: 2 });
    await clock.advance(1_500);
    span.end({ ending: "succeeded" });
    await tracer.close(1_000);

    const [document = ""] = documents;
    const { id, ...rest } = JSON.parse(document);
    expect(id).toMatch(/^[0-9a-f]{16}$/);
    expect(rest).toEqual({
      name: "sluice-worker",
      trace_id: "1-5759e988-bd862e3fe1be46a994272793",
      parent_id: "53995c3f42cd8ad8",
      start_time: 1480615200.01,
      end_time: 1480615201.51,
      annotations: { jobId: "order-1", attempt: 2, ending: "succeeded" },
    });
  });

  it.each(["error", "fault"] as const)("says that and how it failed, as %s", async (kind) => {
    const { documents, tracer } = prepare();

    tracer.begin(parent, {}).end({}, { name: "not-text", kind });
    await tracer.close(1_000);

    const { id, [kind]: flag, cause, annotations } = JSON.parse(documents[0] ?? "");
    expect(flag).toBe(true);
    expect(cause).toEqual({ exceptions: [{ id: expect.stringMatching(/^[0-9a-f]{16}$/), type: "not-text" }] });
    expect(cause.exceptions[0].id).not.toBe(id);
    expect(annotations).toEqual({});
  });

  it.each([
    ["its parent is not sampled", { ...parent, isSampled: false }],
    ["there is no parent", undefined],
  ])("is not made where %s", async (_case, context) => {
    const { documents, tracer } = prepare();

    tracer.begin(context, {}).end({});
    await tracer.close(1_000);

    expect(documents).toEqual([]);
  });
});
