import { PutTraceSegmentsCommand, XRayClient } from "@aws-sdk/client-xray";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../../runtime/clock.ts";
import { Credentials } from "../gateway/credentials.ts";
import { Gateway, jsonEmulator } from "../gateway/gateway.ts";
import { type Role, serveApis } from "../gateway/serve-apis.ts";
import { emptyAccount } from "../gateway/testing/empty-account.ts";
import { Xray } from "./xray.ts";

const place = { region: "eu-central-1", accountId: "1" };
const traceId = "1-5759e988-bd862e3fe1be46a994272793";
const segment = { name: "worker", id: "53995c3f42cd8ad8", trace_id: traceId, start_time: 1.5, end_time: 2.25 };
const put = (xray: Xray, ...documents: unknown[]) =>
  xray.handle("PutTraceSegments", { TraceSegmentDocuments: documents.map((document) => JSON.stringify(document)) });

describe("X-Ray on the laptop", () => {
  it("keeps the segments of a trace", () => {
    const xray = new Xray();

    const answer = put(xray, segment, { ...segment, trace_id: traceId.replace("2793", "0000") });

    expect(answer).toEqual({ UnprocessedTraceSegments: [] });
    expect(xray.trace(traceId)).toEqual([segment]);
  });

  it("takes a segment that comes again for the same", () => {
    const xray = new Xray();

    put(xray, segment, { ...segment, fault: true });

    expect(xray.trace(traceId)).toEqual([{ ...segment, fault: true }]);
  });

  it.each([
    ["a field that nobody knows", { ...segment, anotations: {} }],
    ["a trace id as W3C writes it", { ...segment, trace_id: "5759e988bd862e3fe1be46a994272793" }],
    ["an end before its start", { ...segment, end_time: 1 }],
    ["no end", { ...segment, end_time: undefined }],
    ["itself as its parent", { ...segment, parent_id: segment.id }],
    ["a name that cannot be one", { ...segment, name: "worker{1}" }],
    ["a dot in an annotation's name", { ...segment, annotations: { "job.id": 1 } }],
    ["an annotation that is no single value", { ...segment, annotations: { jobs: [1] } }],
    ["nothing but null", null],
  ])("does not take a document with %s, and takes the others", (_case, document) => {
    const xray = new Xray();

    const answer = put(xray, document, segment);

    expect(answer).toMatchObject({ UnprocessedTraceSegments: [{ ErrorCode: "InvalidSegment" }] });
    expect(xray.trace(traceId)).toEqual([segment]);
  });

  it("refuses more than 50 documents, none, and what is no list", () => {
    const xray = new Xray();

    expect(() => put(xray, ...Array(51).fill(segment))).toThrow("came 51");
    expect(() => put(xray)).toThrow("came 0");
    expect(() => xray.handle("PutTraceSegments", { Documents: [] })).toThrow("TraceSegmentDocuments");
  });

  it("forgets the oldest segments beyond 10,000", () => {
    const xray = new Xray();
    const numbered = (index: number) => ({ ...segment, id: (index + 1).toString(16).padStart(16, "0") });

    for (let index = 0; index < 10_001; index++) put(xray, numbered(index));

    expect(xray.trace(traceId)).toHaveLength(10_000);
    expect(xray.trace(traceId)[0]).toEqual(numbered(1));
  });
});

describe("X-Ray behind the gateway", () => {
  let gateway: Gateway;
  let credentials: Credentials;
  let xray: Xray;
  const allowed: Role = {
    arn: "arn:aws:iam::1:role/worker",
    statements: [{ Effect: "Allow", Action: ["xray:PutTraceSegments"], Resource: ["*"] }],
  };
  const stranger: Role = { arn: "arn:aws:iam::1:role/stranger", statements: [] };
  beforeEach(async () => {
    xray = new Xray();
    credentials = new Credentials();
    gateway = new Gateway(credentials, systemClock);
    const emulators = { xray: jsonEmulator(async ({ action, input }) => xray.handle(action, input)) };
    serveApis(
      gateway,
      emulators,
      new Map([allowed, stranger].map((role) => [role.arn, role])),
      emptyAccount({ place }),
    );
    await gateway.listen();
  });
  afterEach(() => gateway.close());

  function send(role: Role) {
    const keys = credentials.issue({ roleArn: role.arn, holder: "task/1" });
    const client = new XRayClient({
      region: place.region,
      endpoint: gateway.endpoint,
      credentials: keys,
      maxAttempts: 1,
    });
    return client.send(new PutTraceSegmentsCommand({ TraceSegmentDocuments: [JSON.stringify(segment)] }));
  }

  it("is found by the SDK's own client", async () => {
    const { UnprocessedTraceSegments } = await send(allowed);

    expect(UnprocessedTraceSegments).toEqual([]);
    expect(xray.trace(traceId)).toEqual([segment]);
  });

  it("takes nothing from a role without the right", async () => {
    await expect(send(stranger)).rejects.toThrow("xray:PutTraceSegments");

    expect(xray.trace(traceId)).toEqual([]);
  });
});
