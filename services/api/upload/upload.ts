import type { UploadReply } from "../../../contract/http.ts";
import { limits } from "../../../contract/limits.ts";
import type { Artifacts } from "../../jobs/artifacts.ts";
import type { CountUpload, UploadRefusal } from "../../owners/upload-limit.ts";
import type { ApiReply, ApiRequest } from "../http/api-handler.ts";
import { Problem } from "../http/problem.ts";

export interface UploadDeps extends Pick<Artifacts, "presignUpload"> {
  countUpload: CountUpload;
}

/** POST /uploads: a place in the caller's own part of the bucket, open for one PUT method for a while. */
export async function upload({ owner }: ApiRequest, { presignUpload, countUpload }: UploadDeps): Promise<ApiReply> {
  const refusal = await countUpload(owner, limits.uploadBytes);
  if (refusal) throw tooManyUploads(refusal);
  const { objectKey, url, expiresAt } = await presignUpload(owner);
  const body: UploadReply = { objectKey, method: "PUT", url, expiresAt, maxBytes: limits.uploadBytes };
  return { status: 201, body };
}

function tooManyUploads({ limitBytes, countedBytes, secondsLeft }: UploadRefusal): Problem {
  const detail = `Expected at most ${limitBytes} bytes of uploads on a day in UTC; ${countedBytes} are counted for you, and this upload would exceed the limit.`;
  return new Problem(429, "too-many-uploads", "The day's uploads are used up", detail, {
    limit: { limit: limitBytes, count: countedBytes },
    retryAfterSeconds: secondsLeft,
  });
}
