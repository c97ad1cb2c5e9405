import { randomUUID } from "node:crypto";
import type { BatchReply } from "../../contract/http.ts";
import type { UploadReply } from "../../contract/upload.ts";

/** A request of the hostile owner. */
export type Ask = (method: string, path: string, body?: unknown) => Promise<{ status: number; body: unknown }>;

// Built once: the whole stack runs in the process of the drill.
const emptyObjects = `[${"{},".repeat(1_500_000)}{}]`;
const differentWords = Array.from({ length: 1_700_000 }, (_, index) => index.toString(36).padStart(5, "w")).join(" ");
const unknownFields = Object.fromEntries(Array.from({ length: 40_000 }, (_, index) => [`unknown-${index}`, index]));

/** Attacks of one owner on the others. The drill repeats each one. It returns the statuses of its answers. */
export const attacks: Record<string, (ask: Ask) => Promise<number[]>> = {
  "100 long jobs": async (ask) => {
    const jobs = Array.from({ length: 100 }, () => ({ payload: { sleepMs: 15_000, fail: { times: 2 } } }));
    return statusesOf(await ask("POST", "/jobs/batch", { jobs }));
  },
  "a document of empty objects": (ask) => submitUpload(ask, emptyObjects, (payloadKey) => ({ payloadKey })),
  "a text of different words": (ask) =>
    submitUpload(ask, differentWords, (objectKey) => ({ type: "word-frequency", payload: { objectKey } })),
  "16 long polls": async (ask) => {
    const jobId = randomUUID();
    const { status } = await ask("POST", "/jobs", { jobId, payload: { sleepMs: 3_600_000 } });
    const polls = Array.from({ length: 16 }, () => ask("GET", `/jobs/${jobId}?wait=20`));
    const answers = await Promise.all(polls);
    await ask("DELETE", `/jobs/${jobId}`);
    return [status, ...answers.map((answer) => answer.status)];
  },
  "a body of unknown fields": async (ask) => [(await ask("POST", "/jobs", unknownFields)).status],
  "uploads without end": async (ask) => [(await ask("POST", "/uploads", { bytes: 100 * 2 ** 20 })).status],
};

async function submitUpload(ask: Ask, content: string, jobWith: (objectKey: string) => object): Promise<number[]> {
  const upload = await ask("POST", "/uploads", { bytes: Buffer.byteLength(content) });
  if (upload.status !== 201) return [upload.status];
  const { url, headers, objectKey } = upload.body as UploadReply;
  const put = await fetch(url, { method: "PUT", headers, body: content });
  const { status } = await ask("POST", "/jobs", jobWith(objectKey));
  return [upload.status, put.status, status];
}

function statusesOf({ status, body }: { status: number; body: unknown }): number[] {
  return status === 200 ? (body as BatchReply).outcomes.map((outcome) => outcome.status) : [status];
}
