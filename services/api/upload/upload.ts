import type { UploadReply } from "../../../contract/http.ts";
import { limits } from "../../../contract/limits.ts";
import type { Artifacts } from "../../jobs/artifacts.ts";
import type { ApiReply, ApiRequest } from "../http/api-handler.ts";

/** POST /uploads: a place in the caller's own part of the bucket, open for one PUT method for a while. */
export async function upload(
  { owner }: ApiRequest,
  { presignUpload }: Pick<Artifacts, "presignUpload">,
): Promise<ApiReply> {
  const { objectKey, url, expiresAt } = await presignUpload(owner);
  const body: UploadReply = { objectKey, method: "PUT", url, expiresAt, maxBytes: limits.uploadBytes };
  return { status: 201, body };
}
