import { describe, expect, it } from "vitest";
import { beginTrace, formatTraceparent, parseTraceparent, parseXrayHeader, xrayTraceId } from "./trace-context.ts";

const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
const parentId = "00f067aa0ba902b7";

describe("a traceparent", () => {
  it.each([
    ["sampled", `00-${traceId}-${parentId}-01`, true],
    ["not sampled", `00-${traceId}-${parentId}-00`, false],
    ["with unknown flags", `00-${traceId}-${parentId}-03`, true],
    ["of a later version, with further fields", `01-${traceId}-${parentId}-01-more`, true],
  ])("is parsed when it is %s", (_case, text, isSampled) => {
    expect(parseTraceparent(text)).toEqual({ traceId, parentId, isSampled });
  });

  it.each([
    ["nothing", undefined],
    ["an empty text", ""],
    ["a trace id of zeros", `00-${"0".repeat(32)}-${parentId}-01`],
    ["a parent of zeros", `00-${traceId}-${"0".repeat(16)}-01`],
    ["the invalid version", `ff-${traceId}-${parentId}-01`],
    ["version 00 with further fields", `00-${traceId}-${parentId}-01-more`],
    ["capitals", `00-${traceId.toUpperCase()}-${parentId}-01`],
    ["an id that is too short", `00-${traceId.slice(1)}-${parentId}-01`],
    ["two headers, joined", `00-${traceId}-${parentId}-01,00-${traceId}-${parentId}-01`],
  ])("is not read from %s", (_case, text) => {
    expect(parseTraceparent(text)).toBeUndefined();
  });

  it.each([true, false])("is formatted and parsed without change, sampled: %s", (isSampled) => {
    const text = formatTraceparent({ traceId, parentId, isSampled });

    expect(text).toHaveLength(55);
    expect(parseTraceparent(text)).toEqual({ traceId, parentId, isSampled });
  });
});

describe("X-Ray's tracing header", () => {
  const root = "Root=1-5759e988-bd862e3fe1be46a994272793";
  const context = { traceId: "5759e988bd862e3fe1be46a994272793", parentId: "53995c3f42cd8ad8" };

  it.each([
    [`${root};Parent=53995c3f42cd8ad8;Sampled=1`, true],
    [`${root};Parent=53995c3f42cd8ad8;Sampled=1;Lineage=a87bd80c:1|68fd508a:5|c512fbe3:2`, true],
    [`Sampled=1; Parent=53995c3f42cd8ad8; ${root}`, true],
    [`${root};Parent=53995c3f42cd8ad8;Sampled=0`, false],
    [`${root};Parent=53995c3f42cd8ad8;Sampled=?`, false],
    [`${root};Parent=53995c3f42cd8ad8`, false],
  ])("is read from %s", (text, isSampled) => {
    expect(parseXrayHeader(text)).toEqual({ ...context, isSampled });
  });

  it.each([undefined, "", root, `${root};Parent=short;Sampled=1`, "Root=5759e988;Parent=53995c3f42cd8ad8;Sampled=1"])(
    "is not read from %s",
    (text) => {
      expect(parseXrayHeader(text)).toBeUndefined();
    },
  );
});

describe("a new trace", () => {
  it("has the epoch seconds in its id, like X-Ray's own, and is sampled", () => {
    const { traceId: id, isSampled } = beginTrace(1_480_615_200_999);

    expect(xrayTraceId(id)).toMatch(/^1-58406520-[0-9a-f]{24}$/);
    expect(isSampled).toBe(true);
  });

  it("can be formatted and parsed, and differs from the next", () => {
    const [one, other] = [beginTrace(1_000), beginTrace(1_000)];

    expect(parseTraceparent(formatTraceparent(one))).toEqual(one);
    expect(one.traceId).not.toBe(other.traceId);
  });
});
