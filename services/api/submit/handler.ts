import { submitEnvironment } from "../../../contract/environment.ts";
import { readEnvironment } from "../../../runtime/environment.ts";
import { awsEnvironment } from "../../../runtime/json-client/connect.ts";
import { createLog } from "../../../runtime/log.ts";
import { apiHandler, byRoute } from "../http/api-handler.ts";
import { traceFinder } from "../http/find-trace.ts";
import { submit } from "./submit.ts";
import { submitBatch } from "./submit-batch.ts";
import { createSubmitDeps } from "./submit-deps.ts";

const environment = readEnvironment(submitEnvironment.extend(awsEnvironment.shape), process.env);
const log = createLog("api");
const { submitting, retrying } = createSubmitDeps(environment, log);

export const handler = apiHandler(
  log,
  byRoute<"submit">({
    "POST /jobs": (request) => submit(request, submitting),
    "POST /jobs/batch": (request) => submitBatch(request, submitting),
    // Loaded by the first such request.
    "POST /jobs/{jobId}/retry": async (request) => (await import("./retry-job.ts")).retryJob(request, retrying),
  }),
  traceFinder(environment.TRACING, process.env),
);
