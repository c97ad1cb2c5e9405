import { readFileSync } from "node:fs";
import { Validator } from "@seriousme/openapi-schema-validator";
import { describe, expect, it } from "vitest";
import * as http from "../../contract/http.ts";
import { limits } from "../../contract/limits.ts";
import { apiRoutes } from "../../contract/routes.ts";
import { uploadReplySchema, uploadRequestSchema } from "../../contract/upload.ts";
import { silentLog } from "../../runtime/log.ts";
import { payloadSchemasOf } from "../jobs/types/schemas.ts";
import { apiHandler } from "./http/api-handler.ts";
import { createApiDocument, serveApiDocument } from "./openapi/api-document.ts";
import * as examples from "./openapi/examples.ts";
import { apiEvent, bodyOf } from "./testing/api-request.ts";

const apiDocument = createApiDocument(payloadSchemasOf({ testControls: true }), { schedules: true });

describe("the API's document", () => {
  it("is valid OpenAPI 3.1", async () => {
    const validator = new Validator();

    const result = await validator.validate(structuredClone(apiDocument));

    expect(result).toEqual({ valid: true });
    expect(validator.version).toBe("3.1");
  });

  it("has a schema for every reference", () => {
    const references = [...JSON.stringify(apiDocument).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)];

    for (const [, name] of references) expect(apiDocument.components.schemas).toHaveProperty([String(name)]);
    expect(references.length).toBeGreaterThan(20);
  });

  it("has exactly the API's routes", () => {
    const documented = Object.entries(apiDocument.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );

    expect(documented.sort()).toEqual(Object.keys(apiRoutes).sort());
  });

  it("describes requests by the schemas that validate them", () => {
    expect(apiDocument.components.schemas.SubmitRequest).toMatchObject({
      additionalProperties: false,
      properties: {
        type: { enum: ["echo", "word-frequency"], default: "echo" },
        jobId: { $ref: "#/components/schemas/JobId" },
        fifo: { type: "boolean" },
        groupId: { type: "string" },
      },
    });
    expect(apiDocument.components.schemas["payload.word-frequency"]).toHaveProperty("anyOf");
    expect(apiDocument.paths["/jobs"]?.get?.parameters).toContainEqual({
      name: "limit",
      in: "query",
      schema: { type: "integer", minimum: 1, maximum: 100, default: 50 },
      example: 20,
    });
  });

  it("describes schedules only where the stack has them", () => {
    const without = createApiDocument(payloadSchemasOf({ testControls: false }), { schedules: false });

    expect(apiDocument.components.schemas.ScheduleRequest).toMatchObject({
      properties: { job: { $ref: "#/components/schemas/ScheduledJob" }, missed: { default: "skip" } },
    });
    expect(apiDocument.components.schemas.ScheduledJob).not.toHaveProperty("properties.runAt");
    expect(JSON.stringify(without)).not.toMatch(/schedule/i);
  });

  it("describes test controls only where the stack has them", () => {
    const without = createApiDocument(payloadSchemasOf({ testControls: false }), { schedules: true });

    expect(apiDocument.components.schemas["payload.echo"]).toMatchObject({
      "x-test-controls": true,
      description: expect.stringMatching(/sleepMs.*fail/),
    });
    expect(JSON.stringify(without)).not.toMatch(/sleep|control|attempts fail/i);
  });

  it("marks the members of payloads that name uploads", () => {
    const marked = JSON.stringify(apiDocument.components.schemas["payload.word-frequency"]).match(/"x-upload":true/g);

    expect(marked).toHaveLength(1);
  });

  it.each([
    ["submitRequest", examples.submitRequest, http.submitRequestSchema],
    ["submitReply", examples.submitReply, http.submitReplySchema],
    ["batchRequest", examples.batchRequest, http.batchRequestSchema],
    ["batchReply", examples.batchReply, http.batchReplySchema],
    ["jobView", examples.jobView, http.jobViewSchema],
    ["cancelled", examples.cancelled, http.jobViewSchema],
    ["cancelRequested", examples.cancelRequested, http.jobViewSchema],
    ["jobList", examples.jobList, http.jobListSchema],
    ["uploadRequest", examples.uploadRequest, uploadRequestSchema],
    ["uploadReply", examples.uploadReply, uploadReplySchema],
    ["problem", examples.problem, http.problemSchema],
    ["tooManyWaiting", examples.tooManyWaiting, http.problemSchema],
    ["tooManyUploads", examples.tooManyUploads, http.problemSchema],
  ])("has a valid example of %s", (_name, example, schema) => {
    expect(schema.safeParse(example).error).toBeUndefined();
  });

  it("is public and cacheable", async () => {
    const handler = apiHandler(silentLog, serveApiDocument(apiDocument));

    const reply = await handler(apiEvent("GET /openapi.json"));

    expect(reply).toMatchObject({ statusCode: 200, headers: { "cache-control": "public, max-age=300" } });
    expect(bodyOf(reply)).toEqual(JSON.parse(JSON.stringify(apiDocument)));
  });
});

describe("docs/api.md", () => {
  const text = readFileSync(new URL("../../docs/api.md", import.meta.url), "utf8");
  const sections = text.split(/^## /m).slice(1);

  it.each(Object.keys(apiRoutes))("shows %s with a curl", (key) => {
    const [method = "", path = ""] = key.split(" ");
    const section = sections.find((each) => each.startsWith(`${key}\n`));
    const commands = section?.match(/^curl .*$/gm) ?? [];

    const address = new RegExp(`"\\$API${path.replace(/\{[^}]+\}/g, '[^/"]+')}[?"]`);
    const isOfMethod = (command: string) => (/-X (\w+)/.exec(command)?.[1] ?? "GET") === method;
    expect(
      commands.some((command) => address.test(command) && isOfMethod(command)),
      section,
    ).toBe(true);
  });

  it("has sections for existing operations only", () => {
    const operations = sections
      .map((section) => section.split("\n")[0])
      .filter((title) => /^[A-Z]+ \//.test(title ?? ""));

    expect(operations.sort()).toEqual(Object.keys(apiRoutes).sort());
  });

  it.each([
    [`${limits.batchJobs} jobs`, "POST /jobs/batch"],
    [`1 to ${limits.listJobs}, by default ${limits.defaultListJobs}`, "GET /jobs"],
    [`0 to ${limits.waitSeconds} seconds`, "GET /jobs/{jobId}"],
    [`newest ${limits.logLines} lines`, "GET /jobs/{jobId}"],
    [`truncated to ${limits.logLineCharacters} characters`, "GET /jobs/{jobId}"],
    [`at most ${limits.heartbeatSeconds} seconds apart`, "GET /jobs/{jobId}"],
    [`within ${limits.heartbeatSeconds} seconds`, "DELETE /jobs/{jobId}"],
    [`nested at most ${limits.requestDepth} deep`, "POST /jobs"],
    [`the first ${limits.problemErrors} invalid fields`, "Errors"],
    [`made up to ${limits.firingAheadSeconds} seconds before`, "PUT /schedules/{scheduleId}"],
    [`within ${limits.firingGraceSeconds} seconds of their time`, "PUT /schedules/{scheduleId}"],
    [`at most ${limits.inlineBytes} bytes`, "PUT /schedules/{scheduleId}"],
    [`1 to ${limits.everyMinutes.toLocaleString("en")}`, "PUT /schedules/{scheduleId}"],
    [`next ${limits.nextRuns} firings`, "GET /schedules/{scheduleId}"],
    [`the latest ${limits.lastRuns}`, "GET /schedules/{scheduleId}"],
    [`${limits.listSchedules} on a page`, "GET /schedules"],
    [`(${limits.requestBytes / 2 ** 20} MiB)`, "POST /jobs"],
    [`at most ${limits.payloadDocumentBytes / 2 ** 20} MiB`, "POST /jobs"],
    [`at most ${limits.uploadBytes / 2 ** 20} MiB within ${limits.uploadUrlSeconds / 60} minutes`, "POST /uploads"],
    [`deleted ${limits.uploadDays} days after`, "POST /uploads"],
    [`for ${limits.resultUrlSeconds / 60} minutes`, "GET /jobs/{jobId}/result"],
  ])("says %j in %s, as the limits do", (words, title) => {
    const section = sections.find((each) => each.startsWith(`${title}\n`)) ?? "";

    expect(section.replaceAll(/\s+/g, " ")).toContain(words);
  });
});
