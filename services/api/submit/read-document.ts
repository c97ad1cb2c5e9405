import type { Readable } from "node:stream";
import type { Json } from "../../../contract/job.ts";
import { JobFailure } from "../../jobs/job-type.ts";
import type { Payload } from "../../jobs/submit-job.ts";
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
): Promise<{ payload: Payload; bytes: number }> {
  const { body, bytes } = await openUpload(owner, objectKey).catch((error: unknown) => {
    throw error instanceof JobFailure ? problemOf(error) : error;
  });
  if (bytes > mostBytes) {
    body.destroy();
    throw tooLarge(`at most ${mostBytes} bytes, what a worker's memory allows`, `${bytes} bytes`);
  }
  const text = withoutByteOrderMark(await readBytes(body, bytes));
  return { payload: { value: parseJson(text, { field: "payloadKey", prefix: "payload" }) as Json, text }, bytes };
}

/** Into one buffer, because a list of chunks beside their concatenation would take twice the memory. */
async function readBytes(body: Readable, bytes: number): Promise<Buffer> {
  const content = Buffer.alloc(bytes);
  let read = 0;
  for await (const chunk of body) read += (chunk as Buffer).copy(content, read);
  return content.subarray(0, read);
}

/** `JSON.parse` refuses the mark; `parseJson` ignores it. The job gets the text as it is kept here. */
function withoutByteOrderMark(text: Buffer): Buffer {
  return text.subarray(0, 3).equals(Buffer.from("\uFEFF")) ? text.subarray(3) : text;
}

function problemOf(failure: JobFailure): Problem {
  if (failure.code === "too-large") return tooLarge("an upload within the size limit", "a larger one");
  return invalidRequest([{ field: "payloadKey", expected: anUpload, came: "a key without an object" }]);
}

function tooLarge(expected: string, came: string): Problem {
  return refusal(413, "too-large", "The document is too large", [{ field: "payloadKey", expected, came }]);
}
