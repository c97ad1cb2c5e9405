import { defaultProvider } from "@aws-sdk/credential-provider-node";
import { uploadEnvironment } from "../../../contract/environment.ts";
import { systemClock } from "../../../runtime/clock.ts";
import { readEnvironment } from "../../../runtime/environment.ts";
import { awsEnvironment, bucketUrlOf, connectHastyTable } from "../../../runtime/json-client/connect.ts";
import { createLog } from "../../../runtime/log.ts";
import { createUploadPresigner } from "../../jobs/presign-upload.ts";
import { createOwnerCounts } from "../../owners/owner-counts.ts";
import { type CountUpload, createUploadLimit, noUploadLimit } from "../../owners/upload-limit.ts";
import { apiHandler, byRoute } from "../http/api-handler.ts";
import { traceFinder } from "../http/find-trace.ts";
import { upload } from "./upload.ts";

const environment = readEnvironment(uploadEnvironment.extend(awsEnvironment.shape), process.env);

const log = createLog("api");
const deps = {
  presignUpload: createUploadPresigner({
    bucketUrl: bucketUrlOf(environment, environment.ARTIFACTS_BUCKET_NAME),
    region: environment.AWS_REGION,
    credentials: defaultProvider(),
    clock: systemClock,
  }),
  countUpload: uploadLimit(),
};

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
