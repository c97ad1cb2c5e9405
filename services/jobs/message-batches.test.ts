import type { SendMessageBatchCommandInput, SQSClient } from "@aws-sdk/client-sqs";
import { describe, expect, it } from "vitest";
import type { JobQueues } from "../../contract/job-queues.ts";
import { ManualClock } from "../../runtime/clock.ts";
import { createMessagesSender, gatherMessages, type OutgoingMessage } from "./message-batches.ts";

const outgoing = (jobId: string): OutgoingMessage => ({
  subject: { owner: "alice", jobId, type: "echo" },
  delayMilliseconds: 0,
});

/** A sender whose calls the test answers. */
function createHeldSender() {
  const calls: { jobIds: string[]; answer: (errors: (Error | undefined)[]) => void; fail: (error: Error) => void }[] =
    [];
  const send = (messages: readonly OutgoingMessage[]) => {
    const { promise, resolve, reject } = Promise.withResolvers<(Error | undefined)[]>();
    calls.push({ jobIds: messages.map(({ subject }) => subject.jobId), answer: resolve, fail: reject });
    return promise;
  };
  return { calls, send };
}

describe("messages of submissions at the same time", () => {
  it("are sent ten a call, and the rest when no submission is before its message any more", async () => {
    const { calls, send } = createHeldSender();
    const run = gatherMessages(send);
    const stored = Promise.withResolvers<void>();
    const submissions = Array.from({ length: 13 }, (_, index) =>
      run(async (sendMessage) => {
        await (index === 12 ? stored.promise : Promise.resolve("stored"));
        await sendMessage({ owner: "alice", jobId: String(index), type: "echo" }, 0);
      }),
    );

    await expect.poll(() => calls.length).toBe(1);
    const before = calls.map(({ jobIds }) => jobIds.length);
    stored.resolve();
    await expect.poll(() => calls.length).toBe(2);
    for (const { answer } of calls) answer([]);
    await Promise.all(submissions);

    expect(before).toEqual([10]);
    expect(calls.map(({ jobIds }) => jobIds.length)).toEqual([10, 3]);
    expect(calls.flatMap(({ jobIds }) => jobIds).sort()).toEqual(
      Array.from({ length: 13 }, (_, i) => String(i)).sort(),
    );
  });

  it("do not wait for a submission that ends without one", async () => {
    const { calls, send } = createHeldSender();
    const run = gatherMessages(send);
    const refused = Promise.withResolvers<never>();
    const refusedRun = run(() => refused.promise);
    const submission = run((sendMessage) => sendMessage({ owner: "alice", jobId: "one", type: "echo" }, 0));

    const before = calls.length;
    refused.reject(new Error("refused"));
    await expect(refusedRun).rejects.toThrow("refused");
    calls[0]?.answer([]);
    await submission;

    expect(before).toBe(0);
    expect(calls.map(({ jobIds }) => jobIds)).toEqual([["one"]]);
  });

  it("have outcomes of their own, unless the whole call fails", async () => {
    const { calls, send } = createHeldSender();
    const submit = (jobIds: string[]) => {
      const run = gatherMessages(send);
      const submitOne = (jobId: string) =>
        run(async (sendOne) => {
          await Promise.resolve("stored");
          await sendOne({ owner: "alice", jobId, type: "echo" }, 0);
        });
      return Promise.allSettled(jobIds.map(submitOne));
    };
    const some = submit(["a", "b", "c"]);
    const none = submit(["d", "e"]);
    await expect.poll(() => calls.length).toBe(2);
    calls[0]?.answer([undefined, new Error("no room"), undefined]);
    calls[1]?.fail(new Error("no answer"));

    const statuses = [await some, await none].map((settled) => settled.map(({ status }) => status));

    expect(statuses).toEqual([
      ["fulfilled", "rejected", "fulfilled"],
      ["rejected", "rejected"],
    ]);
  });
});

describe("a call with several messages", () => {
  it("gives each the fair-queue group of its owner", async () => {
    const calls: { input: SendMessageBatchCommandInput }[] = [];
    const send = async (command: { input: SendMessageBatchCommandInput }) => {
      calls.push(command);
      return {};
    };
    const sendMessages = createMessagesSender({
      client: { send } as unknown as SQSClient,
      queues: [{ url: "queue" }],
      clock: new ManualClock(),
    });

    await sendMessages(
      ["alice", "bob"].map((owner) => ({ ...outgoing("job-1"), subject: { owner, jobId: "job-1", type: "echo" } })),
    );

    const [call] = calls;
    expect(call?.input.Entries?.map(({ MessageGroupId }) => MessageGroupId)).toEqual(["alice", "bob"]);
  });

  it("goes out in one call for each queue, and only the failed call's messages are unsent", async () => {
    const bodies = new Map<string | undefined, string[]>();
    const client = {
      async send({ input }: { input: SendMessageBatchCommandInput }) {
        const { QueueUrl, Entries = [] } = input;
        bodies.set(
          QueueUrl,
          Entries.map(({ MessageBody = "" }) => JSON.parse(MessageBody).jobId),
        );
        if (QueueUrl === "words") throw new Error("away");
        return { Successful: Entries.map(({ Id }) => ({ Id })) };
      },
    } as unknown as SQSClient;
    const queues: JobQueues = [{ url: "standard" }, { url: "words", type: "word-frequency" }];
    const words = (jobId: string): OutgoingMessage => ({
      subject: { owner: "alice", jobId, type: "word-frequency" },
      delayMilliseconds: 0,
    });

    const outcomes = await createMessagesSender({ client, queues, clock: new ManualClock() })([
      words("w1"),
      outgoing("e1"),
      words("w2"),
      outgoing("e2"),
    ]);

    expect(Object.fromEntries(bodies)).toEqual({ standard: ["e1", "e2"], words: ["w1", "w2"] });
    expect(outcomes.map((error) => error?.message)).toEqual(["away", undefined, "away", undefined]);
  });

  it("counts as sent only what SQS's answer says so of", async () => {
    const client = {
      send: async () => ({
        Successful: [{ Id: "0" }],
        Failed: [
          { Id: "1", SenderFault: false, Code: "InternalError" },
          { Id: "2", SenderFault: true, Code: "InvalidMessageContents" },
        ],
      }),
    } as unknown as SQSClient;
    const send = createMessagesSender({ client, queues: [{ url: "queue" }], clock: new ManualClock() });

    const outcomes = await send(["sent", "later", "refused", "unmentioned"].map(outgoing));

    expect(outcomes.map((error) => error && "code" in error && error.code)).toEqual([
      undefined,
      "unsent",
      "refused-message",
      "unsent",
    ]);
  });
});
