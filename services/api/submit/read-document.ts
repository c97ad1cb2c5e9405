import type { Readable } from "node:stream";
import type { Json } from "../../../contract/job.ts";
import { JobFailure } from "../../jobs/job-type.ts";
import { parseJson } from "../http/parse-json.ts";
import { invalidRequest, type Problem, refusal } from "../http/problem.ts";

/** The expectation of a field that names an upload. */
export const anUpload = "the objectKey of an upload of the caller";

export type OpenUpload = (owner: string, objectKey: string) => Promise<{ body: Readable; bytes: number }>;

/**
 * Reads an uploaded payload. The job gets a copy, because uploads expire earlier than jobs.
 * @throws Problem 400 for a missing upload or invalid JSON, 413 for more than `mostBytes`
 */
export async function readDocument(
  openUpload: OpenUpload,
  owner: string,
  objectKey: string,
  mostBytes: number,
): Promise<{ payload: Json; bytes: number }> {
  const { body, bytes } = await openUpload(owner, objectKey).catch((error: unknown) => {
    throw error instanceof JobFailure ? problemOf(error) : error;
  });
  if (bytes > mostBytes) {
    body.destroy();
    throw tooLarge(`at most ${mostBytes} bytes, the rest of this request's limit`, `${bytes} bytes`);
  }
  const content = Buffer.concat(await body.toArray());
  return { payload: parseJson(content, { field: "payloadKey", prefix: "payload" }) as Json, bytes };
}

function problemOf(failure: JobFailure): Problem {
  if (failure.code === "too-large") return tooLarge("an upload within the size limit", "a larger one");
  return invalidRequest([{ field: "payloadKey", expected: anUpload, came: "a key without an object" }]);
}

function tooLarge(expected: string, came: string): Problem {
  return refusal(413, "too-large", "The document is too large", [{ field: "payloadKey", expected, came }]);
}
