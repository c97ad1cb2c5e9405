import type { SQSRecord } from "aws-lambda";
import { type DropRule, inboxMaxReceiveCount, inboxVisibilitySeconds } from "../../../contract/intake.ts";
import { limits } from "../../../contract/limits.ts";
import { ManualClock } from "../../../runtime/clock.ts";
import { silentLog } from "../../../runtime/log.ts";
import type { SubmitDeps } from "../../api/submit/submit.ts";
import { JobFailure } from "../../jobs/job-type.ts";
import type { ReceivedMessage } from "../../jobs/ports.ts";
import { submitJob } from "../../jobs/submit-job.ts";
import { MemoryQueue } from "../../jobs/testing/memory-queue.ts";
import { createMemoryStore } from "../../jobs/testing/memory-store.ts";
import { payloadSchemasOf } from "../../jobs/types/schemas.ts";
import { noWaitingLimit } from "../../owners/waiting-gate.ts";
import { Effects } from "../../worker/testing/effects.ts";
import { submitMessage } from "../submit-message.ts";
import { takeMessages } from "../take-messages.ts";
import { MemoryFiles } from "./memory-files.ts";

export const owner = "team|files";
export const dropBucket = "drop";
/** A listed bucket without versions. */
export const listedBucket = "listed";

const rules: DropRule[] = [
  { prefix: "echo/", type: "echo" },
  { suffix: ".txt", type: "word-frequency" },
];

export type IntakeWorld = ReturnType<typeof createIntakeWorld>;

/** The intake with its inbox, buckets, jobs table and job queue in memory, and Lambda's polling. */
export function createIntakeWorld() {
  const clock = new ManualClock(1_000_000);
  const effects = new Effects(clock);
  const store = createMemoryStore({ clock, retentionDays: 14 });
  const visibilityMilliseconds = inboxVisibilitySeconds * 1_000;
  const jobQueue = new MemoryQueue({ clock, visibilityMilliseconds, maxReceiveCount: limits.maxReceiveCount });
  const inbox = new MemoryQueue({ clock, visibilityMilliseconds, maxReceiveCount: inboxMaxReceiveCount });
  const files = new MemoryFiles([dropBucket]);

  const faulty = { store: effects.of("store", store), queue: effects.of("queue", jobQueue) };
  const submitDeps: SubmitDeps = {
    async submitJob(job, sendMessage) {
      const artifacts = {
        keepPayload: async (_key: unknown, text: Uint8Array) => ({ json: Buffer.from(text).toString() }),
      };
      return (await submitJob({ store: faulty.store, sendMessage, artifacts, clock, maxAttempts: 5 }, job)).isNew;
    },
    sendMessage: (...given) => faulty.queue.send(...given),
    sendMessages: async () => {
      throw new Error("expected single messages; came a batch");
    },
    isKnown: async (key) => (await store.load(key)) !== undefined,
    openPlaces: noWaitingLimit,
    openUpload: async () => {
      throw new JobFailure("no-such-object", "There is none.", { isFinal: true });
    },
    keepUpload: async (_owner, objectKey) => files.copies.has(objectKey.replace("uploads/", "inputs/")),
    isOrdered: true,
    most: { maxAttempts: 5, timeoutSeconds: 3_600, replyNames: [] },
    now: () => clock.now(),
    retentionDays: 14,
    payloadSchemas: payloadSchemasOf({ testControls: true }),
    payloadDocumentBytes: limits.payloadDocumentBytes,
  };
  const faultyInbox = effects.of("inbox", inbox);
  const deps = {
    submitMessage: (body: string, messageId: string) =>
      submitMessage(body, messageId, {
        submitDeps,
        submitter: () => ({ owner, trace: undefined }),
        rules,
        sourceBuckets: [dropBucket, listedBucket],
        files: effects.of("files", files),
      }),
    inbox: faultyInbox,
    inboxUrl: inbox.url,
    log: silentLog,
  };

  /** Lambda's work for one batch: calls the function, then deletes what it does not report. False without messages. */
  async function deliverBatch(): Promise<boolean> {
    const messages = await inbox.receiveNow(10);
    if (messages.length === 0) return false;
    const { batchItemFailures } = await takeMessages(messages.map(asRecord), deps);
    const kept = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    for (const message of messages) if (!kept.has(message.messageId)) await faultyInbox.deleteBatch([message]);
    return true;
  }

  return {
    clock,
    effects,
    store,
    jobQueue,
    inbox,
    files,
    send: (message: object | string) => inbox.sendBody(typeof message === "string" ? message : JSON.stringify(message)),
    /** Delivers until no message is visible. */
    async deliver(): Promise<void> {
      while (await deliverBatch());
    },
  };
}

function asRecord({ messageId, receiptHandle, body, receiveCount }: ReceivedMessage): SQSRecord {
  return {
    messageId,
    receiptHandle,
    body,
    attributes: {
      ApproximateReceiveCount: String(receiveCount),
      SentTimestamp: "0",
      SenderId: "sender",
      ApproximateFirstReceiveTimestamp: "0",
    },
    messageAttributes: {},
    md5OfBody: "",
    eventSource: "aws:sqs",
    eventSourceARN: "arn:aws:sqs:eu-central-1:123456789012:inbox",
    awsRegion: "eu-central-1",
  };
}
