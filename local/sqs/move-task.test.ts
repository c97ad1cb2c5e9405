import { beforeEach, describe, expect, test } from "vitest";
import { SqsUnderTest } from "./sqs-under-test.ts";

let sqs: SqsUnderTest;
let jobs: string;
let dead: string;

const arnOf = (name: string) => `arn:aws:sqs:eu-central-1:000000000000:${name}`;
const SourceArn = arnOf("dead");

beforeEach(async () => {
  sqs = new SqsUnderTest();
  dead = await sqs.createQueue("dead");
  jobs = await sqs.createQueue("jobs", {
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn: SourceArn, maxReceiveCount: 1 }),
  });
  return () => sqs.emulator.close();
});

describe("a move task", () => {
  test("puts dead letters back where they came from, as new messages", async () => {
    const [id] = await letDie("poison");
    await sqs.clock.advance(60_000);
    const startedAt = sqs.clock.now();

    await sqs.call("StartMessageMoveTask", { SourceArn });
    await sqs.clock.advance(1_000);

    const message = await sqs.receiveOne(jobs);
    expect(message.Body).toBe("poison");
    expect(message.MessageId).not.toBe(id);
    expect(message.Attributes).toMatchObject({ ApproximateReceiveCount: "1" });
    expect(message.Attributes).not.toHaveProperty("DeadLetterQueueSourceArn");
    expect(Number(message.Attributes?.SentTimestamp)).toBeGreaterThanOrEqual(startedAt);
    expect(await latestTask()).toEqual({
      Status: "COMPLETED",
      SourceArn,
      ApproximateNumberOfMessagesMoved: 1,
      ApproximateNumberOfMessagesToMove: 1,
      StartedTimestamp: startedAt,
    });
  });

  test("can move to a queue that is named instead", async () => {
    await letDie("poison");
    const hospital = await sqs.createQueue("hospital");

    await sqs.call("StartMessageMoveTask", { SourceArn, DestinationArn: arnOf("hospital") });
    await sqs.clock.advance(1_000);

    expect(await sqs.bodies(hospital)).toEqual(["poison"]);
    expect(await latestTask()).toMatchObject({ DestinationArn: arnOf("hospital") });
  });

  test("moves no faster than asked for", async () => {
    await letDie(...Array.from({ length: 10 }, (_, index) => `poison ${index}`));

    await sqs.call("StartMessageMoveTask", { SourceArn, MaxNumberOfMessagesPerSecond: 2 });

    expect(await latestTask()).toMatchObject({ Status: "RUNNING", ApproximateNumberOfMessagesMoved: 0 });
    await sqs.clock.advance(2_000);
    expect(await latestTask()).toMatchObject({ Status: "RUNNING", ApproximateNumberOfMessagesMoved: 4 });
    await sqs.clock.advance(3_000);
    expect(await latestTask()).toMatchObject({ Status: "COMPLETED", ApproximateNumberOfMessagesMoved: 10 });
  });

  test("leaves what is in flight or came later", async () => {
    await letDie("in flight", "waiting");
    await sqs.receive(dead, { MaxNumberOfMessages: 1, VisibilityTimeout: 600 });
    await sqs.call("StartMessageMoveTask", { SourceArn, DestinationArn: arnOf("jobs") });
    await sqs.send(dead, "later");

    await sqs.clock.advance(1_000);

    expect(sqs.emulator.peek("dead").map(({ body }) => body)).toEqual(["in flight", "later"]);
  });

  test("can be cancelled on its way", async () => {
    await letDie("one", "two", "three");
    const { TaskHandle } = await sqs.call("StartMessageMoveTask", { SourceArn, MaxNumberOfMessagesPerSecond: 1 });
    await sqs.clock.advance(1_000);
    expect((await latestTask())?.TaskHandle).toBe(TaskHandle);

    const answer = await sqs.call("CancelMessageMoveTask", { TaskHandle });
    await sqs.clock.advance(10_000);

    expect(answer).toEqual({ ApproximateNumberOfMessagesMoved: 1 });
    expect(await latestTask()).toMatchObject({ Status: "CANCELLED", ApproximateNumberOfMessagesMoved: 1 });
    expect(await latestTask()).not.toHaveProperty("TaskHandle", expect.anything());
    await expect(sqs.call("CancelMessageMoveTask", { TaskHandle })).rejects.toMatchObject({
      code: "UnsupportedOperation",
    });
  });

  test("fails when its destination goes away", async () => {
    await letDie("one", "two");
    const hospital = await sqs.createQueue("hospital");
    await sqs.call("StartMessageMoveTask", {
      SourceArn,
      DestinationArn: arnOf("hospital"),
      MaxNumberOfMessagesPerSecond: 1,
    });

    await sqs.call("DeleteQueue", { QueueUrl: hospital });
    await sqs.clock.advance(1_000);

    expect(await latestTask()).toMatchObject({
      Status: "FAILED",
      FailureReason: "AWS.SimpleQueueService.NonExistentQueue",
    });
    expect(sqs.emulator.counts("dead").visible).toBe(2);
  });

  test("fails at a message that came from no queue", async () => {
    await sqs.send(dead, "sent here directly");

    await sqs.call("StartMessageMoveTask", { SourceArn });
    await sqs.clock.advance(1_000);

    expect(await latestTask()).toMatchObject({ Status: "FAILED", FailureReason: "CouldNotDetermineMessageSource" });
  });
});

describe("starting a move task", () => {
  test("is refused while another runs", async () => {
    await letDie("one", "two");
    await sqs.call("StartMessageMoveTask", { SourceArn, MaxNumberOfMessagesPerSecond: 1 });

    await expect(sqs.call("StartMessageMoveTask", { SourceArn })).rejects.toMatchObject({
      code: "InvalidParameterValue",
      message: expect.stringContaining("already a task running"),
    });
  });

  test.each([
    ["ResourceNotFoundException", { SourceArn: arnOf("nowhere") }],
    ["ResourceNotFoundException", { SourceArn, DestinationArn: arnOf("nowhere") }],
    ["InvalidParameterValue", { SourceArn: arnOf("jobs") }],
    ["InvalidParameterValue", { SourceArn, MaxNumberOfMessagesPerSecond: 501 }],
    ["MissingParameter", {}],
  ])("is refused with %s for %j", async (code, input) => {
    await expect(sqs.call("StartMessageMoveTask", input)).rejects.toMatchObject({ code });
  });
});

describe("cancelling a move task", () => {
  test.each([
    ["InvalidParameterValue", "made-up"],
    ["ResourceNotFoundException", handle("some-task", arnOf("nowhere"))],
    ["ResourceNotFoundException", handle("some-task", SourceArn)],
  ])("is refused with %s for an unknown handle", async (code, TaskHandle) => {
    await expect(sqs.call("CancelMessageMoveTask", { TaskHandle })).rejects.toMatchObject({ code });
  });
});

test("tasks are listed newest first", async () => {
  for (let task = 0; task < 12; task++) {
    await sqs.call("StartMessageMoveTask", { SourceArn });
    await sqs.clock.advance(1_000);
  }

  const { Results } = await sqs.call("ListMessageMoveTasks", { SourceArn, MaxResults: 10 });
  const started = (Results as { StartedTimestamp: number }[]).map((task) => task.StartedTimestamp);

  expect(started).toHaveLength(10);
  expect(started).toEqual(started.toSorted((a, b) => b - a));
});

/** Sends messages and receives each as often as the queue allows. */
async function letDie(...bodies: string[]): Promise<string[]> {
  const ids: string[] = [];
  for (const body of bodies) ids.push(await sqs.send(jobs, body));
  for (const _ of bodies) await sqs.receive(jobs, { MaxNumberOfMessages: 1 });
  await sqs.clock.advance(30_000);
  await sqs.receive(jobs);
  return ids;
}

async function latestTask(): Promise<Record<string, unknown> | undefined> {
  const { Results } = await sqs.call("ListMessageMoveTasks", { SourceArn });
  return (Results as Record<string, unknown>[])[0];
}

function handle(taskId: string, sourceArn: string): string {
  return Buffer.from(JSON.stringify({ taskId, sourceArn })).toString("base64");
}
