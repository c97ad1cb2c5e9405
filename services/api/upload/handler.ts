import { uploadEnvironment } from "../../../contract/environment.ts";
import { createBucketClient } from "../../../runtime/aws.ts";
import { readEnvironment } from "../../../runtime/environment.ts";
import { createLog } from "../../../runtime/log.ts";
import { createArtifacts } from "../../jobs/artifacts.ts";
import { apiHandler, byRoute } from "../http/api-handler.ts";
import { traceFinder } from "../http/find-trace.ts";
import { upload } from "./upload.ts";

const environment = readEnvironment(uploadEnvironment, process.env);
const artifacts = createArtifacts({ client: createBucketClient(), bucketName: environment.ARTIFACTS_BUCKET_NAME });

export const handler = apiHandler(
  createLog("api"),
  byRoute<"upload">({ "POST /uploads": (request) => upload(request, artifacts) }),
  traceFinder(environment.TRACING, process.env),
);
