import { ReceiveMessageCommand, SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { anonymous } from "../../contract/job.ts";
import { deadLetterReasonAttribute } from "../../contract/job-message.ts";
import { jobQueues, queueOf } from "../../contract/job-queues.ts";
import { ManualClock } from "../../runtime/clock.ts";
import { createHotQueueClient } from "../../runtime/json-client/hot-clients.ts";
import { addQueueCounts, createQueueCounter } from "../../runtime/queue-counts.ts";
import { hotClientOptions } from "../../runtime/testing/hot-client-options.ts";
import { createJobQueue, createMessageSender, fairGroupOf } from "./job-queue.ts";
import { type LocalQueues, startLocalQueues } from "./testing/local-queue.ts";
import { orderedQueueContract } from "./testing/ordered-queue-contract.ts";
import {
  contractMaxReceiveCount,
  contractVisibilitySeconds,
  type QueueUnderTest,
  queueContract,
} from "./testing/queue-contract.ts";

let queues: LocalQueues;
beforeAll(async () => {
  queues = await startLocalQueues();
});
afterAll(() => queues.close());

// The emulator reads the wall clock; here that clock is ours, and no test has to wait for it.
beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"] }));
afterEach(() => void vi.useRealTimers());

describe("the queue in SQS", () => {
  queueContract(() => openQueue(queues.client));
});

describe("the queue in SQS through the worker's client", () => {
  queueContract(() => openQueue(createHotQueueClient({ ...hotClientOptions, endpoint: queues.endpoint })));
});

describe("the FIFO queue in SQS", () => {
  orderedQueueContract(async () => {
    const queueUrl = await queues.createOrderedQueue({ visibilitySeconds: contractVisibilitySeconds });
    const queue = createJobQueue({
      client: queues.client,
      queueUrl,
      deadLetterQueueUrl: "unused",
      maxReceiveCount: contractMaxReceiveCount,
      clock: new ManualClock(),
    });
    return { queue, pass: async (milliseconds) => void vi.setSystemTime(Date.now() + milliseconds) };
  });
});

describe("a dead-lettered message", () => {
  it("carries its reason in characters and a length that SQS takes", async () => {
    const { queue, receiveNow, deadLetters, sendBody } = await openQueue(queues.client);
    await sendBody("broken");
    const [received] = await receiveNow();

    if (received) await queue.deadLetter(received, `bad:\n"🦆"${"x".repeat(2_000)}`);

    const [dead] = await deadLetters();
    expect(dead?.reason).toMatch(/^bad:\?"\?\?"x+$/);
    expect(dead?.reason).toHaveLength(1_000);
  });
});

describe("a message of another queue", () => {
  it("is replaced, deleted and dead-lettered in the queue that it came from", async () => {
    const one = await openQueue(queues.client);
    const other = await openQueue(queues.client);
    await other.queue.send({ owner: "alice", jobId: "job-1" }, 0);
    await one.queue.send({ owner: "alice", jobId: "job-2" }, 0);

    for (let round = 0; round < contractMaxReceiveCount; round++) {
      const [received] = await other.receiveNow();
      if (received) await one.queue.defer(received, 0);
    }
    const replaced = await other.count();
    const [received] = await other.receiveNow();
    const [own] = await one.receiveNow();
    if (received && own) await one.queue.deleteBatch([own, received]);

    expect(replaced).toEqual({ visible: 1, inFlight: 0, delayed: 0 });
    const none = { visible: 0, inFlight: 0, delayed: 0 };
    expect([await one.count(), await other.count()]).toEqual([none, none]);
    expect(await addQueueCounts([async () => replaced, async () => replaced])()).toMatchObject({ visible: 2 });
  });
});

describe("the sender of messages", () => {
  it("chooses the queue by the job's type", async () => {
    const sentTo: unknown[] = [];
    const client = { send: async ({ input }: { input: { QueueUrl: string } }) => sentTo.push(input.QueueUrl) };
    const send = createMessageSender({
      client: client as unknown as LocalQueues["client"],
      queues: jobQueues({
        QUEUE_URL: "standard",
        MORE_QUEUES: [{ url: "words", type: "word-frequency", concurrency: 2 }],
      }),
      clock: new ManualClock(),
    });

    await send({ owner: "alice", jobId: "job-1", type: "word-frequency" }, 0);
    await send({ owner: "alice", jobId: "job-2", type: "echo" }, 0);

    expect(sentTo).toEqual(["words", "standard"]);
  });
});

describe("the queue of a job", () => {
  const queues = jobQueues({ QUEUE_URL: "standard", MORE_QUEUES: [{ url: "x.fifo" }, { url: "e", type: "echo" }] });

  it.each([
    ["e", { type: "echo" }],
    ["e", { type: "echo", groupId: "group" }],
    ["x.fifo", { type: "word-frequency", groupId: "group" }],
    ["standard", { type: "word-frequency" }],
  ] as const)("is %s for %j", (url, job) => {
    expect(queueOf(job, queues).url).toBe(url);
  });

  it("is the standard one for a job in a group once the stack keeps no order", () => {
    expect(queueOf({ type: "echo", groupId: "group" }, [{ url: "standard" }]).url).toBe("standard");
  });
});

describe("the group of an owner's messages", () => {
  it("is the encoded owner, and its hash if that is too long", () => {
    expect(fairGroupOf("https://issuer|né")).toBe("https%3A%2F%2Fissuer%7Cn%C3%A9");
    expect(fairGroupOf("🦆".repeat(11))).toMatch(/^[0-9a-f]{64}$/);
  });

  it("is absent where all callers are one owner", () => {
    expect(fairGroupOf(anonymous)).toBeUndefined();
  });

  it("stays with the message when a deferral replaces it", async () => {
    const { queue, receiveNow } = await openQueue(queues.client);
    await queue.send({ owner: "alice", jobId: "job-1" }, 0);
    const sent = vi.spyOn(queues.client, "send");

    for (let receive = 1; receive < contractMaxReceiveCount; receive++) {
      const [received] = await receiveNow();
      if (received) await queue.defer(received, 0);
    }

    const groups = sent.mock.calls.flatMap(([{ input }]) => ("MessageBody" in input ? [input] : []));
    expect(groups).toMatchObject([{ MessageGroupId: "alice" }]);
    sent.mockRestore();
  });
});

describe("a receipt that is no longer good", () => {
  it.each([
    ["ReceiptHandleIsInvalid", "The input receipt handle is invalid."],
    ["MessageNotInflight", "Message does not exist or is not available for visibility timeout change."],
    [
      "InvalidParameterValue",
      "Value x for parameter ReceiptHandle is invalid. Reason: The receipt handle has expired.",
    ],
  ])("is no error when SQS says %s", async (name, message) => {
    const queue = answering(name, message);

    await expect(queue.extend(receivedMessage, 1_000)).resolves.toBeUndefined();
    await expect(failingEntry(name, message).deleteBatch([receivedMessage])).resolves.toEqual([]);
  });

  it("does not hide another error", async () => {
    const queue = answering("InvalidParameterValue", "Value 50000 for parameter VisibilityTimeout is invalid.");

    await expect(queue.extend(receivedMessage, 1_000)).rejects.toThrow("VisibilityTimeout");
    await expect(failingEntry("InternalError", "try again").deleteBatch([receivedMessage])).resolves.toEqual([
      receivedMessage,
    ]);
  });
});

const receivedMessage = {
  content: undefined,
  body: "{}",
  receiptHandle: "x",
  messageId: "y",
  queueUrl: "http://queue",
  receiveCount: 1,
};

/** A queue whose every call ends in this error. */
function answering(name: string, message: string) {
  return queueThat(() => Promise.reject(Object.assign(new Error(message), { name })));
}

/** A queue that fails in the first entry of every batch. */
function failingEntry(Code: string, Message: string) {
  return queueThat(async () => ({ Failed: [{ Id: "0", Code, Message, SenderFault: false }] }));
}

function queueThat(send: () => Promise<unknown>) {
  const client = { send };
  return createJobQueue({
    client: client as unknown as LocalQueues["client"],
    queueUrl: "http://queue",
    deadLetterQueueUrl: "http://dead",
    maxReceiveCount: contractMaxReceiveCount,
    clock: new ManualClock(),
  });
}

async function openQueue(workerClient: Pick<SQSClient, "send">): Promise<QueueUnderTest> {
  const { client, impatientClient } = queues;
  const urls = await queues.createQueues({
    visibilitySeconds: contractVisibilitySeconds,
    maxReceiveCount: contractMaxReceiveCount,
  });
  const clock = new ManualClock(1_000_000);
  vi.setSystemTime(clock.now());
  const options = { ...urls, maxReceiveCount: contractMaxReceiveCount, clock };
  const impatient = createJobQueue({ client: impatientClient, ...options });
  return {
    queue: createJobQueue({ client: workerClient, ...options }),
    async pass(milliseconds) {
      await clock.advance(milliseconds);
      vi.setSystemTime(clock.now());
    },
    receiveNow: () => impatient.receive(1, new AbortController().signal),
    count: createQueueCounter({ client, queueUrl: urls.queueUrl }),
    async sendBody(body) {
      await client.send(new SendMessageCommand({ QueueUrl: urls.queueUrl, MessageBody: body }));
    },
    async deadLetters() {
      const { Messages = [] } = await impatientClient.send(
        new ReceiveMessageCommand({
          QueueUrl: urls.deadLetterQueueUrl,
          MaxNumberOfMessages: 10,
          MessageAttributeNames: ["All"],
        }),
      );
      return Messages.map(({ Body = "", MessageAttributes = {} }) => ({
        body: Body,
        reason: MessageAttributes[deadLetterReasonAttribute]?.StringValue,
      }));
    },
  };
}
