import { createHash, randomUUID } from "node:crypto";
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import * as z from "zod";
import { anonymous } from "../../contract/job.ts";
import { deadLetterReasonAttribute } from "../../contract/job-message.ts";
import { isFifo, type JobQueues, queueOf } from "../../contract/job-queues.ts";
import { limits } from "../../contract/limits.ts";
import { clamp } from "../../runtime/arithmetic.ts";
import type { Clock } from "../../runtime/clock.ts";
import { asError } from "../../runtime/errors.ts";
import type { JobReference } from "./job.ts";
import { encodeOwner, orderedGroupOf } from "./job-key.ts";
import { readMessageBody, writeMessageBody } from "./message-body.ts";
import type { JobQueue, ReceivedMessage, SendMessage } from "./ports.ts";

interface SqsOptions {
  client: Pick<SQSClient, "send">;
  clock: Clock;
}

interface QueueOptions extends SqsOptions {
  queueUrl: string;
}

/**
 * Sends a job's message. A longer delay than SQS allows is cut to its maximum: the receiver defers the message again.
 */
export function createMessageSender({ queues, ...options }: SqsOptions & { queues: JobQueues }): SendMessage {
  return (job, delayMilliseconds) => send({ ...options, queueUrl: queueOf(job, queues).url }, job, delayMilliseconds);
}

async function send(
  { client, queueUrl, clock }: QueueOptions,
  subject: JobReference,
  delayMilliseconds: number,
): Promise<void> {
  await client.send(
    new SendMessageCommand({ QueueUrl: queueUrl, ...jobMessage(queueUrl, subject, delayMilliseconds, clock.now()) }),
  );
}

/**
 * A job's message as a call or an entry of a batch carries it. A FIFO queue takes no delay; its receiver defers the message of a job
 * that is not due. Each message has a deduplication id of its own: the job's record decides about second messages, and SQS need only
 * recognize a repeated call.
 */
export function jobMessage(queueUrl: string, subject: JobReference, delayMilliseconds: number, now: number) {
  if (isFifo(queueUrl)) {
    return {
      MessageBody: writeMessageBody(subject, now),
      MessageGroupId: orderedGroupOf(subject),
      MessageDeduplicationId: randomUUID(),
    };
  }
  return {
    MessageBody: writeMessageBody(subject, now),
    MessageGroupId: fairGroupOf(subject.owner),
    DelaySeconds: wholeSeconds(delayMilliseconds, limits.queueDelaySeconds),
  };
}

/**
 * The owner's group in SQS's fair queue: while one group has many messages in flight, messages of the others are delivered
 * first. Undefined with `auth: none`, where all callers are one owner and the surcharge would buy nothing.
 */
export function fairGroupOf(owner: string): string | undefined {
  if (owner === anonymous) return undefined;
  const group = encodeOwner(owner);
  return group.length <= limits.queueGroupCharacters ? group : createHash("sha256").update(owner).digest("hex");
}

/** A job queue in SQS, as a worker uses it. */
export function createJobQueue(
  options: QueueOptions & { deadLetterQueueUrl: string; maxReceiveCount: number },
): JobQueue {
  const { client, deadLetterQueueUrl, maxReceiveCount } = options;

  async function remove({ queueUrl, receiptHandle }: ReceivedMessage): Promise<void> {
    await unlessGone(client.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle: receiptHandle })));
  }

  async function extend({ queueUrl, receiptHandle }: ReceivedMessage, milliseconds: number): Promise<void> {
    const seconds = wholeSeconds(milliseconds, limits.queueVisibilitySeconds);
    const change = { QueueUrl: queueUrl, ReceiptHandle: receiptHandle, VisibilityTimeout: seconds };
    await unlessGone(client.send(new ChangeMessageVisibilityCommand(change)));
  }

  /** Deletes messages of one queue. */
  async function deleteFrom(queueUrl: string, received: readonly ReceivedMessage[]): Promise<ReceivedMessage[]> {
    const Entries = received.map(({ receiptHandle }, index) => ({ Id: String(index), ReceiptHandle: receiptHandle }));
    const { Failed = [] } = await client.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
    const failed = Failed.filter(({ Code = "", Message = "" }) => !isGone({ name: Code, message: Message }));
    return failed.flatMap(({ Id }) => received[Number(Id)] ?? []);
  }

  return {
    send: (subject, delayMilliseconds) => send(options, subject, delayMilliseconds),
    receive: (most, signal) => receive(options, { most, waitSeconds: limits.queueWaitSeconds }, signal),
    receiveNow: (most) => receive(options, { most, waitSeconds: 0 }, new AbortController().signal),
    async deleteBatch(received) {
      const byQueue = Map.groupBy(received, ({ queueUrl }) => queueUrl);
      return (await Promise.all([...byQueue].map(([queueUrl, some]) => deleteFrom(queueUrl, some)))).flat();
    },
    extend,
    async defer(received, milliseconds) {
      // The FIFO queue has no redrive policy, which would let later jobs of the group pass.
      const isNearRedrive = received.receiveCount >= maxReceiveCount - 1 && !isFifo(received.queueUrl);
      // An unreadable message cannot be sent again, so that the redrive policy moves it in the end.
      if (!isNearRedrive || received.content === undefined) return extend(received, milliseconds);
      // Send before delete: a crash in between leaves two messages, never none.
      await send({ ...options, queueUrl: received.queueUrl }, received.content, milliseconds);
      await remove(received);
    },
    async deadLetter(received, reason) {
      const attribute = { DataType: "String", StringValue: printable(reason).slice(0, longestReason) };
      await client.send(
        new SendMessageCommand({
          QueueUrl: deadLetterQueueUrl,
          MessageBody: received.body,
          MessageAttributes: { [deadLetterReasonAttribute]: attribute },
        }),
      );
      await remove(received);
    },
  };
}

const longestReason = 1_000;

const messageSchema = z.object({
  MessageId: z.string(),
  ReceiptHandle: z.string(),
  Body: z.string(),
  Attributes: z.object({ ApproximateReceiveCount: z.coerce.number().int() }),
});

/**
 * A message that SQS hands out to an aborted poll is not lost: it becomes visible again after its visibility timeout.
 */
async function receive(
  { client, queueUrl }: QueueOptions,
  { most, waitSeconds }: { most: number; waitSeconds: number },
  signal: AbortSignal,
): Promise<ReceivedMessage[]> {
  try {
    const { Messages = [] } = await client.send(
      new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        // Of one group, a FIFO queue would deliver several, which cannot be done at the same time.
        MaxNumberOfMessages: isFifo(queueUrl) ? 1 : most,
        WaitTimeSeconds: waitSeconds,
        MessageSystemAttributeNames: ["ApproximateReceiveCount"],
      }),
      { abortSignal: signal },
    );
    return Messages.map((message) => readMessage(message, queueUrl));
  } catch (error) {
    if (signal.aborted && asError(error).name === "AbortError") return [];
    throw error;
  }
}

function readMessage(message: Message, queueUrl: string): ReceivedMessage {
  const { MessageId, ReceiptHandle, Body, Attributes } = messageSchema.parse(message);
  return {
    content: readMessageBody(Body),
    body: Body,
    receiptHandle: ReceiptHandle,
    messageId: MessageId,
    queueUrl,
    receiveCount: Attributes.ApproximateReceiveCount,
  };
}

/** Rounded up, so that no message becomes visible before its job is due. */
function wholeSeconds(milliseconds: number, most: number): number {
  return clamp(Math.ceil(milliseconds / 1000), 0, most);
}

/**
 * Ignores an outdated receipt handle: the message was deleted or may be received by others. Neither does harm. A
 * message is deleted only when its job needs none or has another, every receiver looks at the table first, and the
 * sweeper finds a job without a message.
 */
async function unlessGone(call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (!isGone(asError(error))) throw error;
  }
}

/** SQS reports an outdated handle only by the error's text: https://github.com/aws/aws-sdk-java/issues/1628 */
function isGone({ name, message }: Error): boolean {
  if (name === "ReceiptHandleIsInvalid" || name === "MessageNotInflight") return true;
  return name.startsWith("InvalidParameterValue") && message.includes("for parameter ReceiptHandle is invalid");
}

function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, "?");
}
