import { beforeEach, describe, expect, test } from "vitest";
import { SqsUnderTest } from "./testing/sqs-under-test.ts";

let sqs: SqsUnderTest;
let jobs: string;
let dead: string;

const arnOf = (name: string) => `arn:aws:sqs:eu-central-1:000000000000:${name}`;
const redriveTo = (name: string, maxReceiveCount: number | string = 2) => ({
  RedrivePolicy: JSON.stringify({ deadLetterTargetArn: arnOf(name), maxReceiveCount }),
});
const noHiding = { VisibilityTimeout: 0 };

beforeEach(async () => {
  sqs = new SqsUnderTest();
  dead = await sqs.createQueue("dead");
  jobs = await sqs.createQueue("jobs", redriveTo("dead"));
  return () => sqs.emulator.close();
});

describe("a message received as often as its queue allows", () => {
  test("goes to the dead-letter queue instead of being received once more", async () => {
    const id = await sqs.send(jobs, "poison");
    await sqs.receiveOne(jobs, noHiding);
    await sqs.receiveOne(jobs, noHiding);
    expect(sqs.emulator.counts("jobs").visible).toBe(1);

    expect(await sqs.receive(jobs)).toEqual([]);

    expect(sqs.historyOf(id)).toEqual([
      ...["sent", "received", "visible-again", "received", "visible-again"],
      "moved-to-dead-letter",
    ]);
    expect(sqs.emulator.counts("dead").visible).toBe(1);
  });

  test("keeps its id, body, attributes, age and count, and tells where it comes from", async () => {
    const sentAt = String(sqs.clock.now());
    const attributes = { kind: { DataType: "String", StringValue: "x" } };
    const id = await sqs.send(jobs, "poison", { MessageAttributes: attributes });
    for (let receive = 0; receive < 3; receive++) {
      await sqs.receive(jobs);
      await sqs.clock.advance(30_000);
    }

    const message = await sqs.receiveOne(dead, { MessageAttributeNames: ["All"] });

    expect(message).toMatchObject({ MessageId: id, Body: "poison", MessageAttributes: attributes });
    expect(message.Attributes).toMatchObject({
      SentTimestamp: sentAt,
      ApproximateReceiveCount: "3",
      DeadLetterQueueSourceArn: arnOf("jobs"),
    });
  });

  test("makes way for the next one within the same receive", async () => {
    await sqs.send(jobs, "poison");
    await sqs.receiveOne(jobs, noHiding);
    await sqs.receiveOne(jobs, noHiding);
    await sqs.send(jobs, "fine");

    expect(await sqs.bodies(jobs, { MaxNumberOfMessages: 1 })).toEqual(["fine"]);
  });

  test("reaches who waits at the dead-letter queue, while who waits at the source goes on waiting", async () => {
    await sqs.send(jobs, "poison");
    await sqs.receiveOne(jobs, noHiding);
    await sqs.receiveOne(jobs);
    const atSource = sqs.bodies(jobs, { WaitTimeSeconds: 20 });
    const atDead = sqs.bodies(dead, { WaitTimeSeconds: 20 });

    await sqs.clock.advance(19_000);
    await sqs.send(jobs, "fine");
    expect(await atSource).toEqual(["fine"]);

    const next = sqs.bodies(jobs, { WaitTimeSeconds: 20 });
    const atDeadLater = atDead.then(() => sqs.bodies(dead, { WaitTimeSeconds: 20 }));
    await sqs.clock.advance(11_000);
    expect(await atDeadLater).toEqual(["poison"]);
    await sqs.send(jobs, "last");
    expect(await next).toEqual(["last"]);
  });

  test("is counted afresh in a dead-letter queue with a policy of its own", async () => {
    const grave = await sqs.createQueue("grave");
    await sqs.call("SetQueueAttributes", { QueueUrl: dead, Attributes: redriveTo("grave", 1) });
    await sqs.send(jobs, "poison");
    for (let receive = 0; receive < 3; receive++) await sqs.receive(jobs, noHiding);

    expect(await sqs.bodies(dead, noHiding)).toEqual(["poison"]);
    expect(await sqs.bodies(dead, noHiding)).toEqual([]);
    expect(await sqs.bodies(grave)).toEqual(["poison"]);
  });
});

describe("the age of a message in the dead-letter queue", () => {
  test("for retention counts from when it was sent", async () => {
    await sqs.call("SetQueueAttributes", { QueueUrl: dead, Attributes: { MessageRetentionPeriod: "600" } });
    await sqs.send(jobs, "poison");
    await sqs.receive(jobs, noHiding);
    await sqs.receive(jobs, noHiding);
    await sqs.clock.advance(400_000);
    await sqs.receive(jobs);

    await sqs.clock.advance(199_999);
    expect(sqs.emulator.counts("dead")).toMatchObject({ visible: 1 });
    await sqs.clock.advance(1);
    expect(sqs.emulator.counts("dead")).toMatchObject({ visible: 0 });
  });

  test("for displays counts from when it came there", async () => {
    await sqs.send(jobs, "poison");
    await sqs.receive(jobs, noHiding);
    await sqs.receive(jobs, noHiding);
    await sqs.clock.advance(400_000);
    await sqs.receive(jobs);

    await sqs.clock.advance(5_000);

    expect(sqs.emulator.counts("dead").oldestAgeSeconds).toBe(5);
  });
});

describe("a redrive policy", () => {
  test.each([
    [3, redriveTo("dead", "3")],
    [10, { RedrivePolicy: JSON.stringify({ deadLetterTargetArn: arnOf("dead") }) }],
  ])("allows %i receives with %j", async (allowed, policy) => {
    const queueUrl = await sqs.createQueue("other", policy);
    await sqs.send(queueUrl, "poison");

    for (let receive = 0; receive < allowed; receive++) await sqs.receiveOne(queueUrl, noHiding);

    expect(await sqs.receive(queueUrl)).toEqual([]);
  });

  test.each([
    ["a queue that does not exist", redriveTo("nowhere")],
    ["the queue itself", redriveTo("jobs")],
    ["a count of zero", redriveTo("dead", 0)],
    ["a count above 1000", redriveTo("dead", 1001)],
    ["no target", { RedrivePolicy: '{"maxReceiveCount":1}' }],
    ["something unknown", { RedrivePolicy: `{"deadLetterTargetArn":"${arnOf("dead")}","color":"red"}` }],
    ["text that is not JSON", { RedrivePolicy: "dead" }],
  ])("is refused with %s", async (_reason, Attributes) => {
    await expect(sqs.call("SetQueueAttributes", { QueueUrl: jobs, Attributes })).rejects.toMatchObject({
      code: "InvalidParameterValue",
      message: expect.stringContaining("for parameter RedrivePolicy is invalid. Reason: "),
    });
  });

  test("is taken away by empty text", async () => {
    await sqs.call("SetQueueAttributes", { QueueUrl: jobs, Attributes: { RedrivePolicy: "" } });
    await sqs.send(jobs, "one");

    for (let receive = 0; receive < 4; receive++) await sqs.receiveOne(jobs, noHiding);
    const { Attributes } = await sqs.call("GetQueueAttributes", { QueueUrl: jobs, AttributeNames: ["RedrivePolicy"] });

    expect(Attributes).toEqual({});
  });
});

describe("a redrive allow policy", () => {
  test.each([
    ["denyAll", { redrivePermission: "denyAll" }],
    ["other queues only", { redrivePermission: "byQueue", sourceQueueArns: [arnOf("other")] }],
  ])("of %s keeps a queue from choosing that dead-letter queue", async (_policy, policy) => {
    await sqs.createQueue("strict", { RedriveAllowPolicy: JSON.stringify(policy) });

    await expect(sqs.createQueue("source", redriveTo("strict"))).rejects.toMatchObject({
      code: "InvalidParameterValue",
    });
  });

  test("of that queue lets it", async () => {
    const policy = { redrivePermission: "byQueue", sourceQueueArns: [arnOf("source")] };
    await sqs.createQueue("strict", { RedriveAllowPolicy: JSON.stringify(policy) });

    await expect(sqs.createQueue("source", redriveTo("strict"))).resolves.toContain("source");
  });

  test("set later keeps messages from moving", async () => {
    const RedriveAllowPolicy = JSON.stringify({ redrivePermission: "denyAll" });
    await sqs.call("SetQueueAttributes", { QueueUrl: dead, Attributes: { RedriveAllowPolicy } });
    await sqs.send(jobs, "poison");

    for (let receive = 0; receive < 4; receive++) await sqs.receiveOne(jobs, noHiding);

    expect(sqs.emulator.counts("dead").visible).toBe(0);
  });

  test.each(['{"redrivePermission":"byQueue"}', '{"redrivePermission":"some"}', "[]"])(
    "may not be %s",
    async (text) => {
      await expect(sqs.createQueue("strict", { RedriveAllowPolicy: text })).rejects.toMatchObject({
        code: "InvalidParameterValue",
      });
    },
  );
});
