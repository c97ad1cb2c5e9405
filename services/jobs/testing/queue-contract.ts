import { expect, it } from "vitest";
import type { QueueCounts } from "../../../runtime/queue-counts.ts";
import type { JobQueue, ReceivedMessage } from "../ports.ts";

/** A queue with 30 s of visibility and a redrive after 3 receives, and the time in which it lives. */
export interface QueueUnderTest {
  queue: JobQueue;
  pass(milliseconds: number): Promise<void>;
  /** What is there now, without waiting for more. */
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

/** What every queue of messages must do, the real one and the fake. */
export function queueContract(open: () => Promise<QueueUnderTest>): void {
  it("brings a message as it was sent, readable", async () => {
    const { queue, receiveNow } = await open();
    await queue.send({ owner: "né/🦆", jobId: "job-1" }, 0);

    const [received] = await receiveNow();

    expect(received).toMatchObject({ content: { v: 1, owner: "né/🦆", jobId: "job-1" }, receiveCount: 1 });
    expect(received?.body).toMatch(/^[\x20-\x7e]+$/);
  });

  it("brings the job's trace with the message, and with the fresh one that takes its place", async () => {
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
    ["an older worker's", { v: 1, owner: "alice", jobId: "job-1", ts: 0 }],
    ["one whose trace is no text", { v: 1, owner: "alice", jobId: "job-1", ts: 0, traceparent: 7 }],
    ["one whose trace is too long", { v: 1, owner: "alice", jobId: "job-1", ts: 0, traceparent: "x".repeat(99) }],
    ["one with more than we know", { v: 1, owner: "alice", jobId: "job-1", ts: 0, mood: "good" }],
  ])("reads %s message nevertheless", async (_case, message) => {
    const { sendBody, receiveNow } = await open();
    await sendBody(JSON.stringify(message));

    const [received] = await receiveNow();

    expect(received?.content).toEqual({ v: 1, owner: "alice", jobId: "job-1", ts: 0 });
  });

  it("brings at most as many messages as asked for", async () => {
    const { queue } = await open();
    for (const jobId of ["a", "b", "c"]) await queue.send({ owner: "alice", jobId }, 0);

    const received = await queue.receive(2, new AbortController().signal);

    expect(received).toHaveLength(2);
  });

  it("waits for a message that is not there yet", async () => {
    const { queue } = await open();

    const waiting = queue.receive(1, new AbortController().signal);
    await queue.send(key, 0);

    expect(await waiting).toHaveLength(1);
  });

  it("stops waiting, empty-handed, when told to", async () => {
    const { queue } = await open();
    const stop = new AbortController();

    const waiting = queue.receive(1, stop.signal);
    stop.abort();

    expect(await waiting).toEqual([]);
    expect(await queue.receive(1, stop.signal)).toEqual([]);
  });

  it("holds a message back for its delay, rounded up to whole seconds", async () => {
    const { queue, pass, receiveNow } = await open();
    await queue.send(key, 4_001);

    await pass(4_500);
    const early = await receiveNow();
    await pass(500);

    expect(early).toEqual([]);
    expect(await receiveNow()).toHaveLength(1);
  });

  it("holds a message back for 15 minutes at most", async () => {
    const { queue, pass, receiveNow } = await open();
    await queue.send(key, 3_600_000);

    await pass(900_000);

    expect(await receiveNow()).toHaveLength(1);
  });

  it("shows a received message again after its visibility timeout, and counts", async () => {
    const { queue, pass, receiveNow } = await open();
    await queue.send(key, 0);
    await receiveNow();

    await pass(visibility - 1_000);
    const early = await receiveNow();
    await pass(1_000);

    expect(early).toEqual([]);
    expect(await receiveNow()).toMatchObject([{ receiveCount: 2 }]);
  });

  it("keeps an extended message away for the whole extension", async () => {
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

  it("does not bring back a deleted message", async () => {
    const { queue, pass, receiveNow, count } = await open();
    await queue.send(key, 0);

    await queue.delete(one(await receiveNow()));
    await pass(2 * visibility);

    expect(await receiveNow()).toEqual([]);
    expect(await count()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  });

  it("leaves the message to its present receiver when an earlier one comes late", async () => {
    const { queue, pass, receiveNow } = await open();
    await queue.send(key, 0);
    const late = one(await receiveNow());
    await pass(visibility);
    await receiveNow();

    await queue.extend(late, 0);
    await queue.delete(late);
    await queue.defer(late, 0);

    expect(await receiveNow()).toEqual([]);
    await pass(visibility);
    expect(await receiveNow()).toMatchObject([{ receiveCount: 3 }]);
  });

  it("takes a second delete, extension or deferral of a message quietly", async () => {
    const { queue, receiveNow, count } = await open();
    await queue.send(key, 0);
    const received = one(await receiveNow());
    await queue.delete(received);

    await queue.delete(received);
    await queue.extend(received, visibility);
    await queue.defer(received, 0);

    expect(await count()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  });

  it("shows a deferred message after the time asked for", async () => {
    const { queue, pass, receiveNow } = await open();
    await queue.send(key, 0);

    await queue.defer(one(await receiveNow()), 4_001);
    await pass(4_500);
    const early = await receiveNow();
    await pass(500);

    expect(early).toEqual([]);
    expect(await receiveNow()).toMatchObject([{ receiveCount: 2 }]);
  });

  it("never moves a message to the dead-letter queue by deferring it", async () => {
    const { queue, receiveNow, count, deadLetters } = await open();
    await queue.send(key, 0);

    for (let round = 0; round < 5 * contractMaxReceiveCount; round++) {
      await queue.defer(one(await receiveNow()), 0);
    }

    expect(await deadLetters()).toEqual([]);
    expect(await count()).toEqual({ visible: 1, inFlight: 0, delayed: 0 });
  });

  it("moves a message that is only ever received to the dead-letter queue", async () => {
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
    "brings %s without content, and leaves it to the redrive policy however often it is deferred",
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

  it("counts what waits for a worker, for an answer and for its time", async () => {
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
