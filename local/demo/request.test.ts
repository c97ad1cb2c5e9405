import { describe, expect, it } from "vitest";
import { request } from "./request.ts";
import { type FakeApiOptions, startFakeApi } from "./testing/fake-api.ts";
import { createHastyClock } from "./testing/hasty-clock.ts";

const signal = new AbortController().signal;
const finish: FakeApiOptions["finish"] = () => ({ state: "succeeded" });

describe("a request", () => {
  it.each([429, 500, 503])("is made again after %i, until it is answered as expected", async (status) => {
    let failures = 2;
    await using api = await startFakeApi({ finish, intercept: () => (failures-- > 0 ? { status } : undefined) });

    const text = await request({ method: "POST", url: `${api.url}/uploads` }, 201, {
      clock: createHastyClock(),
      signal,
    });

    expect(JSON.parse(text)).toHaveProperty("objectKey");
    expect(api.calls).toHaveLength(3);
  });

  it("is not made again after it was refused, and says why it was", async () => {
    const refusal = { status: 400, body: { detail: "payload.top: Too big" } };
    await using api = await startFakeApi({ finish, intercept: () => refusal });

    const requesting = request({ method: "POST", url: `${api.url}/jobs` }, 202, { clock: createHastyClock(), signal });

    await expect(requesting).rejects.toMatchObject({
      code: "unexpected-answer",
      message: `Expected 202 from POST ${api.url}/jobs; came 400: payload.top: Too big`,
    });
    expect(api.calls).toHaveLength(1);
  });

  it("gives up in the end, after ever longer waits", async () => {
    const clock = createHastyClock();
    await using api = await startFakeApi({ finish, intercept: () => ({ status: 503 }) });

    const requesting = request({ method: "GET", url: api.url }, 200, { clock, signal });

    await expect(requesting).rejects.toMatchObject({ code: "unexpected-answer", details: { status: 503 } });
    expect(clock.now()).toBe(6_300);
  });

  it("names the call but not its query when nobody answers", async () => {
    const api = await startFakeApi({ finish });
    await api[Symbol.asyncDispose]();

    const requesting = request({ method: "PUT", url: `${api.url}/objects/1?signature=secret` }, 200, {
      clock: createHastyClock(),
      signal,
    });

    await expect(requesting).rejects.toMatchObject({
      code: "unreachable",
      message: expect.stringMatching(/^Expected an answer from PUT http:\S+\/objects\/1; came none: .*ECONNREFUSED/),
    });
  });

  it("ends when it is aborted between two tries", async () => {
    const stopping = new AbortController();
    await using api = await startFakeApi({
      finish,
      intercept() {
        stopping.abort(new Error("stopped"));
        return { status: 503 };
      },
    });

    const requesting = request({ method: "GET", url: api.url }, 200, {
      clock: createHastyClock(),
      signal: stopping.signal,
    });

    await expect(requesting).rejects.toThrow("stopped");
    expect(api.calls).toHaveLength(1);
  });
});
