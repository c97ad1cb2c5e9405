import { z } from "zod";
import { asError } from "../../runtime/errors.ts";
import type { InvokeResult } from "./invocation.ts";

export interface EventSource {
  queueArn: string;
  region: string;
  /** Up to `batchSize` messages, after a long poll. */
  receive(signal: AbortSignal): Promise<QueueMessage[]>;
  delete(receiptHandle: string): Promise<void>;
}

export interface QueueMessage {
  MessageId: string;
  ReceiptHandle: string;
  Body: string;
  Attributes: Record<string, string>;
  MD5OfBody: string;
}

export interface MappingOptions {
  source: EventSource;
  invoke(event: object): Promise<InvokeResult>;
  /** Batches at once. */
  concurrency: number;
  onProblem(message: string): void;
}

/**
 * Polls a queue and calls a function with each batch, until the returned function is called. Deletes the messages that the
 * function does not report as failed; after a failed call it deletes none, and they return after their visibility timeout.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export function startEventSourceMapping({ source, invoke, concurrency, onProblem }: MappingOptions): () => void {
  const stopped = new AbortController();
  const { signal } = stopped;

  async function poll(): Promise<void> {
    while (!signal.aborted) {
      const messages = await source.receive(signal);
      if (messages.length > 0 && !signal.aborted) await deliver(messages);
    }
  }

  async function deliver(messages: QueueMessage[]): Promise<void> {
    const result = await invoke({ Records: messages.map((message) => recordOf(message, source)) });
    const kept = result.ok ? failedIds(result.result) : undefined;
    if (kept === undefined) {
      onProblem(result.ok ? "the answer is no partial batch response" : result.error.errorMessage);
      return;
    }
    for (const { MessageId, ReceiptHandle } of messages) {
      if (!kept.has(MessageId)) await source.delete(ReceiptHandle);
    }
  }

  for (let n = 0; n < concurrency; n++) {
    void poll().catch((error: unknown) => {
      if (!signal.aborted) onProblem(`stopped polling: ${asError(error).message}`);
    });
  }
  return () => stopped.abort();
}

const answerSchema = z
  .object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string().min(1) })).nullish() })
  .nullish();

/** Undefined for an answer that fails the whole batch. */
function failedIds(answer: unknown): Set<string> | undefined {
  const parsed = answerSchema.safeParse(answer);
  if (!parsed.success) return undefined;
  return new Set((parsed.data?.batchItemFailures ?? []).map(({ itemIdentifier }) => itemIdentifier));
}

function recordOf({ MessageId, ReceiptHandle, Body, Attributes, MD5OfBody }: QueueMessage, source: EventSource) {
  return {
    messageId: MessageId,
    receiptHandle: ReceiptHandle,
    body: Body,
    attributes: Attributes,
    messageAttributes: {},
    md5OfBody: MD5OfBody,
    eventSource: "aws:sqs",
    eventSourceARN: source.queueArn,
    awsRegion: source.region,
  };
}
