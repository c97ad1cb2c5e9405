import { type UploadReply, uploadRequestSchema } from "../../../contract/http.ts";
import type { Artifacts } from "../../jobs/artifacts.ts";
import type { ApiReply, ApiRequest } from "../http/api-handler.ts";
import { check } from "../http/problem.ts";

/** POST /uploads: a place in the caller's own part of the bucket for one file of the given size and type. */
export async function upload(
  request: ApiRequest,
  { presignUpload }: Pick<Artifacts, "presignUpload">,
): Promise<ApiReply> {
  const file = check(uploadRequestSchema, request.json());
  const body: UploadReply = { method: "PUT", ...(await presignUpload(request.owner, file)) };
  return { status: 201, body };
}
