import { isUtf8 } from "node:buffer";
import type { Json } from "../../contract/job.ts";
import { limits } from "../../contract/limits.ts";
import type { ApiClient } from "./api-client.ts";
import type { CollectedText } from "./collect-texts.ts";
import { forEachConcurrently } from "./for-each-concurrently.ts";

export interface SentText extends CollectedText {
  jobId: string;
  wasUploaded: boolean;
}

/** Sends each text as a job that counts its words: in the request where it is small, by an upload where it is not. */
export async function sendTexts(
  api: ApiClient,
  texts: readonly CollectedText[],
  onSent: () => void = () => {},
): Promise<SentText[]> {
  const sent = texts.map((text, index) => ({ ...text, jobId: nameJob(index), wasUploaded: needsUpload(text.bytes) }));
  await forEachConcurrently(sent, requestsAtOnce, async (text) => {
    await sendText(api, text);
    onSent();
  });
  return sent;
}

const requestsAtOnce = 16;

/** Always the same for the same texts, so that a job can be looked up by hand. */
function nameJob(index: number): string {
  return `text-${String(index + 1).padStart(4, "0")}`;
}

/** JSON cannot carry bytes that are not UTF-8; an upload can, and the worker shall say what they are. */
function needsUpload(bytes: Uint8Array): boolean {
  return bytes.length > limits.inlineBytes || !isUtf8(bytes);
}

async function sendText(api: ApiClient, { jobId, bytes, wasUploaded }: SentText): Promise<void> {
  const payload: Json = wasUploaded
    ? { objectKey: await api.upload(bytes) }
    : { text: Buffer.from(bytes).toString("utf8") };
  await api.submitJob({ jobId, type: "word-frequency", payload });
}
