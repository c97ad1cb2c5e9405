import { uploadEnvironment } from "../../../contract/environment.ts";
import { createBucketClient } from "../../../runtime/bucket-client.ts";
import { systemClock } from "../../../runtime/clock.ts";
import { readEnvironment } from "../../../runtime/environment.ts";
import { awsEnvironment, connectHastyTable } from "../../../runtime/json-client/connect.ts";
import { createLog } from "../../../runtime/log.ts";
import { createArtifacts } from "../../jobs/artifacts.ts";
import { createOwnerCounts } from "../../owners/owner-counts.ts";
import { type CountUpload, createUploadLimit, noUploadLimit } from "../../owners/upload-limit.ts";
import { apiHandler, byRoute } from "../http/api-handler.ts";
import { traceFinder } from "../http/find-trace.ts";
import { upload } from "./upload.ts";

const environment = readEnvironment(uploadEnvironment.extend(awsEnvironment.shape), process.env);
const artifacts = createArtifacts({ client: createBucketClient(), bucketName: environment.ARTIFACTS_BUCKET_NAME });

const log = createLog("api");
const deps = { presignUpload: artifacts.presignUpload, countUpload: uploadLimit() };

export const handler = apiHandler(
  log,
  byRoute<"upload">({ "POST /uploads": (request) => upload(request, deps) }),
  traceFinder(environment.TRACING, process.env),
);

function uploadLimit(): CountUpload {
  const { OWNERS_TABLE_NAME: tableName, OWNER_MAX_UPLOAD_MEGABYTES_PER_DAY: megabytesPerDay } = environment;
  if (tableName === undefined || megabytesPerDay === undefined) return noUploadLimit;
  const counts = createOwnerCounts({ client: connectHastyTable(environment), tableName });
  return createUploadLimit({ counts, clock: systemClock, log, megabytesPerDay });
}
