import type { SendMessageCommand } from "@aws-sdk/client-sqs";
import { beforeEach, expect, it } from "vitest";
import { silentLog } from "../../runtime/log.ts";
import { createReplier, type OpenQueueClient } from "./send-reply.ts";

const queues = { billing: "arn:aws:sqs:eu-central-1:123456789012:billing" };

let sent: object[];
let opened: string[];
let failure: string | undefined;

beforeEach(() => {
  sent = [];
  opened = [];
  failure = undefined;
});

function openClient(region: string) {
  opened.push(region);
  return {
    async send({ input }: SendMessageCommand) {
      sent.push(input);
      if (failure !== undefined) throw Object.assign(new Error("no"), { name: failure });
    },
  };
}

it("sends the text with the ids as attributes, by one client for each region", async () => {
  const reply = open();

  await reply("{}", { replyTo: "billing", jobId: "job-1", correlationId: "request 7" });
  await reply("{}", { replyTo: "billing", jobId: "job-2" });

  const attribute = (StringValue: string) => ({ DataType: "String", StringValue });
  const url = { QueueUrl: "https://sqs.eu-central-1.amazonaws.com/123456789012/billing", MessageBody: "{}" };
  expect(sent).toEqual([
    { ...url, MessageAttributes: { jobId: attribute("job-1"), correlationId: attribute("request 7") } },
    { ...url, MessageAttributes: { jobId: attribute("job-2") } },
  ]);
  expect(opened).toEqual(["eu-central-1"]);
});

it("escapes the characters of a result that SQS refuses", async () => {
  const text = JSON.stringify({ result: "\ufffe\uffff\ufffd" });

  await open()(text, { replyTo: "billing", jobId: "job-1" });

  expect(sent).toMatchObject([{ MessageBody: '{"result":"\\ufffe\\uffff\ufffd"}' }]);
});

it.each([
  "QueueDoesNotExist",
  "AWS.SimpleQueueService.NonExistentQueue",
  "AccessDeniedException",
  "InvalidMessageContents",
  "InvalidParameterValue",
])("drops a reply that the queue refuses with %s", async (name) => {
  failure = name;

  await open()("{}", { replyTo: "billing", jobId: "job-1" });

  expect(sent).toHaveLength(1);
});

it("drops a reply to a name that the configuration does not have any more", async () => {
  await open()("{}", { replyTo: "gone", jobId: "job-1" });

  expect(sent).toEqual([]);
});

it.each(["ThrottlingException", "TimeoutError", "InternalFailure"])(
  "fails with %s, so that it is sent again",
  async (name) => {
    failure = name;

    await expect(open()("{}", { replyTo: "billing", jobId: "job-1" })).rejects.toThrow("no");
  },
);

function open() {
  return createReplier({ openClient: openClient as unknown as OpenQueueClient, queues, log: silentLog });
}
