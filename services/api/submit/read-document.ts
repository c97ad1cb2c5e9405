import type { Readable } from "node:stream";
import type { Json } from "../../../contract/job.ts";
import { JobFailure } from "../../jobs/job-type.ts";
import { parseJson } from "../http/parse-json.ts";
import { invalidRequest, type Problem, refusal } from "../http/problem.ts";

export type OpenUpload = (owner: string, objectKey: string) => Promise<{ body: Readable; bytes: number }>;

/**
 * Reads a payload that its owner has uploaded. What the job works on is a copy of it: the URL stays open for a while, and
 * what is uploaded anew must not change a job that was accepted.
 * @throws Problem 400 when there is no such upload or it is no JSON that can be kept, 413 when it has more bytes than there is room for
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
    throw tooLarge(`at most ${mostBytes} bytes, left for documents of this request`, `${bytes} bytes`);
  }
  const content = Buffer.concat(await body.toArray());
  return { payload: parseJson(content, { field: "payloadKey", prefix: "payload" }) as Json, bytes };
}

function problemOf(failure: JobFailure): Problem {
  if (failure.code === "too-large") return tooLarge("a smaller upload", "a larger one");
  const expected = "the objectKey of an upload of yours";
  return invalidRequest([{ field: "payloadKey", expected, came: "one under which there is nothing" }]);
}

function tooLarge(expected: string, came: string): Problem {
  return refusal(413, "too-large", "The document is too large", [{ field: "payloadKey", expected, came }]);
}
