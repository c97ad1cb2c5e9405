import { type ApiRoute, type RouteKey, type RouteOption, routesWith } from "../../../contract/routes.ts";
import type { PayloadSchemas } from "../../jobs/types/schemas.ts";
import type { Operation } from "../http/api-handler.ts";
import { componentSchemas, type JsonSchema, refTo } from "./component-schemas.ts";
import { problem } from "./examples.ts";
import { type OperationText, operations, type Reply } from "./operations.ts";

/** The API's OpenAPI 3.1 document, generated from the schemas that validate requests. */
export function createApiDocument(payloadSchemas: PayloadSchemas, options: Record<RouteOption, boolean>) {
  return {
    openapi: "3.1.0",
    info: {
      title: "Sluice",
      version: "1",
      summary: "Runs long jobs behind an HTTP API.",
      description:
        "POST /jobs answers as soon as the job is stored. Every accepted job is processed and has one outcome. Errors are application/problem+json, with the expected and the received value of each invalid field.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    // Relative to the document's own URL.
    servers: [{ url: "/" }],
    security: [{}, { signature: [] }, { token: [] }],
    paths: pathsOf(routesWith(options)),
    components: {
      schemas: componentSchemas(payloadSchemas, options),
      securitySchemes: {
        signature: {
          type: "http",
          scheme: "AWS4-HMAC-SHA256",
          description: "AWS Signature Version 4 for the service execute-api, for stacks with `auth: iam`.",
        },
        token: {
          type: "http",
          scheme: "bearer",
          bearerFormat: "JWT",
          description: "For stacks with `auth: jwt`.",
        },
      },
    },
  };
}

/** GET /openapi.json: the OpenAPI document. It is public, and changes only with a deployment. */
export function serveApiDocument(body: object): Operation {
  return async () => ({ status: 200, body, headers: { "cache-control": "public, max-age=300" } });
}

function pathsOf(routes: [RouteKey, ApiRoute][]): Record<string, Record<string, JsonSchema>> {
  const paths: Record<string, Record<string, JsonSchema>> = {};
  for (const [key, route] of routes) {
    const [method = "", path = ""] = key.split(" ");
    paths[path] = { ...paths[path], [method.toLowerCase()]: operationOf(operations[key], route) };
  }
  return paths;
}

function operationOf(
  { id, summary, parameters, body, replies, problems, limited }: OperationText,
  route: ApiRoute,
): JsonSchema {
  return {
    operationId: id,
    summary,
    ...(route.isPublic ? { security: [] } : {}),
    ...(parameters ? { parameters } : {}),
    ...(body ? { requestBody: { required: true, content: json(refTo(body.schema), body.example) } } : {}),
    responses: {
      ...Object.fromEntries(Object.entries(replies).map(([status, reply]) => [status, replyOf(reply)])),
      ...Object.fromEntries(Object.entries(problems ?? {}).map(([status, text]) => [status, problemReply(text)])),
      ...(route.isPublic ? {} : refusals),
      ...(limited ? { 429: { ...problemReply(limited.description, limited.example), headers: retryAfter } } : {}),
      ...unavailable,
    },
  };
}

function replyOf({ description, schema, example, headers }: Reply): JsonSchema {
  const hasBody = schema !== undefined || example !== undefined;
  const named = Object.entries(headers ?? {}).map(([name, text]) => [name, { description: text, schema: uri }]);
  return {
    description,
    ...(headers ? { headers: Object.fromEntries(named) } : {}),
    ...(hasBody ? { content: json(schema ? refTo(schema) : {}, example) } : {}),
  };
}

const uri = { type: "string", format: "uri-reference" };

function json(schema: JsonSchema, example: unknown): JsonSchema {
  return { "application/json": { schema, example } };
}

function problemReply(description: string, example: unknown = problem): JsonSchema {
  return { description, content: { "application/problem+json": { schema: refTo("Problem"), example } } };
}

const retryAfter = { "Retry-After": { description: "Seconds to wait before the retry.", schema: { type: "integer" } } };

/** Answers of API Gateway itself, with bodies in its own format. */
const refusals = {
  401: { description: "The bearer token is missing or invalid." },
  403: { description: "The signature is missing or invalid, or the caller lacks permission." },
  429: { description: "The request rate exceeds the stack's limit. Try again later." },
};

const unavailable = {
  503: {
    ...problemReply("A part of the service is unavailable. The same request may be sent again."),
    headers: retryAfter,
  },
};
