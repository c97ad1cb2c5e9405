import { SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { asError } from "../../runtime/errors.ts";
import type { Log } from "../../runtime/log.ts";
import { escapeForSqs } from "./escape-for-sqs.ts";
import type { EventDeps } from "./event-store.ts";

export type OpenQueueClient = (region: string) => Pick<SQSClient, "send">;

/**
 * Sends replies to the reply queues, which are given by ARN. A queue that does not exist, that does not admit the sender or that
 * refuses the message will not take the reply later either: the reply is dropped with an error in the log, so that the job's events do not wait for it. The
 * job's end stays readable in the API.
 */
export function createReplier({
  openClient,
  queues,
  log,
}: {
  openClient: OpenQueueClient;
  queues: Record<string, string>;
  log: Log;
}): EventDeps["reply"] {
  const clients = new Map<string, ReturnType<OpenQueueClient>>();

  function clientOf(region: string): ReturnType<OpenQueueClient> {
    const client = clients.get(region) ?? openClient(region);
    clients.set(region, client);
    return client;
  }

  return async (text, { replyTo, jobId, correlationId }) => {
    const arn = queues[replyTo];
    const attributes = Object.entries({ jobId, ...(correlationId === undefined ? {} : { correlationId }) });
    if (arn === undefined) return drop(new Error(`Expected one of the names ${Object.keys(queues).join(", ")}.`));
    const [, , , region = "", accountId, name] = arn.split(":");
    try {
      await clientOf(region).send(
        new SendMessageCommand({
          QueueUrl: `https://sqs.${region}.amazonaws.com/${accountId}/${name}`,
          MessageBody: escapeForSqs(text),
          MessageAttributes: Object.fromEntries(
            attributes.map(([key, StringValue]) => [key, { DataType: "String", StringValue }]),
          ),
        }),
      );
    } catch (error) {
      if (!refusals.some((refusal) => asError(error).name.endsWith(refusal))) throw error;
      drop(error);
    }

    function drop(error: unknown): void {
      log.error({ jobId, replyTo, err: asError(error) }, "dropped a job's reply, which its queue will not take");
    }
  };
}

/** Ends of the names of errors, which have prefixes in one of the two protocols. The last two are about the message. */
const refusals = [
  "QueueDoesNotExist",
  "NonExistentQueue",
  "AccessDenied",
  "AccessDeniedException",
  "InvalidMessageContents",
  "InvalidParameterValue",
];
