import { openapiEnvironment } from "../../../contract/environment.ts";
import { readEnvironment } from "../../../runtime/environment.ts";
import { createLog } from "../../../runtime/log.ts";
import { payloadSchemasOf } from "../../jobs/types/schemas.ts";
import { apiHandler, byRoute } from "../http/api-handler.ts";
import { createApiDocument, serveApiDocument } from "./api-document.ts";

const environment = readEnvironment(openapiEnvironment, process.env);
const apiDocument = createApiDocument(payloadSchemasOf({ testControls: environment.TEST_CONTROLS === "on" }), {
  schedules: environment.SCHEDULES === "on",
});

export const handler = apiHandler(
  createLog("api"),
  byRoute<"openapi">({ "GET /openapi.json": serveApiDocument(apiDocument) }),
);
