import { describe, expect, it } from "vitest";
import { limits } from "../../../contract/limits.ts";
import { AppError } from "../../../runtime/errors.ts";
import { silentLog } from "../../../runtime/log.ts";
import { JobFailure } from "../../jobs/job-type.ts";
import { payloadSchemasOf } from "../../jobs/types/schemas.ts";
import { noWaitingLimit } from "../../owners/waiting-gate.ts";
import { apiHandler, type FindTrace } from "../http/api-handler.ts";
import { apiEvent, bodyOf } from "../testing/api-request.ts";
import { type NewJob, submit } from "./submit.ts";

function api(submitJob: (job: NewJob) => Promise<void> = async () => {}, findTrace?: FindTrace) {
  const submitted: NewJob[] = [];
  const handler = apiHandler(
    silentLog,
    (request) =>
      submit(request, {
        async submitJob(job) {
          submitted.push(job);
          await submitJob(job);
          return true;
        },
        sendMessage: async () => {},
        sendMessages: async () => [],
        isKnown: async () => false,
        openPlaces: noWaitingLimit,
        openUpload: async () => {
          throw new JobFailure("no-such-object", "there is none", { isFinal: true });
        },
        keepUpload: async () => false,
        payloadSchemas: payloadSchemasOf({ testControls: false }),
        isOrdered: false,
        most: { maxAttempts: 5, timeoutSeconds: 3_600, replyNames: [] },
        now: () => 1_000_000,
        retentionDays: 7,
        payloadDocumentBytes: limits.payloadDocumentBytes,
      }),
    findTrace,
  );
  return { submitted, post: (request: Parameters<typeof apiEvent>[1]) => handler(apiEvent("POST /jobs", request)) };
}

describe("POST /jobs", () => {
  it("answers 202 with a random id, and uses the default type", async () => {
    const { post, submitted } = api();

    const reply = await post({ body: { payload: { hello: "world" } } });

    expect(reply.statusCode).toBe(202);
    const jobId = bodyOf(reply).jobId;
    expect(bodyOf(reply)).toEqual({ accepted: true, jobId });
    expect(reply.headers?.location).toBe(`/jobs/${jobId}`);
    const payload = { value: { hello: "world" }, text: Buffer.from('{"hello":"world"}') };
    expect(submitted).toEqual([{ owner: "anonymous", jobId, type: "echo", options: {}, payload }]);
  });

  it("stores the request's trace with the job", async () => {
    const submitted: NewJob[] = [];
    const callerTraceId = "4bf92f3577b34da6a3ce929d0e0e4736";
    const trace = {
      traceId: "5759e988bd862e3fe1be46a994272793",
      parentId: "53995c3f42cd8ad8",
      isSampled: true,
      callerTraceId,
    };
    const { post } = api(
      async (job) => void submitted.push(job),
      () => trace,
    );

    await post({ body: { payload: 1 } });

    const traceparent = "00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01";
    expect(submitted).toMatchObject([{ traceparent, callerTraceId }]);
  });

  it("keeps the caller's id", async () => {
    const { post } = api();

    const reply = await post({ body: { payload: 1, jobId: "order-1" } });

    expect(bodyOf(reply)).toEqual({ accepted: true, jobId: "order-1" });
  });

  it("derives the id from the Idempotency-Key", async () => {
    const { post } = api();
    const idFor = async (key: string) =>
      bodyOf(await post({ body: { payload: 1 }, headers: { "idempotency-key": key } })).jobId;

    expect(await idFor("a")).toBe(await idFor("a"));
    expect(await idFor("a")).not.toBe(await idFor("b"));
  });

  it("takes the role as owner, without the session", async () => {
    const { post, submitted } = api();

    await post({ body: { payload: 1 }, iam: { accountId: "123", userId: "AROAXYZ:session-7" } });

    expect(submitted[0]?.owner).toBe("123.AROAXYZ");
  });

  it("answers 409 if the id belongs to a different request", async () => {
    const { post } = api(async () => {
      throw new AppError("conflict", "order-1 is another job");
    });

    const reply = await post({ body: { payload: 1, jobId: "order-1" } });

    expect(reply.statusCode).toBe(409);
    expect(bodyOf(reply)).toMatchObject({ title: "The id is taken", detail: "order-1 is another job" });
  });

  it.each([
    ["no payload", { body: {} }, 400, "payload"],
    ["an unknown field", { body: { payload: 1, priority: 9 } }, 400, "priority"],
    ["an unknown type", { body: { payload: 1, type: "mine-bitcoin" } }, 400, "type"],
    ["a payload that its job type's schema refuses", { body: { type: "word-frequency", payload: {} } }, 400, "payload"],
    ["an id with a slash", { body: { payload: 1, jobId: "a/b" } }, 400, "jobId"],
    ["an id that is too long", { body: { payload: 1, jobId: "a".repeat(129) } }, 400, "jobId"],
    ["fifo on a stack without order", { body: { payload: 1, fifo: true } }, 422, "`ordered: true`"],
    ["fifo with a delay", { body: { payload: 1, fifo: true, delaySeconds: 1 } }, 400, "delaySeconds"],
    ["fifo with a time", { body: { payload: 1, fifo: true, runAt: "2027-01-31T09:00:00Z" } }, 400, "runAt"],
    ["a group without fifo", { body: { payload: 1, groupId: "a" } }, 400, "groupId"],
    ["a group with a slash", { body: { payload: 1, fifo: true, groupId: "a/b" } }, 400, "groupId"],
    ["both payload and payloadKey", { body: { payload: 1, payloadKey: "k" } }, 400, "payloadKey"],
    ["a missing upload", { body: { payloadKey: "k" } }, 400, "payloadKey"],
    ["a missing input", { body: { type: "word-frequency", payload: { objectKey: "k" } } }, 400, "payload.objectKey"],
    ["an array as body", { body: [] }, 400, "body"],
    ["two ids", { body: { payload: 1, jobId: "a" }, headers: { "idempotency-key": "b" } }, 400, "jobId"],
    ["a key with a space", { body: { payload: 1 }, headers: { "idempotency-key": "a b" } }, 400, "Idempotency-Key"],
    ["arrays nested too deeply", { text: "[".repeat(20_000) + "]".repeat(20_000) }, 400, "body"],
    ["invalid JSON", { text: "{" }, 400, "body"],
    ["no body", {}, 400, "body: expected object; came nothing"],
    ["another content type", { text: "a=1", headers: { "content-type": "text/plain" } }, 415, "text/plain"],
    ["a body above the limit", { body: { payload: "x".repeat(6 * 1024 * 1024) } }, 413, "2621440"],
  ])("refuses %s with the field's name", async (_case, request, status, name) => {
    const { post, submitted } = api();

    const reply = await post(request);

    expect(reply.statusCode).toBe(status);
    expect(reply.headers?.["content-type"]).toBe("application/problem+json");
    expect(bodyOf(reply)).toMatchObject({ status, type: expect.stringMatching(/^urn:sluice:problem:/) });
    expect(String(bodyOf(reply).detail)).toContain(name);
    expect(bodyOf(reply).errors).toContainEqual({
      field: expect.any(String),
      expected: expect.any(String),
      came: expect.any(String),
    });
    expect(submitted).toEqual([]);
  });

  it("lists all invalid fields, each with the expected and the received value", async () => {
    const { post } = api();

    const reply = await post({
      body: { type: "word-frequency", payload: { text: 5 }, jobId: "a/b", fifo: 1, priority: { high: true } },
      headers: { "idempotency-key": "a b" },
    });

    expect(reply.statusCode).toBe(400);
    expect(bodyOf(reply).errors).toEqual([
      { field: "jobId", expected: expect.stringContaining("letters, digits"), came: '"a/b"' },
      { field: "fifo", expected: "boolean", came: "1" },
      { field: "priority", expected: "no such field", came: "an object" },
      { field: "payload.text", expected: "string", came: "5" },
      { field: "Idempotency-Key", expected: "visible ASCII characters", came: '"a b"' },
      { field: "jobId", expected: "either jobId or the header Idempotency-Key", came: "both" },
    ]);
  });

  it("answers 503 with Retry-After for an AWS error, 500 for a defect, and shows no details", async () => {
    const away = api(async () => {
      throw Object.assign(new Error("throttled by table x"), { $metadata: {} });
    });
    const broken = api(async () => {
      throw new TypeError("secret detail");
    });

    const [first, second] = [await away.post({ body: { payload: 1 } }), await broken.post({ body: { payload: 1 } })];

    expect(first).toMatchObject({ statusCode: 503, headers: { "retry-after": "1" } });
    expect(second.statusCode).toBe(500);
    expect(`${first.body}${second.body}`).not.toMatch(/secret|table x/);
  });
});
