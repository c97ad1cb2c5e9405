import { uploadEnvironment } from "../../../contract/environment.ts";
import type { UploadReply } from "../../../contract/http.ts";
import { limits } from "../../../contract/limits.ts";
import { createBucketClient } from "../../../runtime/aws.ts";
import { systemClock } from "../../../runtime/clock.ts";
import { readEnvironment } from "../../../runtime/environment.ts";
import { createLog } from "../../../runtime/log.ts";
import { createArtefacts } from "../../jobs/artefacts.ts";
import { apiHandler } from "../http/api-handler.ts";
import { traceFinder } from "../http/find-trace.ts";

const environment = readEnvironment(uploadEnvironment, process.env);
const artefacts = createArtefacts({ client: createBucketClient(), bucketName: environment.ARTIFACTS_BUCKET_NAME });
const findTrace = traceFinder({
  tracing: environment.TRACING,
  lambdaTrace: () => process.env._X_AMZN_TRACE_ID,
  clock: systemClock,
});

/** POST /uploads: a place in the caller's own part of the bucket, open for one PUT method for a while. */
export const handler = apiHandler(
  createLog("api"),
  async (request) => {
    const { objectKey, url, expiresAt } = await artefacts.presignUpload(request.owner);
    const reply: UploadReply = { objectKey, method: "PUT", url, expiresAt, maxBytes: limits.uploadBytes };
    return { status: 201, body: reply };
  },
  findTrace,
);
