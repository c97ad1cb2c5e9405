import { createLog } from "../../../runtime/log.ts";
import { apiHandler, byRoute } from "../http/api-handler.ts";
import { createApiDocument } from "./api-document.ts";

const apiDocument = createApiDocument();

/** GET /openapi.json: the OpenAPI document. It is public, and changes only with a deployment. */
export const handler = apiHandler(
  createLog("api"),
  byRoute<"openapi">({
    "GET /openapi.json": async () => ({
      status: 200,
      body: apiDocument,
      headers: { "cache-control": "public, max-age=300" },
    }),
  }),
);
