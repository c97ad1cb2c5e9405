import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createJobClient } from "../client/job-client.ts";
import type { UploadReply } from "../contract/upload.ts";
import { type Journey, startJourney } from "./testing/journey.ts";
import { onlyService } from "./testing/only-service.ts";
import { testQueryService } from "./testing/query-journey.ts";

let journey: Journey;
beforeAll(async () => {
  journey = await startJourney({ config: { "sluice:queryService": "true" } });
});
afterAll(() => journey.down());

describe("a job's road on the laptop", () => {
  it("leads from POST /jobs to the result", async () => {
    const accepted = await journey.post({ payload: { hello: "world" } });
    const job = await journey.finished(String(accepted.body.jobId));

    expect(accepted.status).toBe(202);
    expect(accepted.body.accepted).toBe(true);
    expect(job).toMatchObject({ state: "succeeded", type: "echo", attempts: 1, result: { echo: { hello: "world" } } });
    expect(Date.parse(job.finishedAt ?? "")).toBeGreaterThanOrEqual(Date.parse(job.createdAt));
  });

  it("gives the same answer to the same request, ten times at once, and makes one job", async () => {
    const request = { payload: { n: 1 }, jobId: "same-ten-times" };

    const replies = await Promise.all(Array.from({ length: 10 }, () => journey.post(request)));
    const job = await journey.finished("same-ten-times");

    expect(replies).toEqual(Array(10).fill({ status: 202, body: { accepted: true, jobId: "same-ten-times" } }));
    expect(job.attempts).toBe(1);
    expect(journey.finishes.of("same-ten-times")).toBe(1);
  });

  it("refuses another payload under the same id with 409, by jobId and by Idempotency-Key", async () => {
    await journey.post({ payload: "first", jobId: "taken" });
    await journey.post({ payload: "first" }, { "idempotency-key": "key-1" });

    expect((await journey.post({ payload: "second", jobId: "taken" })).status).toBe(409);
    expect((await journey.post({ payload: "second" }, { "idempotency-key": "key-1" })).status).toBe(409);
    expect((await journey.post({ payload: "first" }, { "idempotency-key": "key-1" })).status).toBe(202);
  });

  it("tries a failing job again and then succeeds", async () => {
    await journey.post({ jobId: "fails-once", payload: { fail: { times: 1 } } });

    expect(await journey.finished("fails-once")).toMatchObject({ state: "succeeded", attempts: 2 });
  });

  it("fails for good with the reason, and leaves the message in the dead-letter queue", async () => {
    await journey.post({ jobId: "fails-for-good", payload: { fail: { times: 9, message: "no luck", final: true } } });
    const job = await journey.finished("fails-for-good");

    expect(job).toMatchObject({ state: "failed", attempts: 1, error: { message: "no luck" } });
    await expect.poll(() => journey.deadLetterJobIds()).toContain("fails-for-good");
  });

  it("passes a payload too large for the record, and its result, through the bucket", async () => {
    const payload = { text: "x".repeat(200_000) };

    await journey.post({ jobId: "large", payload });
    const job = await journey.finished("large");

    expect(job.state).toBe("succeeded");
    expect(await (await fetch(job.resultUrl ?? "")).json()).toEqual({ echo: payload });
  });

  it("answers 404 for a job that is not there and for a route that is not", async () => {
    const url = journey.stack.outputs.apiUrl;

    expect((await fetch(`${url}/jobs/nobody`)).status).toBe(404);
    expect((await fetch(`${url}/nothing`)).status).toBe(404);
  });
});

describe("a task's id, which log files show", () => {
  it("opens neither its credentials nor its agent", async () => {
    const { gateway } = journey.stack.cloud;
    const [task] = onlyService(journey).tasks();
    const paths = [`credentials/${task?.id}`, `agent/${task?.id}/task-protection/v1/state`];

    const answers = await Promise.all(paths.map((path) => fetch(`${gateway.endpoint}/ecs/${path}`)));

    expect(task?.id).toBeDefined();
    expect(answers.map(({ status }) => status)).toEqual([403, 403]);
  });
});

describe("odd texts", () => {
  it.each([
    ["emoji", "🙂 naïve 👩‍👩‍👧 cafe\u0301 café 🙂", { words: 3, counts: { naïve: 1, café: 2 } }],
    ["nothing at all", "", { words: 0, counts: {} }],
    ["names of an object's own parts", "constructor __proto__ toString constructor", { words: 4 }],
  ])("counts %s", async (name, text, expected) => {
    const { body } = await journey.post({ type: "word-frequency", payload: { text } });
    const job = await journey.finished(String(body.jobId));

    expect(job.state, name).toBe("succeeded");
    expect(job.result).toMatchObject(expected);
  });

  it("counts 10 MB from an upload", async () => {
    const objectKey = await upload(Buffer.from("zwölf Boxkämpfer jagen Viktor ".repeat(312_500)));

    const { body } = await journey.post({ type: "word-frequency", payload: { objectKey } });
    const job = await journey.finished(String(body.jobId));

    expect(job).toMatchObject({ state: "succeeded", result: { words: 1_250_000, counts: { boxkämpfer: 312_500 } } });
  });

  it.each([
    ["bytes that are no UTF-8", Buffer.from([0x66, 0xff, 0xfe, 0x00, 0x80])],
    ["a file of zeros", Buffer.alloc(1_000)],
  ])("refuses %s clearly, without trying again", async (_name, bytes) => {
    const objectKey = await upload(bytes);

    const { body } = await journey.post({ type: "word-frequency", payload: { objectKey } });
    const job = await journey.finished(String(body.jobId));

    expect(job).toMatchObject({ state: "failed", attempts: 1, error: { code: "not-text" } });
  });

  it("refuses an object that nobody uploaded", async () => {
    const objectKey = "uploads/anonymous/00000000-0000-0000-0000-000000000000";

    const { status, body } = await journey.post({ type: "word-frequency", payload: { objectKey } });

    expect(status).toBe(400);
    expect(body.errors).toMatchObject([{ field: "payload.objectKey" }]);
  });

  function upload(bytes: Buffer<ArrayBuffer>): Promise<string> {
    return createJobClient({ url: journey.stack.outputs.apiUrl ?? "" }).upload(bytes);
  }
});

describe("a presigned URL", () => {
  async function offer(request: object): Promise<UploadReply> {
    const reply = await fetch(`${journey.stack.outputs.apiUrl}/uploads`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(request),
    });
    expect(reply.status).toBe(201);
    return (await reply.json()) as UploadReply;
  }

  it("takes one file, so that a later PUT does not change an accepted job", async () => {
    const { objectKey, url, headers } = await offer({ bytes: 9 });
    const put = async (body: string) => (await fetch(url, { method: "PUT", body, headers })).status;
    const first = await put("two words");
    const { body } = await journey.post({ type: "word-frequency", payload: { objectKey } });

    const second = await put("a b c d e");

    expect([first, second]).toEqual([200, 412]);
    expect(await journey.finished(String(body.jobId))).toMatchObject({ state: "succeeded", result: { words: 2 } });
  });

  it("takes no other size and type than were asked for", async () => {
    const { url, headers } = await offer({ bytes: 9, contentType: "text/plain" });
    const put = async (body: string, changes: Record<string, string> = {}) => {
      const { "content-length": _, ...others } = headers;
      return (await fetch(url, { method: "PUT", body, headers: { ...others, ...changes } })).status;
    };

    expect(await put("far more than nine bytes")).toBe(403);
    expect(await put("two words", { "content-type": "text/html" })).toBe(403);
  });

  it("of a result gives no other result", async () => {
    for (const jobId of ["own-result", "other-result"]) {
      await journey.post({ jobId, payload: { jobId, text: "x".repeat(20_000) } });
    }
    const { resultUrl = "" } = await journey.finished("own-result");
    await journey.finished("other-result");

    const own = await fetch(resultUrl);
    const edited = await fetch(resultUrl.replace("own-result", "other-result"));

    expect([own.status, edited.status]).toEqual([200, 403]);
  });
});

describe("a request too large to be one", () => {
  it.each([
    ["beyond our limit", "x".repeat(3_000_000)],
    ["within it, but not within the event around it", '"'.repeat(3_500_000)],
    ["beyond what the API takes", "x".repeat(11_000_000)],
  ])("is refused with 413 when it is %s", async (_name, text) => {
    expect((await journey.post({ payload: text })).status).toBe(413);
  });

  it("is taken when it is as large as it may be, whatever it consists of", async () => {
    const { status } = await journey.post({ jobId: "quotes", payload: '"'.repeat(1_300_000) });

    expect(status).toBe(202);
    expect((await journey.finished("quotes")).state).toBe("succeeded");
  });

  it("has an upload to go by, also as curl sends it", async () => {
    // curl's default content type of a body.
    const upload = { contentType: "application/x-www-form-urlencoded" };
    const client = createJobClient({ url: journey.stack.outputs.apiUrl ?? "" });
    const objectKey = await client.upload(Buffer.from("two words"), upload);

    const { body } = await journey.post({ type: "word-frequency", payload: { objectKey } });

    expect(await journey.finished(String(body.jobId))).toMatchObject({ state: "succeeded", result: { words: 2 } });
  });
});

// Last: it ends the private API.
describe("the query service", () => testQueryService(() => journey));
