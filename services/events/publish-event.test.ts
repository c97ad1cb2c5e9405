import { SNSClient } from "@aws-sdk/client-sns";
import { expect, it } from "vitest";
import type { JobEvent } from "../../contract/job-event.ts";
import { createPublisher, mailOf, subjectOf } from "./publish-event.ts";

const event: JobEvent = {
  v: 1,
  id: "0123",
  jobId: "job-1",
  owner: "alice",
  type: "word-frequency",
  state: "failed",
  createdAt: "2026-01-02T03:04:05.000Z",
  startedAt: "2026-01-02T03:04:06.000Z",
  finishedAt: "2026-01-02T03:04:07.000Z",
  attempts: 5,
  error: { code: "not-utf-8", message: "Expected text in UTF-8." },
};

it("publishes JSON for programs, a text for people and the attributes of filters", async () => {
  const inputs: unknown[] = [];
  const client = Object.assign(Object.create(SNSClient.prototype) as SNSClient, {
    send: async ({ input }: { input: unknown }) => void inputs.push(input),
  });

  await createPublisher({ client, topicArn: "arn:topic", orderedTopicArn: "arn:topic.fifo" })(event);

  expect(inputs).toEqual([
    {
      TopicArn: "arn:topic",
      Subject: "Job job-1 (word-frequency) failed",
      MessageStructure: "json",
      Message: JSON.stringify({ default: JSON.stringify(event), email: mailOf(event) }),
      MessageAttributes: {
        type: { DataType: "String", StringValue: "word-frequency" },
        state: { DataType: "String", StringValue: "failed" },
        owner: { DataType: "String", StringValue: "alice" },
      },
    },
  ]);
});

it("also publishes the event of a job in a group to the FIFO topic, once for its id", async () => {
  const inputs: unknown[] = [];
  const client = Object.assign(Object.create(SNSClient.prototype) as SNSClient, {
    send: async ({ input }: { input: unknown }) => void inputs.push(input),
  });
  const ofGroup = { ...event, groupId: "group" };

  await createPublisher({ client, topicArn: "arn:topic", orderedTopicArn: "arn:topic.fifo" })(ofGroup);
  await createPublisher({ client, topicArn: "arn:topic", orderedTopicArn: undefined })(ofGroup);

  expect(inputs).toMatchObject([
    { TopicArn: "arn:topic" },
    {
      TopicArn: "arn:topic.fifo",
      Message: JSON.stringify(ofGroup),
      MessageGroupId: expect.stringMatching(/^[0-9a-f]{64}$/),
      MessageDeduplicationId: "0123",
    },
    { TopicArn: "arn:topic" },
  ]);
});

it("escapes the characters of an error that a queue behind the topic refuses", async () => {
  const inputs: { Message: string }[] = [];
  const client = Object.assign(Object.create(SNSClient.prototype) as SNSClient, {
    send: async ({ input }: { input: { Message: string } }) => void inputs.push(input),
  });
  const odd = { ...event, groupId: "group", error: { code: "odd", message: "\uffff" } };

  await createPublisher({ client, topicArn: "arn:topic", orderedTopicArn: "arn:topic.fifo" })(odd);

  const texts = [JSON.parse(String(inputs[0]?.Message)).default, inputs[1]?.Message];
  expect(texts).toEqual([expect.stringContaining("\\uffff"), expect.stringContaining("\\uffff")]);
  expect(texts.map((text) => JSON.parse(text))).toEqual([odd, odd]);
});

it("tells a person in plain text what happened, and why", () => {
  expect(mailOf(event)).toBe(`Job job-1 (word-frequency) failed.

Job:          job-1
Type:         word-frequency
Owner:        alice
Accepted:     2026-01-02T03:04:05.000Z
Last attempt: 2026-01-02T03:04:06.000Z
Ended:        2026-01-02T03:04:07.000Z
Attempts:     5
Error:        Expected text in UTF-8. (not-utf-8)
`);
});

it("keeps a subject within SNS's limits", () => {
  const subject = subjectOf({ ...event, jobId: `é\n${"x".repeat(126)}` });

  expect(subject).toMatch(/^Job \?\?x+\.\.\.$/);
  expect(subject.length).toBeLessThan(100);
});
