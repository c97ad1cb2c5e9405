import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import type { JobEvent } from "../../contract/job-event.ts";
import { requestTimeouts } from "../../runtime/request-timeouts.ts";
import { orderedGroupOf } from "../jobs/job-key.ts";
import { escapeForSqs } from "./escape-for-sqs.ts";
import type { EventDeps } from "./event-store.ts";

/** One short try, because a worker's slot waits for it. The sweeper publishes the event if it fails. */
export function createHastyTopicClient(): SNSClient {
  return new SNSClient({ requestHandler: requestTimeouts(2_000), maxAttempts: 1 });
}

/**
 * Publishes events to a topic: JSON for programs, plain text for e-mail. Subscribers filter by the attributes. Events of jobs in groups
 * also go to the FIFO topic, if the stack has one.
 */
export function createPublisher(options: {
  client: SNSClient;
  topicArn: string;
  orderedTopicArn: string | undefined;
}): EventDeps["publish"] {
  const { client, topicArn, orderedTopicArn } = options;
  return async (event) => {
    const json = escapeForSqs(JSON.stringify(event));
    await client.send(
      new PublishCommand({
        TopicArn: topicArn,
        Subject: subjectOf(event),
        MessageStructure: "json",
        Message: JSON.stringify({ default: json, email: mailOf(event) }),
        MessageAttributes: attributesOf(event),
      }),
    );
    if (event.groupId === undefined || orderedTopicArn === undefined) return;
    await client.send(
      new PublishCommand({
        TopicArn: orderedTopicArn,
        Message: json,
        MessageAttributes: attributesOf(event),
        MessageGroupId: orderedGroupOf(event),
        MessageDeduplicationId: event.id,
      }),
    );
  };
}

function attributesOf({ type, state, owner }: JobEvent) {
  const attributes = Object.entries({ type, state, owner });
  return Object.fromEntries(attributes.map(([name, StringValue]) => [name, { DataType: "String", StringValue }]));
}

/** SNS takes ASCII without control characters, fewer than 100. */
export function subjectOf({ type, jobId, state }: JobEvent): string {
  const text = `Job ${jobId} (${type}) ${state === "running" ? "has started" : past[state]}`;
  const ascii = text.replace(/[^\x20-\x7e]/g, "?");
  return ascii.length < 100 ? ascii : `${ascii.slice(0, 96)}...`;
}

const past = { queued: "is queued", succeeded: "succeeded", failed: "failed", cancelled: "was cancelled" } as const;

export function mailOf(event: JobEvent): string {
  const lines = [
    ["Job", event.jobId],
    ["Type", event.type],
    ["Owner", event.owner],
    ["Accepted", event.createdAt],
    ["Last attempt", event.startedAt],
    ["Ended", event.finishedAt],
    ["Attempts", String(event.attempts)],
    // A cancelled or succeeded job may have failed before.
    ["Error", event.state === "failed" && event.error ? `${event.error.message} (${event.error.code})` : undefined],
    ["Result", event.resultUrl],
  ].filter(([, value]) => value !== undefined);
  return `${subjectOf(event)}.\n\n${lines.map(([name, value]) => `${`${name}:`.padEnd(14)}${value}`).join("\n")}\n`;
}
