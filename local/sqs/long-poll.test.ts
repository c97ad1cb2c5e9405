import { beforeEach, expect, test } from "vitest";
import { SqsUnderTest } from "./testing/sqs-under-test.ts";

let sqs: SqsUnderTest;
let queueUrl: string;
const wait = { WaitTimeSeconds: 20 };

beforeEach(async () => {
  sqs = new SqsUnderTest();
  queueUrl = await sqs.createQueue("jobs");
  return () => sqs.emulator.close();
});

test("answers the moment a message is sent", async () => {
  const waiting = sqs.bodies(queueUrl, wait);
  await sqs.clock.advance(5_000);

  await sqs.send(queueUrl, "one");

  expect(await waiting).toEqual(["one"]);
});

test("answers the moment a delay is over", async () => {
  await sqs.send(queueUrl, "one", { DelaySeconds: 10 });
  const waiting = sqs.bodies(queueUrl, wait);

  await sqs.clock.advance(10_000);

  expect(await waiting).toEqual(["one"]);
});

test("answers the moment a visibility timeout is over", async () => {
  await sqs.send(queueUrl, "one");
  await sqs.receive(queueUrl, { VisibilityTimeout: 10 });
  const waiting = sqs.receive(queueUrl, wait);

  await sqs.clock.advance(10_000);

  expect((await waiting)[0]?.Attributes?.ApproximateReceiveCount).toBe("2");
});

test("answers the moment a message is handed back", async () => {
  await sqs.send(queueUrl, "one");
  const message = await sqs.receiveOne(queueUrl);
  const waiting = sqs.bodies(queueUrl, wait);

  await sqs.changeVisibility(queueUrl, message, 0);

  expect(await waiting).toEqual(["one"]);
});

test("answers empty when the wait is over, and takes nothing afterwards", async () => {
  const waiting = sqs.bodies(queueUrl, wait);
  await sqs.clock.advance(19_999);
  let isOver = false;
  const observed = waiting.then((bodies) => {
    isOver = true;
    return bodies;
  });
  expect(isOver).toBe(false);

  await sqs.clock.advance(1);

  expect(await observed).toEqual([]);
  await sqs.send(queueUrl, "one");
  expect(sqs.emulator.counts("jobs")).toMatchObject({ visible: 1, inFlight: 0 });
});

test("takes a message that becomes visible in the last moment", async () => {
  const waiting = sqs.bodies(queueUrl, wait);
  await sqs.send(queueUrl, "one", { DelaySeconds: 20 });

  await sqs.clock.advance(20_000);

  expect(await waiting).toEqual(["one"]);
});

test("waits as long as the queue says where the receive says nothing", async () => {
  const patient = await sqs.createQueue("patient", { ReceiveMessageWaitTimeSeconds: "20" });
  const waiting = sqs.bodies(patient);
  await sqs.clock.advance(15_000);

  await sqs.send(patient, "one");

  expect(await waiting).toEqual(["one"]);
});

test("is served in the order of waiting", async () => {
  const first = sqs.bodies(queueUrl, wait);
  const second = sqs.bodies(queueUrl, wait);
  const third = sqs.bodies(queueUrl, wait);

  for (const body of ["one", "two", "three"]) await sqs.send(queueUrl, body);

  expect(await Promise.all([first, second, third])).toEqual([["one"], ["two"], ["three"]]);
});

test("gives a message received with no visibility timeout to all who wait", async () => {
  const first = sqs.bodies(queueUrl, { ...wait, VisibilityTimeout: 0 });
  const second = sqs.bodies(queueUrl, { ...wait, VisibilityTimeout: 0 });

  await sqs.send(queueUrl, "one");

  expect(await Promise.all([first, second])).toEqual([["one"], ["one"]]);
});

test("takes no message once its client is gone", async () => {
  const client = new AbortController();
  const gone = sqs.bodies(queueUrl, wait, client.signal);
  const next = sqs.bodies(queueUrl, wait);

  client.abort();
  const id = await sqs.send(queueUrl, "one");

  expect(await gone).toEqual([]);
  expect(await next).toEqual(["one"]);
  expect(sqs.historyOf(id)).toEqual(["sent", "received"]);
});

test("takes no message if its client was gone before it began", async () => {
  await sqs.send(queueUrl, "one");

  expect(await sqs.receive(queueUrl, wait, AbortSignal.abort())).toEqual([]);

  expect(sqs.emulator.counts("jobs")).toMatchObject({ visible: 1, inFlight: 0 });
});

test("ends empty when the emulator is closed", async () => {
  const waiting = sqs.bodies(queueUrl, wait);

  sqs.emulator.close();

  expect(await waiting).toEqual([]);
});
