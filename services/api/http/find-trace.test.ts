import { pino } from "pino";
import { describe, expect, it } from "vitest";
import { ManualClock } from "../../../runtime/clock.ts";
import { apiEvent } from "../testing/api-request.ts";
import { apiHandler } from "./api-handler.ts";
import { type TraceFinderOptions, traceFinder } from "./find-trace.ts";

const caller = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00";
const lambda = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";

function find(header: string | undefined, options: Partial<TraceFinderOptions> = {}) {
  const clock = new ManualClock(1_480_615_200_000);
  const finder = traceFinder({ tracing: "on", lambdaTrace: () => lambda, clock, ...options });
  return finder((name) => (name === "traceparent" ? header : undefined));
}

describe("a request's trace", () => {
  it("is the caller's, with the caller's decision", () => {
    expect(find(caller)).toMatchObject({ traceId: "4bf92f3577b34da6a3ce929d0e0e4736", isSampled: false });
  });

  it.each([undefined, "nonsense"])("is Lambda's when the caller says %s", (header) => {
    const expected = { traceId: "5759e988bd862e3fe1be46a994272793", parentId: "53995c3f42cd8ad8", isSampled: true };

    expect(find(header)).toEqual(expected);
  });

  it("is a new one when Lambda says nothing either", () => {
    expect(find(undefined, { lambdaTrace: () => undefined })?.traceId).toMatch(/^58406520/);
  });

  it("is none where nobody traces", () => {
    expect(find(caller, { tracing: "off" })).toBeUndefined();
  });

  it("stands in the log lines about the request", async () => {
    const lines: object[] = [];
    const log = pino({}, { write: (line: string) => void lines.push(JSON.parse(line)) });
    const failing = () => Promise.reject(new Error("defect"));

    await apiHandler(log, failing, () => find(undefined))(apiEvent("GET /jobs/{jobId}"));

    expect(lines).toMatchObject([{ traceId: "1-5759e988-bd862e3fe1be46a994272793" }]);
  });
});
