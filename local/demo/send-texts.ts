import { isUtf8 } from "node:buffer";
import type { CallOptions } from "../../client/exchange.ts";
import type { JobClient } from "../../client/job-client.ts";
import type { Json } from "../../contract/job.ts";
import { limits } from "../../contract/limits.ts";
import { atMostAtOnce } from "../../runtime/at-most-at-once.ts";
import type { CollectedText } from "./collect-texts.ts";

export interface SentText extends CollectedText {
  jobId: string;
  wasUploaded: boolean;
}

/** Sends one word-count job per text. Small texts go in the request, others by an upload. */
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

/** The same texts get the same names at every run, so that a job can be looked up by hand. */
function nameJob(index: number): string {
  return `text-${String(index + 1).padStart(4, "0")}`;
}

/** JSON cannot carry bytes that are not UTF-8. An upload can, and the worker then refuses them as `not-text`. */
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
