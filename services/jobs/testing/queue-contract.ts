import { expect, it } from "vitest";
import type { QueueCounts } from "../../../runtime/queue-counts.ts";
import type { JobQueue, ReceivedMessage } from "../ports.ts";

/** A queue with a visibility timeout of 30 s and a redrive after 3 receives, and control of its time. */
export interface QueueUnderTest {
  queue: JobQueue;
  pass(milliseconds: number): Promise<void>;
  /** Receives without a long poll. */
  receiveNow(): Promise<ReceivedMessage[]>;
  count(): Promise<QueueCounts>;
  sendBody(body: string): Promise<void>;
  deadLetters(): Promise<{ body: string; reason: string | undefined }[]>;
}

export const contractVisibilitySeconds = 30;
export const contractMaxReceiveCount = 3;

const key = { owner: "alice", jobId: "job-1" };
const traceparent = "00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01";
const visibility = contractVisibilitySeconds * 1000;

/** The contract of a job queue, for SQS and for the fake. */
export function queueContract(open: () => Promise<QueueUnderTest>): void {
  it("delivers a message as sent, in printable characters", async () => {
    const { queue, receiveNow } = await open();
    await queue.send({ owner: "né/🦆", jobId: "job-1" }, 0);

    const [received] = await receiveNow();

    expect(received).toMatchObject({ content: { v: 1, owner: "né/🦆", jobId: "job-1" }, receiveCount: 1 });
    expect(received?.body).toMatch(/^[\x20-\x7e]+$/);
  });

  it("delivers the job's trace with the message and with its replacement", async () => {
    const { queue, receiveNow } = await open();
    await queue.send({ ...key, traceparent }, 0);

    const traces: (string | undefined)[] = [];
    for (let round = 0; round < 2 * contractMaxReceiveCount; round++) {
      const received = one(await receiveNow());
      traces.push(received.content?.traceparent);
      await queue.defer(received, 0);
    }

    expect(traces).toEqual(Array(2 * contractMaxReceiveCount).fill(traceparent));
  });

  it.each([
    ["an older sender's message", { v: 1, owner: "alice", jobId: "job-1", ts: 0 }],
    ["a message whose trace is no text", { v: 1, owner: "alice", jobId: "job-1", ts: 0, traceparent: 7 }],
    ["a message whose trace is too long", { v: 1, owner: "alice", jobId: "job-1", ts: 0, traceparent: "x".repeat(99) }],
    ["a message with unknown members", { v: 1, owner: "alice", jobId: "job-1", ts: 0, mood: "good" }],
  ])("reads %s", async (_case, message) => {
    const { sendBody, receiveNow } = await open();
    await sendBody(JSON.stringify(message));

    const [received] = await receiveNow();

    expect(received?.content).toEqual({ v: 1, owner: "alice", jobId: "job-1", ts: 0 });
  });

  it("delivers at most the requested number of messages", async () => {
    const { queue } = await open();
    for (const jobId of ["a", "b", "c"]) await queue.send({ owner: "alice", jobId }, 0);

    const received = await queue.receive(2, new AbortController().signal);

    expect(received).toHaveLength(2);
  });

  it("waits for a message in a long poll", async () => {
    const { queue } = await open();

    const waiting = queue.receive(1, new AbortController().signal);
    await queue.send(key, 0);

    expect(await waiting).toHaveLength(1);
  });

  it("ends a long poll without messages on abort", async () => {
    const { queue } = await open();
    const stop = new AbortController();

    const waiting = queue.receive(1, stop.signal);
    stop.abort();

    expect(await waiting).toEqual([]);
    expect(await queue.receive(1, stop.signal)).toEqual([]);
  });

  it("delays a message, rounded up to whole seconds", async () => {
    const { queue, pass, receiveNow } = await open();
    await queue.send(key, 4_001);

    await pass(4_500);
    const early = await receiveNow();
    await pass(500);

    expect(early).toEqual([]);
    expect(await receiveNow()).toHaveLength(1);
  });

  it("delays a message for 15 minutes at most", async () => {
    const { queue, pass, receiveNow } = await open();
    await queue.send(key, 3_600_000);

    await pass(900_000);

    expect(await receiveNow()).toHaveLength(1);
  });

  it("delivers a message again after its visibility timeout, with the receive count", async () => {
    const { queue, pass, receiveNow } = await open();
    await queue.send(key, 0);
    await receiveNow();

    await pass(visibility - 1_000);
    const early = await receiveNow();
    await pass(1_000);

    expect(early).toEqual([]);
    expect(await receiveNow()).toMatchObject([{ receiveCount: 2 }]);
  });

  it("hides an extended message for the whole extension", async () => {
    const { queue, pass, receiveNow } = await open();
    await queue.send(key, 0);
    const received = one(await receiveNow());

    await pass(visibility - 1_000);
    await queue.extend(received, visibility);
    await pass(visibility - 1_000);
    const early = await receiveNow();
    await pass(1_000);

    expect(early).toEqual([]);
    expect(await receiveNow()).toHaveLength(1);
  });

  it("does not deliver a deleted message again", async () => {
    const { queue, pass, receiveNow, count } = await open();
    await queue.send(key, 0);

    await queue.deleteBatch([one(await receiveNow())]);
    await pass(2 * visibility);

    expect(await receiveNow()).toEqual([]);
    expect(await count()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  });

  it("deletes a batch of messages and no other", async () => {
    const { queue, pass, receiveNow } = await open();
    for (const jobId of ["a", "b", "c"]) await queue.send({ owner: "alice", jobId }, 0);
    const received = [one(await receiveNow()), one(await receiveNow()), one(await receiveNow())];

    const failed = await queue.deleteBatch(received.slice(0, 2));
    await pass(visibility);

    expect(failed).toEqual([]);
    expect(one(await receiveNow()).content?.jobId).toBe(received[2]?.content?.jobId);
    expect(await receiveNow()).toEqual([]);
  });

  it("receives at once what is visible, up to the requested number, or nothing", async () => {
    const { queue } = await open();
    const before = await queue.receiveNow(10);
    for (const jobId of ["a", "b", "c"]) await queue.send({ owner: "alice", jobId }, 0);

    const first = await queue.receiveNow(2);
    const second = await queue.receiveNow(10);

    expect(before).toEqual([]);
    expect([...first, ...second].map(({ content }) => content?.jobId).sort()).toEqual(["a", "b", "c"]);
    expect(first).toHaveLength(2);
  });

  it("ignores an outdated receipt handle", async () => {
    const { queue, pass, receiveNow } = await open();
    await queue.send(key, 0);
    const late = one(await receiveNow());
    await pass(visibility);
    await receiveNow();

    await queue.extend(late, 0);
    await queue.deleteBatch([late]);
    await queue.defer(late, 0);

    expect(await receiveNow()).toEqual([]);
    await pass(visibility);
    expect(await receiveNow()).toMatchObject([{ receiveCount: 3 }]);
  });

  it("ignores the delete, extension or deferral of a deleted message", async () => {
    const { queue, receiveNow, count } = await open();
    await queue.send(key, 0);
    const received = one(await receiveNow());
    await queue.deleteBatch([received]);

    await queue.deleteBatch([received]);
    await queue.extend(received, visibility);
    await queue.defer(received, 0);

    expect(await count()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  });

  it("delivers a deferred message after the requested time", async () => {
    const { queue, pass, receiveNow } = await open();
    await queue.send(key, 0);

    await queue.defer(one(await receiveNow()), 4_001);
    await pass(4_500);
    const early = await receiveNow();
    await pass(500);

    expect(early).toEqual([]);
    expect(await receiveNow()).toMatchObject([{ receiveCount: 2 }]);
  });

  it("never dead-letters a message that is only deferred", async () => {
    const { queue, receiveNow, count, deadLetters } = await open();
    await queue.send(key, 0);

    for (let round = 0; round < 5 * contractMaxReceiveCount; round++) {
      await queue.defer(one(await receiveNow()), 0);
    }

    expect(await deadLetters()).toEqual([]);
    expect(await count()).toEqual({ visible: 1, inFlight: 0, delayed: 0 });
  });

  it("dead-letters a message that is only received", async () => {
    const { queue, pass, receiveNow, deadLetters } = await open();
    await queue.send(key, 0);

    for (let round = 0; round < contractMaxReceiveCount; round++) {
      one(await receiveNow());
      await pass(visibility);
    }

    expect(await receiveNow()).toEqual([]);
    expect(await deadLetters()).toMatchObject([{ reason: undefined }]);
  });

  it.each(["not json", '{"v":2,"owner":"alice","jobId":"job-1","ts":0}', "[]"])(
    "delivers %s without content, and does not protect it from the redrive policy by deferring it",
    async (body) => {
      const { queue, sendBody, receiveNow, deadLetters } = await open();
      await sendBody(body);

      for (let round = 0; round < contractMaxReceiveCount; round++) {
        const received = one(await receiveNow());
        expect(received).toMatchObject({ content: undefined, body });
        await queue.defer(received, 0);
      }

      expect(await receiveNow()).toEqual([]);
      expect(await deadLetters()).toMatchObject([{ body }]);
    },
  );

  it("dead-letters a message with the reason", async () => {
    const { queue, pass, receiveNow, deadLetters } = await open();
    await queue.send(key, 0);
    const received = one(await receiveNow());

    await queue.deadLetter(received, "boom: it broke");
    await pass(visibility);

    expect(await receiveNow()).toEqual([]);
    expect(await deadLetters()).toEqual([{ body: received.body, reason: "boom: it broke" }]);
  });

  it("counts visible, in-flight and delayed messages", async () => {
    const { queue, receiveNow, count } = await open();
    await queue.send(key, 0);
    await receiveNow();

    for (const jobId of ["a", "b"]) await queue.send({ owner: "alice", jobId }, 0);
    await queue.send(key, 60_000);

    expect(await count()).toEqual({ visible: 2, inFlight: 1, delayed: 1 });
  });
}

function one(received: ReceivedMessage[]): ReceivedMessage {
  const [first] = received;
  if (first === undefined) throw new Error("Expected a message; came none.");
  return first;
}
