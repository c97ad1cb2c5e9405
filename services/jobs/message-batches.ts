import { SendMessageBatchCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { type JobQueues, queueOf } from "../../contract/job-queues.ts";
import type { Clock } from "../../runtime/clock.ts";
import { AppError, asError } from "../../runtime/errors.ts";
import type { QueuedJob } from "./job.ts";
import { jobMessage } from "./job-queue.ts";
import type { SendMessage } from "./ports.ts";

export interface OutgoingMessage {
  subject: QueuedJob;
  delayMilliseconds: number;
}

/** Sends up to `messagesPerCall` messages, in one call for each of their queues. Resolves with an error for each message that was not sent. */
export type SendMessages = (messages: readonly OutgoingMessage[]) => Promise<(Error | undefined)[]>;

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html */
const messagesPerCall = 10;

/** Sends messages like `createMessageSender`. */
export function createMessagesSender(options: {
  client: Pick<SQSClient, "send">;
  queues: JobQueues;
  clock: Clock;
}): SendMessages {
  return async (messages) => {
    const byQueue = Map.groupBy(messages, ({ subject }) => queueOf(subject, options.queues).url);
    const sent = [...byQueue].map(async ([queueUrl, some]) => {
      const errors = await sendBatch({ ...options, queueUrl }, some).catch((error) => some.map(() => asError(error)));
      return some.map((message, index) => [message, errors[index]] as const);
    });
    const errors = new Map((await Promise.all(sent)).flat());
    return messages.map((message) => errors.get(message));
  };
}

/** Sends messages of one queue in one call. */
async function sendBatch(
  { client, queueUrl, clock }: { client: Pick<SQSClient, "send">; queueUrl: string; clock: Clock },
  messages: readonly OutgoingMessage[],
): Promise<(Error | undefined)[]> {
  const { Successful = [], Failed = [] } = await client.send(
    new SendMessageBatchCommand({
      QueueUrl: queueUrl,
      Entries: messages.map(({ subject, delayMilliseconds }, index) => ({
        Id: String(index),
        ...jobMessage(queueUrl, subject, delayMilliseconds, clock.now()),
      })),
    }),
  );
  const sent = new Set(Successful.map(({ Id }) => Id));
  return messages.map(({ subject: { owner, jobId } }, index) => {
    if (sent.has(String(index))) return undefined;
    const failure = Failed.find(({ Id }) => Id === String(index));
    const reason = failure ? `${failure.Code} ${failure.Message ?? ""}` : "its answer does not mention the message";
    const message = `Expected SQS to take the message of ${jobId}; ${reason}.`;
    return new AppError(failure?.SenderFault ? "refused-message" : "unsent", message, { details: { owner, jobId } });
  });
}

interface Waiting extends PromiseWithResolvers<void> {
  message: OutgoingMessage;
}

/** Runs a submission with a function that sends its message together with those of other submissions. */
export type RunSubmission = <Value>(submit: (send: SendMessage) => Promise<Value>) => Promise<Value>;

/**
 * Gathers the messages of submissions that run at the same time. It sends them as soon as there are enough for a call, or none
 * of the submissions is still before its message: so none waits for a timer. A submission sends at most one message.
 */
export function gatherMessages(sendMessages: SendMessages): RunSubmission {
  const waiting: Waiting[] = [];
  let beforeMessage = 0;

  function sendIfDue(): void {
    while (waiting.length >= messagesPerCall || (beforeMessage === 0 && waiting.length > 0)) {
      void sendAll(sendMessages, waiting.splice(0, messagesPerCall));
    }
  }

  return async (submit) => {
    let isBeforeMessage = true;
    beforeMessage += 1;
    const pass = () => {
      if (!isBeforeMessage) return;
      isBeforeMessage = false;
      beforeMessage -= 1;
      sendIfDue();
    };
    try {
      return await submit((subject, delayMilliseconds) => {
        const sent = { message: { subject, delayMilliseconds }, ...Promise.withResolvers<void>() };
        waiting.push(sent);
        pass();
        return sent.promise;
      });
    } finally {
      pass();
    }
  };
}

/** Settles each message by its own outcome; never rejects. */
async function sendAll(sendMessages: SendMessages, batch: Waiting[]): Promise<void> {
  try {
    const errors = await sendMessages(batch.map(({ message }) => message));
    for (const [index, { resolve, reject }] of batch.entries()) {
      const error = errors[index];
      if (error) reject(error);
      else resolve();
    }
  } catch (error) {
    for (const { reject } of batch) reject(asError(error));
  }
}
