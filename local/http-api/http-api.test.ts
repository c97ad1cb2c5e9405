import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ManualClock } from "../../runtime/clock.ts";
import { statusFor } from "../gateway/testing/status-for.ts";
import { askNobody } from "./authorizer.ts";
import type { CorsConfiguration } from "./cors.ts";
import { HttpApi } from "./http-api.ts";

const cors: CorsConfiguration = {
  allowOrigins: ["https://app.example.com"],
  allowMethods: ["GET", "POST"],
  allowHeaders: ["authorization"],
  exposeHeaders: ["location"],
  allowCredentials: false,
  maxAge: 600,
};
const origin = "https://app.example.com";
let clock: ManualClock;
let api: HttpApi;
let events: Record<string, unknown>[];
beforeEach(async () => {
  clock = new ManualClock(Date.UTC(2026, 0, 1));
  events = [];
  api = new HttpApi("api", clock, cors);
  const headers = { "content-type": "text/plain", "Access-Control-Allow-Origin": "*" };
  const invoke = async (event: unknown) => {
    events.push(event as Record<string, unknown>);
    return { ok: true as const, result: { statusCode: 200, headers, body: "done" } };
  };
  api.routes.add("GET /jobs", { invoke, authorize: askNobody });
  api.routes.add("GET /tokens", {
    invoke,
    authorize: async () => ({ status: 401, headers: { "www-authenticate": "Bearer" } }),
  });
  api.routes.add("GET /signed", { invoke, authorize: async () => ({ status: 403 }) });
  await api.listen(0);
});
afterEach(() => api.close());

function ask(path: string, init: RequestInit = {}): Promise<Response> {
  return fetch(`${api.endpoint}${path}`, init);
}

function corsOf(response: Response): Record<string, string> {
  return Object.fromEntries([...response.headers].filter(([name]) => name.startsWith("access-control-")));
}

describe("an HTTP API", () => {
  it("answers a preflight of a known origin itself, whatever the route", async () => {
    const headers = { origin, "access-control-request-method": "POST" };

    const response = await ask("/tokens", { method: "OPTIONS", headers });

    expect(response.status).toBe(204);
    expect(corsOf(response)).toEqual({
      "access-control-allow-origin": origin,
      "access-control-allow-methods": "GET,POST",
      "access-control-allow-headers": "authorization",
      "access-control-max-age": "600",
    });
    expect(events).toEqual([]);
  });

  it.each([
    ["another origin", { origin: "https://evil.example.com", "access-control-request-method": "GET" }],
    ["an origin that begins alike", { origin: `${origin}.evil.com`, "access-control-request-method": "GET" }],
    ["no origin", { "access-control-request-method": "GET" }],
    ["no method", { origin }],
  ])("grants nothing to a preflight with %s", async (_name, headers) => {
    const response = await ask("/jobs", { method: "OPTIONS", headers });

    expect([response.status, corsOf(response)]).toEqual([204, {}]);
  });

  it("puts its own CORS headers in place of the function's", async () => {
    const known = await ask("/jobs", { headers: { origin } });
    const other = await ask("/jobs", { headers: { origin: "https://evil.example.com" } });

    expect(corsOf(known)).toEqual({
      "access-control-allow-origin": origin,
      "access-control-expose-headers": "location",
    });
    expect(corsOf(other)).toEqual({});
    expect(await known.text()).toBe("done");
  });

  it.each([
    ["/tokens", 401, { message: "Unauthorized" }],
    ["/signed", 403, { message: "Forbidden" }],
    ["/nothing", 404, { message: "Not Found" }],
  ])("refuses %s with %i and a word, and calls no function", async (path, status, body) => {
    const response = await ask(path);

    expect([response.status, await response.json(), events]).toEqual([status, body, []]);
  });

  it("refuses what is beyond the stage's limits until time has passed", async () => {
    api.limit({ default: { requestsPerSecond: 1, burst: 2 } });

    const statuses = [await ask("/jobs"), await ask("/jobs"), await ask("/jobs")].map(({ status }) => status);
    const refused = await ask("/jobs");
    await clock.advance(1_000);

    expect(statuses).toEqual([200, 200, 429]);
    expect(await refused.json()).toEqual({ message: "Too Many Requests" });
    expect((await ask("/jobs")).status).toBe(200);
  });

  it("throttles a route with settings of its own by these, and the others by the stage's", async () => {
    api.limit({
      default: { requestsPerSecond: 1, burst: 2 },
      routes: { "GET /jobs": { requestsPerSecond: 1, burst: 1 } },
    });

    const ofJobs = [await ask("/jobs"), await ask("/jobs")].map(({ status }) => status);
    const ofOthers = [await ask("/signed"), await ask("/signed"), await ask("/signed")].map(({ status }) => status);

    expect(ofJobs).toEqual([200, 429]);
    expect(ofOthers).toEqual([403, 403, 429]);
  });

  it("answers 503 when the function has no concurrency left", async () => {
    api.routes.add("GET /busy", {
      invoke: async () => ({
        ok: false,
        error: { errorType: "TooManyRequestsException", errorMessage: "Rate Exceeded." },
      }),
      authorize: askNobody,
    });

    const response = await ask("/busy");

    expect([response.status, await response.json()]).toEqual([503, { message: "Service Unavailable" }]);
  });

  it.each([
    ["127.0.0.1:7584", 200],
    ["localhost:7584", 200],
    ["[::1]:7584", 200],
    ["rebound.example.com:7584", 421],
    ["127.0.0.1.example.com", 421],
  ])("answers requests to %s with %i", async (host, status) => {
    expect(await statusFor(`${api.endpoint}/jobs`, host)).toBe(status);
    expect(events).toHaveLength(status === 200 ? 1 : 0);
  });

  it("says nothing of an authorizer where nobody was asked, and the time as API Gateway does", async () => {
    await ask("/jobs?state=a&state=b");

    expect(events[0]).toMatchObject({
      rawPath: "/jobs",
      rawQueryString: "state=a&state=b",
      queryStringParameters: { state: "a,b" },
      requestContext: { accountId: "anonymous", time: "01/Jan/2026:00:00:00 +0000" },
    });
    expect(events[0]?.requestContext).not.toHaveProperty("authorizer");
  });
});
