import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { anonymous } from "../../contract/job.ts";
import { apiRoutes, type RouteKey } from "../../contract/routes.ts";
import { silentLog } from "../../runtime/log.ts";
import { sampleJob } from "../jobs/testing/sample-job.ts";
import { payloadSchemasOf } from "../jobs/types/schemas.ts";
import { apiHandler } from "./http/api-handler.ts";
import { createApiDocument, serveApiDocument } from "./openapi/api-document.ts";
import { apiEvent, bodyOf } from "./testing/api-request.ts";
import { createMemoryApi } from "./testing/memory-api.ts";

interface Content {
  [mediaType: string]: { schema: Record<string, unknown>; example?: unknown };
}

interface Operation {
  parameters?: { name: string; in: "path" | "query" | "header"; example?: unknown }[];
  requestBody?: { content: Content };
  responses: Record<string, { content?: Content }>;
}

const openapi = apiHandler(
  silentLog,
  serveApiDocument(createApiDocument(payloadSchemasOf({ testControls: true }), { schedules: true })),
);

/** Parsed from JSON, as clients get it. */
const apiDocument = bodyOf(await openapi(apiEvent("GET /openapi.json"))) as {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, unknown> };
};
const routes = Object.keys(apiRoutes) as RouteKey[];

function operationOf(route: RouteKey): Operation {
  const [method = "", path = ""] = route.split(" ");
  const operation = apiDocument.paths[path]?.[method.toLowerCase()];
  if (operation === undefined) throw new Error(`The document has no ${route}.`);
  return operation;
}

/** The schema of a body, including the schemas it references. */
function schemaOf(schema: Record<string, unknown>): z.ZodType {
  const text = JSON.stringify({ ...schema, $defs: apiDocument.components.schemas });
  return z.fromJSONSchema(JSON.parse(text.replaceAll("#/components/schemas/", "#/$defs/")));
}

interface Sent {
  path?: Record<string, string>;
  query?: Record<string, string>;
  headers?: Record<string, string>;
  body?: unknown;
}

const hourly = { everyMinutes: 60, job: { payload: 1 } };

/** Sends a request. For operations on one job or schedule, it exists in a suitable state. */
async function send(route: RouteKey, sent: Sent) {
  const api = createMemoryApi({ isOrdered: true });
  const job = (jobId: string, changes: object) => sampleJob({ owner: anonymous, jobId, ...changes });
  api.uploads.set(`${anonymous} uploads/key`, '{"hello":"world"}');
  const ended = { state: "succeeded", finishedAt: api.clock.now(), attempts: 1, result: { json: "1" } } as const;
  if (route.includes("{jobId}")) await api.keep(job("order-1", route.startsWith("GET") ? ended : {}));
  if (route.includes("{scheduleId}") && !route.startsWith("PUT")) {
    await api.call(apiEvent("PUT /schedules/{scheduleId}", { path: { scheduleId: "nightly" }, body: hourly }));
  }
  const path: Record<string, string> = { jobId: "order-1", scheduleId: "nightly" };
  const event = apiEvent(route, { path, ...sent });
  const { statusCode, headers, body = "" } = await (route === "GET /openapi.json" ? openapi(event) : api.call(event));
  return { status: String(statusCode), mediaType: String(headers?.["content-type"]), body: JSON.parse(body) };
}

describe("an operation called with the document's examples", () => {
  it.each(routes)("(%s) answers as documented", async (route) => {
    const { parameters = [], requestBody, responses } = operationOf(route);
    const examplesIn = (place: string) =>
      Object.fromEntries(
        parameters.filter((one) => one.in === place).map(({ name, example }) => [name, String(example)]),
      );
    const headers = Object.fromEntries(
      Object.entries(examplesIn("header")).map(([name, text]) => [name.toLowerCase(), text]),
    );
    const body = requestBody?.content["application/json"]?.example;

    const reply = await send(route, {
      query: examplesIn("query"),
      headers,
      ...(route.includes("{") ? { path: examplesIn("path") } : {}),
      ...(body === undefined ? {} : { body }),
    });

    const content = responses[reply.status]?.content?.[reply.mediaType];
    expect(reply.status).toMatch(/^2/);
    expect(parameters.every(({ example }) => example !== undefined)).toBe(true);
    if (route === "POST /jobs") expect(reply.body).toEqual(content?.example);
    if (route === "POST /jobs/batch") expect(reply.body.outcomes).toMatchObject([{ status: 202 }, { status: 202 }]);
    expect(Object.keys(responses)).toContain(reply.status);
    if (content) expect(schemaOf(content.schema).safeParse(reply.body).error).toBeUndefined();
    else expect(route).toBe("GET /openapi.json");
  });

  it.each([
    "POST /jobs",
    "POST /jobs/batch",
    "POST /uploads",
    "PUT /schedules/{scheduleId}",
    "GET /jobs",
    "GET /jobs/{jobId}",
    "GET /schedules",
  ] as const)("(%s) plus an unknown field is refused as documented", async (route) => {
    const wrong = /^(POST|PUT)/.test(route) ? { body: { speed: 9 } } : { query: { speed: "9" } };

    const reply = await send(route, wrong);

    const content = operationOf(route).responses["400"]?.content?.[reply.mediaType];
    expect(reply.status).toBe("400");
    expect(schemaOf(content?.schema ?? { not: {} }).safeParse(reply.body).error).toBeUndefined();
    expect(reply.body.errors).toContainEqual({ field: "speed", expected: "no such field", came: expect.any(String) });
  });
});

describe("a curl of docs/api.md", () => {
  const text = readFileSync(new URL("../../docs/api.md", import.meta.url), "utf8");
  const commands = [...text.matchAll(/^curl .*"\$API(\/.*?)".*$/gm)].map(([command, address = ""]) => {
    const { pathname, searchParams } = new URL(address, "http://api");
    const method = /-X (\w+)/.exec(command)?.[1] ?? "GET";
    const route = `${method} ${pathname.replace("order-1", "{jobId}").replace("nightly", "{scheduleId}")}` as RouteKey;
    const body = / -d '(.*)'/.exec(command)?.[1]?.replace("uploads/…", "uploads/key");
    return { command, route, search: searchParams.toString(), query: Object.fromEntries(searchParams), body };
  });

  it.each(commands)("($command) is answered", async ({ route, query, body }) => {
    const known = (operationOf(route).parameters ?? []).filter((one) => one.in === "query").map(({ name }) => name);

    const { status } = await send(route, { query, ...(body === undefined ? {} : { body: JSON.parse(body) }) });

    expect(known).toEqual(expect.arrayContaining(Object.keys(query)));
    expect(status).toMatch(/^2/);
  });

  // SigV4 signs a sorted query, but curl 7.88 signs it in the given order.
  it.each(commands)("($command) has its query in the order of the signature", ({ search, query }) => {
    expect(search).toBe(new URLSearchParams(Object.entries(query).sort()).toString());
  });
});
