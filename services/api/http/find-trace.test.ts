import { pino } from "pino";
import { describe, expect, it } from "vitest";
import { ManualClock } from "../../../runtime/clock.ts";
import { apiEvent } from "../testing/api-request.ts";
import { apiHandler } from "./api-handler.ts";
import { traceFinder } from "./find-trace.ts";

const caller = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00";
const callerTraceId = "4bf92f3577b34da6a3ce929d0e0e4736";
const lambda = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";

const ofLambda = { traceId: "5759e988bd862e3fe1be46a994272793", parentId: "53995c3f42cd8ad8", isSampled: true };

interface Options {
  tracing?: "on" | "off";
  variables?: { _X_AMZN_TRACE_ID?: string };
}

function find(header: string | undefined, { tracing = "on", variables = { _X_AMZN_TRACE_ID: lambda } }: Options = {}) {
  const finder = traceFinder(tracing, variables, new ManualClock(1_480_615_200_000));
  return finder((name) => (name === "traceparent" ? header : undefined));
}

describe("a request's trace", () => {
  it.each([undefined, "nonsense"])("is Lambda's when the caller's traceparent is %s", (header) => {
    expect(find(header)).toEqual(ofLambda);
  });

  it.each([
    ["not sampled", caller],
    ["sampled", caller.replace(/00$/, "01")],
  ])("is Lambda's, sampling included, and notes the caller's trace, which is %s", (_case, header) => {
    expect(find(header)).toEqual({ ...ofLambda, callerTraceId });
  });

  it("is new when Lambda sends none, whatever the caller sends", () => {
    expect(find(undefined, { variables: {} })?.traceId).toMatch(/^58406520/);
    expect(find(caller, { variables: {} })).toMatchObject({
      traceId: expect.stringMatching(/^58406520/),
      isSampled: true,
      callerTraceId,
    });
  });

  it("is undefined when tracing is off", () => {
    expect(find(caller, { tracing: "off" })).toBeUndefined();
  });

  it("is in the log lines about the request", async () => {
    const lines: object[] = [];
    const log = pino({}, { write: (line: string) => void lines.push(JSON.parse(line)) });
    const failing = () => Promise.reject(new Error("defect"));

    await apiHandler(log, failing, () => find(caller))(apiEvent("GET /jobs/{jobId}"));

    expect(lines).toMatchObject([{ traceId: "1-5759e988-bd862e3fe1be46a994272793", callerTraceId }]);
  });
});
