import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import { z } from "zod";
import { limits } from "../../contract/limits.ts";
import { buryReasonAttribute } from "../../contract/ticket.ts";
import type { Clock } from "../../runtime/clock.ts";
import { asError } from "../../runtime/errors.ts";
import type { ReceivedTicket, TicketQueue } from "./ports.ts";
import { readTicket, writeTicket } from "./ticket-body.ts";

interface QueueOptions {
  client: SQSClient;
  queueUrl: string;
  clock: Clock;
}

/** Sends a job's ticket, to be seen after the delay or after the longest delay that SQS knows. */
export function createTicketSender({ client, queueUrl, clock }: QueueOptions): TicketQueue["send"] {
  return async (subject, delayMilliseconds) => {
    await client.send(
      new SendMessageCommand({
        QueueUrl: queueUrl,
        MessageBody: writeTicket(subject, clock.now()),
        DelaySeconds: wholeSeconds(delayMilliseconds, limits.queueDelaySeconds),
      }),
    );
  };
}

/** The queue of tickets in SQS, as a worker uses it. */
export function createTicketQueue(
  options: QueueOptions & { deadLetterQueueUrl: string; maxReceiveCount: number },
): TicketQueue {
  const { client, queueUrl, deadLetterQueueUrl, maxReceiveCount } = options;
  const send = createTicketSender(options);

  async function remove({ receiptHandle }: ReceivedTicket): Promise<void> {
    await unlessGone(client.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle: receiptHandle })));
  }

  async function extend({ receiptHandle }: ReceivedTicket, milliseconds: number): Promise<void> {
    const seconds = wholeSeconds(milliseconds, limits.queueVisibilitySeconds);
    const change = { QueueUrl: queueUrl, ReceiptHandle: receiptHandle, VisibilityTimeout: seconds };
    await unlessGone(client.send(new ChangeMessageVisibilityCommand(change)));
  }

  return {
    send,
    receive: (most, signal) => receive(options, most, signal),
    delete: remove,
    extend,
    async postpone(received, milliseconds) {
      const isNearRedrive = received.receiveCount >= maxReceiveCount - 1;
      // What cannot be read cannot be written anew; it goes the way of the redrive policy.
      if (!isNearRedrive || received.ticket === undefined) return extend(received, milliseconds);
      // The fresh ticket first: a crash in between leaves two, and one is never missed.
      await send(received.ticket, milliseconds);
      await remove(received);
    },
    async bury(received, reason) {
      const attribute = { DataType: "String", StringValue: printable(reason).slice(0, longestReason) };
      await client.send(
        new SendMessageCommand({
          QueueUrl: deadLetterQueueUrl,
          MessageBody: received.body,
          MessageAttributes: { [buryReasonAttribute]: attribute },
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

/** A message that an aborted poll was about to bring is not lost: it is seen again after its visibility timeout. */
async function receive(
  { client, queueUrl }: QueueOptions,
  most: number,
  signal: AbortSignal,
): Promise<ReceivedTicket[]> {
  try {
    const { Messages = [] } = await client.send(
      new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MaxNumberOfMessages: most,
        WaitTimeSeconds: 20,
        MessageSystemAttributeNames: ["ApproximateReceiveCount"],
      }),
      { abortSignal: signal },
    );
    return Messages.map(readMessage);
  } catch (error) {
    if (signal.aborted && asError(error).name === "AbortError") return [];
    throw error;
  }
}

function readMessage(message: Message): ReceivedTicket {
  const { MessageId, ReceiptHandle, Body, Attributes } = messageSchema.parse(message);
  return {
    ticket: readTicket(Body),
    body: Body,
    receiptHandle: ReceiptHandle,
    messageId: MessageId,
    receiveCount: Attributes.ApproximateReceiveCount,
  };
}

/** Rounded up, so that nothing is seen too early for its job. */
function wholeSeconds(milliseconds: number, most: number): number {
  return Math.min(most, Math.max(0, Math.ceil(milliseconds / 1000)));
}

/**
 * A receipt ceases to be good when its message was deleted or may be received by others. Neither is an error here: who
 * deletes a ticket has seen in the table that its job needs none, or has sent another; who receives it asks the table;
 * and a job that has no ticket left is found by the sweeper.
 */
async function unlessGone(call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (!isGone(asError(error))) throw error;
  }
}

/** SQS names the last case, an outdated receipt, by its words only: https://github.com/aws/aws-sdk-java/issues/1628 */
function isGone({ name, message }: Error): boolean {
  if (name === "ReceiptHandleIsInvalid" || name === "MessageNotInflight") return true;
  return name.startsWith("InvalidParameterValue") && message.includes("for parameter ReceiptHandle is invalid");
}

function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, "?");
}
