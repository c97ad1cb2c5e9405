import type { SQSBatchResponse, SQSRecord } from "aws-lambda";
import { inboxMaxReceiveCount } from "../../contract/intake.ts";
import { clamp } from "../../runtime/arithmetic.ts";
import { atMostAtOnce } from "../../runtime/at-most-at-once.ts";
import { asError } from "../../runtime/errors.ts";
import type { Log } from "../../runtime/log.ts";
import type { JobQueue, ReceivedMessage } from "../jobs/ports.ts";
import { NoJob } from "./no-job.ts";

export interface InboxDeps {
  /** Submits the jobs of a message and returns their ids. Safe to repeat. @throws NoJob */
  submitMessage(body: string, messageId: string): Promise<string[]>;
  inbox: Pick<JobQueue, "deadLetter" | "extend">;
  inboxUrl: string;
  log: Log;
}

/**
 * Takes a batch of the inbox. SQS keeps the messages that the answer lists and deletes the others. A message that is no job
 * goes to the inbox's dead-letter queue; one that failed is tried again, later each time.
 */
export async function takeMessages(records: SQSRecord[], deps: InboxDeps): Promise<SQSBatchResponse> {
  const failures: SQSBatchResponse["batchItemFailures"] = [];
  await atMostAtOnce(messagesAtOnce, records, async (record) => {
    if (!(await take(record, deps))) failures.push({ itemIdentifier: record.messageId });
  });
  return { batchItemFailures: failures };
}

const messagesAtOnce = 10;

/** False if the message must stay in the queue. Never rejects, so that one message does not affect the others. */
async function take(record: SQSRecord, deps: InboxDeps): Promise<boolean> {
  const log = deps.log.child({ messageId: record.messageId });
  const received = asReceived(record, deps.inboxUrl);
  try {
    const jobIds = await deps.submitMessage(record.body, record.messageId);
    log.info({ jobIds }, "submitted the jobs of a message");
    return true;
  } catch (thrown) {
    const error = asError(thrown);
    const isLast = received.receiveCount >= inboxMaxReceiveCount - 1;
    if (error instanceof NoJob) return moveAway(received, error.reason, deps.inbox, log);
    log.error({ err: error, receiveCount: received.receiveCount }, "could not submit the jobs of a message");
    if (isLast) return moveAway(received, `failed: ${error.name}: ${error.message}`, deps.inbox, log);
    await retryLater(received, deps.inbox, log);
    return false;
  }
}

async function moveAway(
  received: ReceivedMessage,
  reason: string,
  inbox: InboxDeps["inbox"],
  log: Log,
): Promise<boolean> {
  try {
    await inbox.deadLetter(received, reason);
    log.warn({ reason }, "moved a message to the inbox's dead-letter queue");
    return true;
  } catch (error) {
    log.error({ err: asError(error), reason }, "could not move a message to the inbox's dead-letter queue");
    return false;
  }
}

/** Sets a visibility timeout that grows with each receive. If this fails, the timeout of the queue applies. */
async function retryLater(received: ReceivedMessage, inbox: InboxDeps["inbox"], log: Log): Promise<void> {
  const waitMilliseconds = clamp(firstWaitMilliseconds * 2 ** (received.receiveCount - 1), 0, longestWaitMilliseconds);
  await inbox
    .extend(received, waitMilliseconds)
    .catch((error: unknown) => log.warn({ err: asError(error) }, "could not set a message's visibility timeout"));
}

/** 28 waits of together five hours: an outage of that length sends no message to the dead-letter queue. */
const firstWaitMilliseconds = 5_000;
const longestWaitMilliseconds = 15 * 60_000;

function asReceived({ body, receiptHandle, messageId, attributes }: SQSRecord, queueUrl: string): ReceivedMessage {
  return {
    content: undefined,
    body,
    receiptHandle,
    messageId,
    queueUrl,
    receiveCount: Number(attributes.ApproximateReceiveCount),
  };
}
