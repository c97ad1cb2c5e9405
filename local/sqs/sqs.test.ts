import { beforeEach, describe, expect, test } from "vitest";
import type { Clock } from "../../runtime/clock.ts";
import { Sqs } from "./sqs.ts";
import { SqsUnderTest } from "./testing/sqs-under-test.ts";

let sqs: SqsUnderTest;

beforeEach(() => {
  sqs = new SqsUnderTest();
  return () => sqs.emulator.close();
});

describe("without an API call, the emulator tells", () => {
  test("how many messages are where, and how old the oldest is", async () => {
    const url = await sqs.createQueue("jobs");
    await sqs.send(url, "one");
    await sqs.clock.advance(2_500);
    await sqs.send(url, "two");
    await sqs.receive(url, { MaxNumberOfMessages: 1 });

    expect(sqs.emulator.counts(url)).toEqual({ visible: 1, inFlight: 1, delayed: 0, oldestAgeSeconds: 2.5 });
  });

  test("what lies in a queue, and leaves it there", async () => {
    const url = await sqs.createQueue("jobs");
    const sentAt = sqs.clock.now();
    const id = await sqs.send(url, "one");
    await sqs.receiveOne(url);

    expect(sqs.emulator.peek("jobs")).toEqual([
      {
        messageId: id,
        body: "one",
        attributes: {},
        state: "in-flight",
        sentAt,
        receiveCount: 1,
        deadLetterSourceArn: undefined,
      },
    ]);
  });

  test("what happens, until nobody listens any more", async () => {
    const url = await sqs.createQueue("jobs");
    const seen: string[] = [];
    const stop = sqs.emulator.subscribe(({ kind, queueName }) => seen.push(`${queueName} ${kind}`));

    await sqs.send(url, "one");
    stop();
    await sqs.receiveOne(url);

    expect(seen).toEqual(["jobs sent"]);
  });

  test("what happens, to a listener that sends in its turn, without losing a message", async () => {
    const url = await sqs.createQueue("jobs");
    const waiting = [1, 2].map(() => sqs.bodies(url, { MaxNumberOfMessages: 1, WaitTimeSeconds: 20 }));
    const stop = sqs.emulator.subscribe(({ kind }) => {
      if (kind !== "received") return;
      stop();
      void sqs.send(url, "answer");
    });

    await sqs.send(url, "question");
    await sqs.clock.advance(20_000);

    expect(await Promise.all(waiting)).toEqual([["question"], ["answer"]]);
  });
});

test("an unknown action is refused by name", async () => {
  await expect(sqs.call("AddPermission", {})).rejects.toMatchObject({
    code: "UnsupportedOperation",
    message: expect.stringContaining("AddPermission"),
  });
});

test("closing takes back all timers, and none is set afterwards", async () => {
  const clock = new CountingClock();
  const emulator = new Sqs({ clock, region: "r", accountId: "000000000000", endpoint: "http://127.0.0.1" });
  const { signal } = new AbortController();
  await emulator.handle("CreateQueue", { QueueName: "jobs" }, signal);
  await emulator.handle("SendMessage", { QueueUrl: "jobs", MessageBody: "later", DelaySeconds: 60 }, signal);
  const poll = emulator.handle("ReceiveMessage", { QueueUrl: "jobs", WaitTimeSeconds: 20 }, signal);
  expect(clock.pending).toBe(2);

  emulator.close();
  await emulator.handle("SendMessage", { QueueUrl: "jobs", MessageBody: "later", DelaySeconds: 60 }, signal);
  await emulator.handle("ReceiveMessage", { QueueUrl: "jobs", WaitTimeSeconds: 20 }, signal);

  expect(await poll).toEqual({});
  expect(clock.pending).toBe(0);
});

class CountingClock implements Clock {
  pending = 0;

  now(): number {
    return 0;
  }

  after(): () => void {
    this.pending++;
    return () => this.pending--;
  }
}
