import { type ApiRoute, apiRoutes, type RouteKey } from "../../../contract/routes.ts";
import { componentSchemas, type JsonSchema, refTo } from "./component-schemas.ts";
import { problem } from "./examples.ts";
import { type OperationText, operations, type Reply } from "./operations.ts";

/** The API in OpenAPI 3.1, made of the schemas that check its requests. */
export function createApiDocument() {
  return {
    openapi: "3.1.0",
    info: {
      title: "Sluice",
      version: "1",
      summary: "Slow work behind an HTTP API.",
      description:
        "POST /jobs answers at once; every accepted job is done once. Errors are application/problem+json and name what was expected and what came.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    // Relative to where this document was found.
    servers: [{ url: "/" }],
    security: [{}, { signature: [] }, { token: [] }],
    paths: pathsOf(apiRoutes),
    components: {
      schemas: componentSchemas(),
      securitySchemes: {
        signature: {
          type: "http",
          scheme: "AWS4-HMAC-SHA256",
          description: "AWS Signature Version 4 for the service execute-api, where the stack says `auth: iam`.",
        },
        token: {
          type: "http",
          scheme: "bearer",
          bearerFormat: "JWT",
          description: "Where the stack says `auth: jwt`.",
        },
      },
    },
  };
}

function pathsOf(routes: Record<RouteKey, ApiRoute>): Record<string, Record<string, JsonSchema>> {
  const paths: Record<string, Record<string, JsonSchema>> = {};
  for (const [key, route] of Object.entries(routes)) {
    const [method = "", path = ""] = key.split(" ");
    paths[path] = { ...paths[path], [method.toLowerCase()]: operationOf(operations[key as RouteKey], route) };
  }
  return paths;
}

function operationOf({ id, summary, parameters, body, replies, problems }: OperationText, route: ApiRoute): JsonSchema {
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

function problemReply(description: string): JsonSchema {
  return { description, content: { "application/problem+json": { schema: refTo("Problem"), example: problem } } };
}

/** By API Gateway itself, in its own words. */
const refusals = {
  401: { description: "No valid token came, where the stack wants one." },
  403: { description: "No valid signature came, where the stack wants one, or the caller has no right to this." },
  429: { description: "More requests came than the stack lets in. Try again a little later." },
};

const unavailable = {
  503: {
    ...problemReply("A part of the service cannot be reached. The same request may be sent again."),
    headers: { "Retry-After": { description: "Seconds to wait.", schema: { type: "integer" } } },
  },
};
