import { beforeEach, describe, expect, test } from "vitest";
import { SqsUnderTest } from "./testing/sqs-under-test.ts";

let sqs: SqsUnderTest;
let queueUrl: string;

beforeEach(async () => {
  sqs = new SqsUnderTest();
  queueUrl = await sqs.createQueue("jobs");
  return () => sqs.emulator.close();
});

describe("messages of a group", () => {
  test("keep the order of arrival while no group has 30 in flight", async () => {
    await send("noisy", 30);
    await send("quiet", 1);

    await receive(28);

    expect(await receive(3)).toEqual(["noisy", "noisy", "quiet"]);
  });

  test("wait behind those of quiet groups while it has 30 in flight and more than a tenth of all", async () => {
    await send("noisy", 40);
    await send("quiet", 1);
    await send(undefined, 1);

    await receive(30);

    expect(await receive(3)).toEqual(["quiet", "none", "noisy"]);
  });

  test("do not wait while 30 in flight are a tenth of all", async () => {
    for (let group = 0; group < 27; group++) await send(`group-${group}`, 10);
    await send("many", 31);
    await send("quiet", 1);

    await receive(300);

    expect(await receive(2)).toEqual(["many", "quiet"]);
  });

  test("wait behind those of a noisy group that has fewer in flight", async () => {
    await send("noisier", 45);
    await receive(45);
    await send("noisy", 35);
    await receive(35);
    await send("noisier", 1);
    await send("noisy", 1);

    expect(await receive(2)).toEqual(["noisy", "noisier"]);
  });

  test("have their turn again once the group's messages are done", async () => {
    await send("noisy", 31);
    await send("quiet", 1);
    const messages = (await Promise.all(Array.from({ length: 3 }, () => sqs.receive(queueUrl)))).flat();

    for (const message of messages.slice(0, 2)) await sqs.delete(queueUrl, message);

    expect(await receive(1)).toEqual(["noisy"]);
  });

  test("have the group among their attributes", async () => {
    await send("alice", 1);

    const message = await sqs.receiveOne(queueUrl);

    expect(message.Attributes?.MessageGroupId).toBe("alice");
  });
});

async function send(group: string | undefined, count: number): Promise<void> {
  for (let index = 0; index < count; index++) {
    await sqs.send(queueUrl, group ?? "none", group === undefined ? {} : { MessageGroupId: group });
  }
}

async function receive(count: number): Promise<string[]> {
  const bodies: string[] = [];
  while (bodies.length < count) {
    bodies.push(...(await sqs.bodies(queueUrl, { MaxNumberOfMessages: Math.min(10, count - bodies.length) })));
  }
  return bodies;
}
