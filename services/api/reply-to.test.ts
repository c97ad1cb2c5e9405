import { describe, expect, it } from "vitest";
import { call } from "./testing/api-request.ts";
import { createMemoryApi } from "./testing/memory-api.ts";

const submit = (more: object, api = createMemoryApi()) =>
  call(api, "POST /jobs", { body: { jobId: "job-1", payload: 1, ...more } });

describe("POST /jobs with replyTo", () => {
  it("keeps the name and the mark with the job, and shows them", async () => {
    const api = createMemoryApi();

    const { status } = await submit({ replyTo: "billing", correlationId: "request 7" }, api);
    const { body } = await call(api, "GET /jobs/{jobId}", { path: { jobId: "job-1" } });

    expect(status).toBe(202);
    expect(api.store.jobs()).toMatchObject([{ replyTo: "billing", correlationId: "request 7" }]);
    expect(body).toMatchObject({ replyTo: "billing", correlationId: "request 7" });
  });

  it("is another request than one with another name", async () => {
    const api = createMemoryApi();
    await submit({ replyTo: "billing" }, api);

    expect((await submit({ replyTo: "billing" }, api)).status).toBe(202);
    expect((await submit({ replyTo: "audit" }, api)).status).toBe(409);
  });

  it.each([
    [{ replyTo: "shipping" }, "replyTo: expected one of billing, audit; came shipping."],
    [{ replyTo: "a b" }, "replyTo: expected a name of up to 40 lower-case letters"],
    [{ correlationId: "7" }, "correlationId: expected replyTo beside it; came correlationId alone."],
    [{ replyTo: "audit", correlationId: "x".repeat(257) }, "correlationId: "],
    [{ replyTo: "audit", correlationId: "a\u0000b" }, "correlationId: expected text without control characters"],
    [{ replyTo: "audit", correlationId: "\ud800" }, "correlationId: expected text without control characters"],
    [{ replyTo: "audit", correlationId: "\uffff" }, "correlationId: expected text without control characters"],
  ])("refuses %j", async (more, detail) => {
    const { status, body } = await submit(more);

    expect(status).toBe(400);
    expect(body.detail).toContain(detail);
  });
});
