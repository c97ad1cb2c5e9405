import { afterEach, expect, it } from "vitest";
import { ManualClock } from "../../runtime/clock.ts";
import { Sqs } from "../sqs/sqs.ts";
import { type QueueMessage, startEventSourceMapping } from "./event-source-mapping.ts";
import { failed, type InvokeResult } from "./invocation.ts";

interface Batch {
  Records: { messageId: string; body: string; attributes: Record<string, string> }[];
}

const never = new AbortController().signal;
let stop = () => {};
afterEach(() => stop());

/** A queue whose messages go to the handler, and what the mapping reports. */
async function map(handler: (batch: Batch) => InvokeResult) {
  const clock = new ManualClock();
  const sqs = new Sqs({ clock, region: "eu-central-1", accountId: "1", endpoint: "http://sqs" });
  await sqs.handle("CreateQueue", { QueueName: "inbox", Attributes: { VisibilityTimeout: "60" } }, never);
  const problems: string[] = [];
  const batches: Batch[] = [];
  const send = (MessageBody: string) => sqs.handle("SendMessage", { QueueUrl: "inbox", MessageBody }, never);
  return {
    clock,
    sqs,
    problems,
    batches,
    async start(...bodies: string[]) {
      for (const body of bodies) await send(body);
      stop = startEventSourceMapping({
        source: {
          queueArn: "arn:aws:sqs:eu-central-1:1:inbox",
          region: "eu-central-1",
          async receive(signal) {
            const poll = { QueueUrl: "inbox", MaxNumberOfMessages: 10, WaitTimeSeconds: 20 };
            const all = { ...poll, MessageSystemAttributeNames: ["All"] };
            const answer = (await sqs.handle("ReceiveMessage", all, signal)) as { Messages?: QueueMessage[] };
            return answer.Messages ?? [];
          },
          async delete(ReceiptHandle) {
            await sqs.handle("DeleteMessage", { QueueUrl: "inbox", ReceiptHandle }, never);
          },
        },
        async invoke(event) {
          batches.push(event as Batch);
          return handler(event as Batch);
        },
        concurrency: 1,
        onProblem: (message) => problems.push(message),
      });
      await clock.advance(0);
    },
  };
}

it("deletes what the function does not report as failed, and delivers the rest again after its visibility timeout", async () => {
  const { clock, sqs, batches, start } = await map(({ Records }) => {
    const isFirst = Records.some(({ attributes }) => attributes.ApproximateReceiveCount === "1");
    const failing = Records.filter(({ body }) => isFirst && body === "b");
    return {
      ok: true,
      result: { batchItemFailures: failing.map(({ messageId }) => ({ itemIdentifier: messageId })) },
    };
  });

  await start("a", "b", "c");
  const after = sqs.counts("inbox");
  await clock.advance(61_000);

  expect(after).toMatchObject({ visible: 0, inFlight: 1 });
  expect(batches.map(({ Records }) => Records.map(({ body }) => body))).toEqual([["a", "b", "c"], ["b"]]);
  expect(sqs.counts("inbox")).toMatchObject({ visible: 0, inFlight: 0 });
});

it.each<[string, InvokeResult]>([
  ["the function fails", failed("Error", "no luck")],
  ["the answer has no ids", { ok: true, result: { batchItemFailures: [{ itemIdentifier: "" }] } }],
])("deletes nothing when %s", async (_case, result) => {
  const { sqs, problems, start } = await map(() => result);

  await start("a", "b");

  expect(sqs.counts("inbox")).toMatchObject({ inFlight: 2 });
  expect(problems).toHaveLength(1);
});

it("deletes all messages when the function answers nothing", async () => {
  const { sqs, start } = await map(() => ({ ok: true, result: null }));

  await start("a", "b");

  expect(sqs.counts("inbox")).toMatchObject({ visible: 0, inFlight: 0 });
});
