import { isUtf8 } from "node:buffer";
import type { CallOptions, JobClient } from "../../client/job-client.ts";
import type { Json } from "../../contract/job.ts";
import { limits } from "../../contract/limits.ts";
import { atMostAtOnce } from "../../runtime/at-most-at-once.ts";
import type { CollectedText } from "./collect-texts.ts";

export interface SentText extends CollectedText {
  jobId: string;
  wasUploaded: boolean;
}

/** Sends each text as a job that counts its words: in the request where it is small, by an upload where it is not. */
export async function sendTexts(
  jobs: SendingClient,
  texts: readonly CollectedText[],
  { signal, onSent = () => {} }: CallOptions & { onSent?: () => void } = {},
): Promise<SentText[]> {
  const sent = texts.map((text, index) => ({ ...text, jobId: nameJob(index), wasUploaded: needsUpload(text.bytes) }));
  await atMostAtOnce(requestsAtOnce, sent, async (text) => {
    await sendText(jobs, text, { signal });
    onSent();
  });
  return sent;
}

type SendingClient = Pick<JobClient, "submit" | "upload">;

const requestsAtOnce = 16;

/** Always the same for the same texts, so that a job can be looked up by hand. */
function nameJob(index: number): string {
  return `text-${String(index + 1).padStart(4, "0")}`;
}

/** JSON cannot carry bytes that are not UTF-8; an upload can, and the worker shall say what they are. */
function needsUpload(bytes: Uint8Array): boolean {
  return bytes.length > limits.inlineBytes || !isUtf8(bytes);
}

async function sendText(
  jobs: SendingClient,
  { jobId, bytes, wasUploaded }: SentText,
  options: CallOptions,
): Promise<void> {
  const payload: Json = wasUploaded
    ? { objectKey: await jobs.upload(bytes, options) }
    : { text: Buffer.from(bytes).toString("utf8") };
  await jobs.submit({ jobId, type: "word-frequency", payload }, options);
}
