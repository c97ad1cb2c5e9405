import { type UploadReply, uploadRequestSchema } from "../../../contract/upload.ts";
import type { PresignUpload } from "../../jobs/presign-upload.ts";
import type { CountUpload, UploadRefusal } from "../../owners/upload-limit.ts";
import type { ApiReply, ApiRequest } from "../http/api-handler.ts";
import { check, Problem } from "../http/problem.ts";

export interface UploadDeps {
  presignUpload: PresignUpload;
  countUpload: CountUpload;
}

/** POST /uploads: a place in the caller's own part of the bucket for one file of the given size and type. */
export async function upload(request: ApiRequest, { presignUpload, countUpload }: UploadDeps): Promise<ApiReply> {
  const file = check(uploadRequestSchema, request.json());
  const refusal = await countUpload(request.owner, file.bytes);
  if (refusal) throw tooManyUploads(refusal);
  const body: UploadReply = { method: "PUT", ...(await presignUpload(request.owner, file)) };
  return { status: 201, body };
}

function tooManyUploads({ limitBytes, countedBytes, secondsLeft }: UploadRefusal): Problem {
  const detail = `Expected at most ${limitBytes} bytes of uploads on a day in UTC; ${countedBytes} are counted for you, and this upload would exceed the limit.`;
  return new Problem(429, "too-many-uploads", "The day's uploads are used up", detail, {
    limit: { limit: limitBytes, count: countedBytes },
    retryAfterSeconds: secondsLeft,
  });
}
